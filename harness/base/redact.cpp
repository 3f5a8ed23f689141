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
    } else if (c == '\r') {
      out += "\\r";
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
  const std::string escaped = json_escaped(secret);
  // Twice: a log line that is JSON inside JSON.
  for (std::string& form :
       std::array<std::string, 5>{std::string{secret}, escaped, json_escaped(escaped),
                                  percent_encode(secret), std::move(padded)}) {
    if (std::find(forms_.begin(), forms_.end(), form) == forms_.end())
      forms_.push_back(std::move(form));
  }
  std::stable_sort(forms_.begin(), forms_.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  const std::size_t line_end = secret.find('\n');
  if (line_end == std::string_view::npos) return;
  // Logs are read line by line: each line of a key file is a secret of its own.
  add_line(secret.substr(0, line_end));
  for (std::string_view rest = secret.substr(line_end + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    add_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void Redactor::add_line(std::string_view line) {
  if (line.size() >= kShortestLine) add(line);
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
