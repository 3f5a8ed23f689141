#include "harness/aio/egress_guard.hpp"

#include "harness/base/strings.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>

namespace firedrill {
namespace {

/// Domains of the services that mocks stand in for. A drill that reached one would load-test, and
/// bill, the real thing.
constexpr std::array<std::string_view, 16> kProviderDomains{
    "openai.com",    "stripe.com",        "twilio.com",   "hubspot.com",
    "hubapi.com",    "360dialog.com",     "360dialog.io", "trigger.dev",
    "pagerduty.com", "slack.com",         "resend.com",   "googleapis.com",
    "amazonaws.com", "amazoncognito.com", "whatsapp.com", "facebook.com"};

std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  return text.data();
}

bool is_loopback(std::string_view ip) {
  constexpr std::string_view mapped = "::ffff:";
  if (to_lower(ip.substr(0, mapped.size())) == mapped) ip.remove_prefix(mapped.size());
  const std::string text{ip};
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Result<std::vector<std::string>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return Error{"allowed host '" + host + "' does not resolve: " + gai_strerror(error)};
  }
  std::vector<std::string> ips;
  for (const addrinfo* entry = found; entry; entry = entry->ai_next)
    ips.push_back(text_of(entry->ai_addr));
  freeaddrinfo(found);
  return ips;
}

}  // namespace

bool is_real_provider(std::string_view host) {
  std::string lower = to_lower(host);
  while (lower.ends_with('.')) lower.pop_back();
  return std::any_of(kProviderDomains.begin(), kProviderDomains.end(),
                     [&](std::string_view domain) {
                       return lower == domain || lower.ends_with("." + std::string{domain});
                     });
}

Result<void> check_target(const std::string& url, const std::vector<std::string>& allow) {
  const auto parsed = boost::urls::parse_uri(url);
  // Boost.URL 1.81 takes 127.0.0.1.example.com for the address with a path ".example.com".
  const bool odd_path =
      parsed && !parsed->encoded_path().empty() && parsed->encoded_path().front() != '/';
  if (!parsed || odd_path || (parsed->scheme() != "http" && parsed->scheme() != "https") ||
      parsed->host().empty()) {
    return Error{"'" + url + "' is not a URL such as http://127.0.0.1:8080"};
  }
  const std::string host = to_lower(parsed->host_address());
  const EgressGuard loopback_only;
  if (auto named = loopback_only.check_host(host); !named) return named;
  const bool listed = std::any_of(allow.begin(), allow.end(), [&](const std::string& name) {
    return equals_ignoring_case(name, host);
  });
  if (host == "localhost" || is_loopback(host) || listed) return {};
  return Error{"'" + host +
               "' is neither loopback nor listed under 'allow:'; a drill reaches nothing else"};
}

Result<EgressGuard> EgressGuard::allowing(const std::vector<std::string>& hosts) {
  EgressGuard guard;
  for (const std::string& host : hosts) {
    if (auto named = guard.check_host(host); !named) return named.error();
    auto ips = resolve(host);
    if (!ips) return ips.error();
    guard.allowed_ips_.insert(guard.allowed_ips_.end(), ips->begin(), ips->end());
  }
  return guard;
}

Result<void> EgressGuard::check_host(std::string_view host) const {
  if (!is_real_provider(host)) return {};
  return Error{"'" + std::string{host} +
               "' is a real provider's host; a drill talks to mocks of it, never to the provider"};
}

bool EgressGuard::permits(const sockaddr* address) const { return permits_ip(text_of(address)); }

bool EgressGuard::permits_ip(std::string_view ip) const {
  return is_loopback(ip) ||
         std::find(allowed_ips_.begin(), allowed_ips_.end(), ip) != allowed_ips_.end();
}

}  // namespace firedrill
