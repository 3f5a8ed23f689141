#include "mocks/clinic/webhooks/signature_check.hpp"

#include "harness/base/strings.hpp"
#include "mocks/form.hpp"
#include "mocks/routes.hpp"
#include "mocks/webhooks/digest.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace firedrill::clinic {
namespace {

/// Lengths are no secret; which byte differs first is.
bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::int64_t> stamp_in(std::string_view text) {
  std::int64_t stamp = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stamp);
  if (error != std::errc{} || end != text.data() + text.size() || stamp < 0) return std::nullopt;
  return stamp;
}

template <typename Unit>
SignatureCheck by_age(std::int64_t stamp, WallTime now) {
  const auto age = std::chrono::floor<Unit>(now.time_since_epoch()).count() - stamp;
  const bool old = age > std::chrono::duration_cast<Unit>(kSignatureAgeMax).count();
  return old ? SignatureCheck::stale : SignatureCheck::good;
}

/// The values of "name=value,name=value"; like Stripe's own libraries, without trimming blanks.
std::vector<std::string_view> values_of(std::string_view header, std::string_view name) {
  std::vector<std::string_view> values;
  while (!header.empty()) {
    const std::size_t end = header.find(',');
    const std::string_view pair = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    const std::size_t mark = pair.find('=');
    if (mark != std::string_view::npos && pair.substr(0, mark) == name) {
      values.push_back(pair.substr(mark + 1));
    }
  }
  return values;
}

/// While a secret is being rolled there are several signatures, one of which must fit.
SignatureCheck check_stripe(const HttpRequest& request, std::string_view secret, WallTime now) {
  const std::string_view header = find_header(request.headers, "Stripe-Signature");
  if (header.empty()) return SignatureCheck::missing;
  const std::vector<std::string_view> times = values_of(header, "t");
  const auto stamp = times.empty() ? std::nullopt : stamp_in(times.front());
  if (!stamp) return SignatureCheck::wrong;
  const std::string content = std::string{times.front()} + "." + request.body;
  const std::string wanted = to_hex(hmac_sha256(secret, content));
  const std::vector<std::string_view> given = values_of(header, "v1");
  const bool fits = std::any_of(given.begin(), given.end(),
                                [&](std::string_view each) { return is_same(each, wanted); });
  return fits ? by_age<std::chrono::seconds>(*stamp, now) : SignatureCheck::wrong;
}

/// HubSpot takes twelve escapes of the address back before it signs, and leaves all others.
std::string as_hubspot_signs(std::string_view url) {
  constexpr std::array<std::pair<std::string_view, char>, 12> taken_back{{{"%3A", ':'},
                                                                          {"%2F", '/'},
                                                                          {"%3F", '?'},
                                                                          {"%40", '@'},
                                                                          {"%21", '!'},
                                                                          {"%24", '$'},
                                                                          {"%27", '\''},
                                                                          {"%28", '('},
                                                                          {"%29", ')'},
                                                                          {"%2A", '*'},
                                                                          {"%2C", ','},
                                                                          {"%3B", ';'}}};
  std::string out;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const auto* const found = std::find_if(
        taken_back.begin(), taken_back.end(),
        [&](const auto& escape) { return equals_ignoring_case(escape.first, url.substr(i, 3)); });
    if (found == taken_back.end()) {
      out += url[i];
    } else {
      out += found->second;
      i += 2;
    }
  }
  return out;
}

/// Version 3, which alone covers address and time; the older ones that come along prove less.
SignatureCheck check_hubspot(const HttpRequest& request, std::string_view url,
                             std::string_view secret, WallTime now) {
  const std::string_view header = find_header(request.headers, "X-HubSpot-Signature-v3");
  const std::string_view time = find_header(request.headers, "X-HubSpot-Request-Timestamp");
  if (header.empty() || time.empty()) return SignatureCheck::missing;
  const auto stamp = stamp_in(time);
  if (!stamp) return SignatureCheck::wrong;
  std::string content = request.method;
  content.append(as_hubspot_signs(url)).append(request.body).append(time);
  const std::string wanted = base64(hmac_sha256(secret, content));
  return is_same(header, wanted) ? by_age<std::chrono::milliseconds>(*stamp, now)
                                 : SignatureCheck::wrong;
}

/// Twilio drops the port for some calls: the address without it counts as well.
std::string without_port(std::string_view url) {
  std::string out{url};
  const std::size_t scheme = out.find("://");
  if (scheme == std::string::npos) return out;
  const std::size_t end = std::min(out.find_first_of("/?#", scheme + 3), out.size());
  const std::size_t colon = out.substr(0, end).rfind(':');
  const bool is_port = colon > scheme && out.find_first_not_of("0123456789", colon + 1) >= end;
  if (is_port) out.erase(colon, end - colon);
  return out;
}

/// What Twilio appends to the address: each field's name and value, by name, repeated ones once.
/// Unset: the body is not what the address says that it is.
std::optional<std::string> fields_as_twilio_signs(const HttpRequest& request) {
  if (!has_form(request)) {
    const bool fits =
        request.body.empty() ||
        query_value(request.query, "bodySHA256").value_or("") == to_hex(sha256(request.body));
    return fits ? std::optional{std::string{}} : std::nullopt;
  }
  const auto fields = decode_form(request.body);
  if (!fields) return std::nullopt;
  std::set<std::pair<std::string, std::string>> sorted;
  for (const FormField& field : *fields) sorted.emplace(field.name, field.value);
  std::string content;
  for (const auto& [name, value] : sorted) content.append(name).append(value);
  return content;
}

SignatureCheck check_twilio(const HttpRequest& request, std::string_view url,
                            std::string_view token) {
  const std::string_view header = find_header(request.headers, "X-Twilio-Signature");
  if (header.empty()) return SignatureCheck::missing;
  const auto content = fields_as_twilio_signs(request);
  if (!content) return SignatureCheck::wrong;
  for (const std::string& seen : {std::string{url}, without_port(url)}) {
    if (is_same(header, base64(hmac_sha1(token, seen + *content)))) return SignatureCheck::good;
  }
  return SignatureCheck::wrong;
}

SignatureCheck check_whatsapp(const HttpRequest& request, std::string_view secret) {
  const std::string_view header = find_header(request.headers, "X-Hub-Signature-256");
  if (header.empty()) return SignatureCheck::missing;
  const std::string wanted = "sha256=" + to_hex(hmac_sha256(secret, request.body));
  return is_same(header, wanted) ? SignatureCheck::good : SignatureCheck::wrong;
}

}  // namespace

std::string url_of(const HttpRequest& request) {
  return "http://" + std::string{find_header(request.headers, "Host")} + request.target;
}

SignatureCheck check_signature(WebhookSender sender, const HttpRequest& request,
                               std::string_view url, std::string_view secret, WallTime now) {
  switch (sender) {
    case WebhookSender::stripe:
      return check_stripe(request, secret, now);
    case WebhookSender::twilio:
      return check_twilio(request, url, secret);
    case WebhookSender::hubspot:
      return check_hubspot(request, url, secret, now);
    case WebhookSender::whatsapp:
      return check_whatsapp(request, secret);
  }
  return SignatureCheck::wrong;
}

int refusal_status(WebhookSender sender, SignatureCheck check) {
  switch (sender) {
    case WebhookSender::stripe:
      return 400;
    case WebhookSender::twilio:
      return check == SignatureCheck::missing ? 400 : 403;
    case WebhookSender::hubspot:
    case WebhookSender::whatsapp:
      return 401;
  }
  return 401;
}

}  // namespace firedrill::clinic
