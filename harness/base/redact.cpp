#include "harness/base/redact.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void Redactor::add(std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  std::string padded = base64(secret);
  while (padded.ends_with('=')) padded.pop_back();
  for (std::string& form : std::array<std::string, 4>{std::string{secret}, json_escaped(secret),
                                                      percent_encode(secret), std::move(padded)}) {
    if (std::find(forms_.begin(), forms_.end(), form) == forms_.end())
      forms_.push_back(std::move(form));
  }
  std::stable_sort(forms_.begin(), forms_.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Redactor::apply(std::string_view text) const {
  std::string out{text};
  for (const std::string& form : forms_) {
    std::size_t at = out.find(form);
    while (at != std::string::npos) {
      out.replace(at, form.size(), kMask);
      at = out.find(form, at + kMask.size());
    }
  }
  return out;
}

bool is_credential_header(std::string_view name) {
  static constexpr std::array<std::string_view, 7> names{
      "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key",
      "api-key",       "x-auth-token"};
  const std::string lower = to_lower(name);
  return std::find(names.begin(), names.end(), lower) != names.end();
}

}  // namespace firedrill
