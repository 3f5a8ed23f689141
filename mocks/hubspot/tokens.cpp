#include "mocks/hubspot/tokens.hpp"

#include "mocks/ids.hpp"

#include <utility>

namespace firedrill::hubspot {

Tokens::Issued Tokens::issue(std::string client_id, std::string refresh, WallTime now, Rng& rng) {
  if (refresh.empty()) refresh = "na1-" + hex_id(32, rng);
  Issued issued{"C" + alnum_id(72, rng), std::move(refresh)};
  access_.put(issued.access, now + kTokenLife);
  refresh_.put(issued.refresh, {std::move(client_id), false});
  return issued;
}

std::optional<WallTime> Tokens::expiry(const std::string& access) {
  const WallTime* known = access_.find(access);
  return known == nullptr ? std::nullopt : std::optional{*known};
}

std::optional<std::string> Tokens::client_of(const std::string& refresh) {
  const Refresh* known = refresh_.find(refresh);
  if (known == nullptr || known->revoked) return std::nullopt;
  return known->client_id;
}

bool Tokens::revoked(const std::string& refresh) {
  const Refresh* known = refresh_.find(refresh);
  return known != nullptr && known->revoked;
}

void Tokens::revoke(const std::string& refresh) { refresh_.put(refresh, {"", true}); }

bool Tokens::take_code(const std::string& code) {
  if (codes_.find(code) != nullptr) return false;
  codes_.put(code, true);
  return true;
}

}  // namespace firedrill::hubspot
