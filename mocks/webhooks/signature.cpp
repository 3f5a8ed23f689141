#include "mocks/webhooks/signature.hpp"

#include "harness/base/strings.hpp"
#include "mocks/routes.hpp"
#include "mocks/webhooks/digest.hpp"

#include <algorithm>
#include <set>

namespace firedrill {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";

std::string standard_key(std::string_view secret) {
  if (!secret.starts_with(kSecretPrefix)) return std::string{secret};
  return base64_decode(secret.substr(kSecretPrefix.size())).value_or(std::string{secret});
}

/// Of the escapes in `uri`, those that HubSpot takes back before it signs.
std::string hubspot_uri(std::string_view uri) {
  constexpr std::string_view kTakenBack = ":/?@!$'()*,;";
  std::string out;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const std::string decoded = percent_decode(uri.substr(i, 3));
    if (uri[i] == '%' && decoded.size() == 1 && kTakenBack.find(decoded) != std::string::npos) {
      out += decoded;
      i += 2;
    } else {
      out += uri[i];
    }
  }
  return out;
}

std::string form_decode(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text);
}

}  // namespace

std::string stripe_signature(std::span<const std::string> secrets, std::int64_t time,
                             std::string_view body) {
  const std::string at = std::to_string(time);
  const std::string content = at + "." + std::string{body};
  std::string header = "t=" + at;
  for (const std::string& secret : secrets) header += ",v1=" + to_hex(hmac_sha256(secret, content));
  return header;
}

std::string standard_signature(std::span<const std::string> secrets, std::string_view id,
                               std::int64_t time, std::string_view body) {
  const std::string content =
      std::string{id} + "." + std::to_string(time) + "." + std::string{body};
  std::string header;
  for (const std::string& secret : secrets) {
    if (!header.empty()) header += ' ';
    header += "v1," + base64(hmac_sha256(standard_key(secret), content));
  }
  return header;
}

std::string hubspot_signature_v1(std::string_view secret, std::string_view body) {
  return to_hex(sha256(std::string{secret} + std::string{body}));
}

std::string hubspot_signature_v2(std::string_view secret, std::string_view method,
                                 std::string_view uri, std::string_view body) {
  std::string content{secret};
  content.append(method).append(uri).append(body);
  return to_hex(sha256(content));
}

std::string hubspot_signature_v3(std::string_view secret, std::string_view method,
                                 std::string_view uri, std::string_view body, std::int64_t time) {
  std::string content{method};
  content.append(hubspot_uri(uri)).append(body).append(std::to_string(time));
  return base64(hmac_sha256(secret, content));
}

std::vector<std::pair<std::string, std::string>> form_fields(std::string_view body) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!body.empty()) {
    const std::size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (pair.empty()) continue;
    const std::size_t mark = pair.find('=');
    const std::string_view value =
        mark == std::string_view::npos ? std::string_view{} : pair.substr(mark + 1);
    fields.emplace_back(form_decode(std::string{pair.substr(0, mark)}),
                        form_decode(std::string{value}));
  }
  return fields;
}

std::string twilio_url(std::string_view url, bool voice) {
  std::string out{url.substr(0, url.find('#'))};
  const std::size_t scheme = out.find("://");
  if (scheme == std::string::npos) return out;
  const std::size_t host = scheme + 3;
  const std::size_t user = out.substr(0, out.find_first_of("/?", host)).rfind('@');
  if (user != std::string::npos && user >= host) out.erase(host, user + 1 - host);
  if (!voice || !out.starts_with("https:")) return out;
  const std::size_t end = std::min(out.find_first_of("/?", host), out.size());
  const std::size_t port = out.substr(0, end).rfind(':');
  const bool is_port = port != std::string::npos && port > host && port + 1 < end &&
                       out.find_first_not_of("0123456789", port + 1) >= end;
  if (is_port) out.erase(port, end - port);
  return out;
}

std::string twilio_signature(std::string_view auth_token, std::string_view url,
                             const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string content{url};
  const std::set<std::pair<std::string, std::string>> sorted{fields.begin(), fields.end()};
  for (const auto& [name, value] : sorted) content.append(name).append(value);
  return base64(hmac_sha1(auth_token, content));
}

std::string twilio_json_url(std::string_view url, std::string_view body) {
  const std::size_t fragment = std::min(url.find('#'), url.size());
  std::string out{url.substr(0, fragment)};
  out += out.find('?') == std::string::npos ? "?bodySHA256=" : "&bodySHA256=";
  out += to_hex(sha256(body));
  out += url.substr(fragment);
  return out;
}

}  // namespace firedrill
