#include "mocks/credentials.hpp"

#include "harness/base/strings.hpp"

namespace firedrill {

std::optional<std::string_view> bearer_token(const std::vector<HttpHeader>& headers) {
  static constexpr std::string_view kScheme = "bearer ";
  std::string_view value = find_header(headers, "authorization");
  if (!equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  if (value.empty()) return std::nullopt;
  return value;
}

Credential check_credential(std::optional<std::string_view> token, std::string_view accepted) {
  if (!token) return Credential::missing;
  return accepted.empty() || *token == accepted ? Credential::accepted : Credential::wrong;
}

}  // namespace firedrill
