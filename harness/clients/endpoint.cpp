#include "harness/clients/endpoint.hpp"

#include "harness/aio/tokens.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace firedrill {

namespace net = boost::asio;

Result<Endpoint> parse_endpoint(std::string_view url, std::uint16_t default_port) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->host().empty()) {
    return Error{"not a URL such as scheme://user:password@127.0.0.1:5432/database"};
  }
  Endpoint endpoint;
  endpoint.host = parsed->host_address();
  endpoint.port =
      parsed->has_port() && parsed->port_number() != 0 ? parsed->port_number() : default_port;
  endpoint.user = parsed->user();
  endpoint.password = parsed->password();
  const std::string path = parsed->path();
  if (path.size() > 1) endpoint.database = path.substr(1);
  return endpoint;
}

std::string url_of(std::string_view scheme, const Endpoint& endpoint) {
  const auto encoded = [](const std::string& text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
  };
  std::string url = std::string{scheme} + "://";
  if (!endpoint.user.empty() || !endpoint.password.empty()) {
    url += encoded(endpoint.user);
    if (!endpoint.password.empty()) url += ":" + encoded(endpoint.password);
    url += "@";
  }
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  url += (is_v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
  if (!endpoint.database.empty()) url += "/" + encoded(endpoint.database);
  return url;
}

net::awaitable<Result<net::ip::tcp::endpoint>> resolve(Endpoint endpoint,
                                                       const EgressGuard& guard) {
  if (auto named = guard.check_host(endpoint.host); !named) co_return named.error();
  net::ip::tcp::resolver resolver{co_await net::this_coro::executor};
  const auto [ec, found] =
      co_await resolver.async_resolve(endpoint.host, std::to_string(endpoint.port), as_result);
  if (ec) co_return Error{"'" + endpoint.host + "' does not resolve: " + ec.message()};
  for (const auto& entry : found) {
    const net::ip::tcp::endpoint address = entry.endpoint();
    if (guard.permits_ip(address.address().to_string())) co_return address;
  }
  co_return Error{"'" + endpoint.host +
                  "' is neither loopback nor listed under 'allow:'; a drill reaches nothing else"};
}

}  // namespace firedrill
