#include "mocks/stripe/key.hpp"

#include "harness/base/strings.hpp"
#include "mocks/credentials.hpp"
#include "mocks/webhooks/digest.hpp"

namespace firedrill::stripe {

std::string api_key_of(const std::vector<HttpHeader>& headers) {
  static constexpr std::string_view kBasic = "basic ";
  if (const auto token = bearer_token(headers)) return std::string{*token};
  const std::string_view value = find_header(headers, "authorization");
  if (!equals_ignoring_case(value.substr(0, kBasic.size()), kBasic)) return "";
  const std::string pair = base64_decode(value.substr(kBasic.size())).value_or("");
  return pair.substr(0, pair.find(':'));
}

bool is_publishable(const std::string& key) { return key.starts_with("pk_"); }

std::optional<Problem> check_key(const std::string& key, const std::string& accepted) {
  if (key.empty()) return missing_api_key();
  // A scenario names the secret key; the publishable one is whatever the browser has.
  if (is_publishable(key)) return std::nullopt;
  const bool looks_right = key.starts_with("sk_") || key.starts_with("rk_");
  const bool right = accepted.empty() ? looks_right : key == accepted;
  return right ? std::nullopt : std::optional<Problem>{wrong_api_key(key)};
}

}  // namespace firedrill::stripe
