#include "faults/proxy/toxiproxy.hpp"

#include "faults/proxy/metrics_text.hpp"
#include "harness/base/strings.hpp"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kBodyMax = 4 * 1024 * 1024;

/// Compact, as Go writes it; what is no UTF-8 is replaced.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

HttpReply answer(int status, const Json& json) { return json_reply(status, dump(json)); }

HttpReply plain(int status, std::string text) {
  HttpReply reply;
  reply.status = status;
  reply.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  reply.body = std::move(text);
  return reply;
}

HttpReply nothing(int status = 204) {
  HttpReply reply;
  reply.status = status;
  return reply;
}

Json problem_json(const Refusal& refusal) {
  return {{"error", refusal.message}, {"status", refusal.status}};
}

HttpReply problem(const Refusal& refusal) { return answer(refusal.status, problem_json(refusal)); }

HttpReply no_such(const char* what) { return problem({404, std::string{what} + " not found"}); }

/// "%2F" to "/"; what is no code stays as it is.
std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const end = text.data() + i + 3;
      const auto [stopped, error] = std::from_chars(text.data() + i + 1, end, byte, 16);
      if (error == std::errc{} && stopped == end) {
        plain += static_cast<char>(byte);
        i += 2;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

/// "/proxies/a/toxics" as {"proxies", "a", "toxics"}.
std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (path.starts_with('/')) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    segments.push_back(decoded(path.substr(1, end - 1)));
    path.remove_prefix(end);
  }
  return segments;
}

/// A request to the API, taken apart.
struct Call {
  const HttpRequest& request;
  ProxyList& proxies;
  std::vector<std::string> path;

  [[nodiscard]] bool is(std::string_view method) const { return request.method == method; }
  [[nodiscard]] bool writes() const { return is("POST") || is("PATCH"); }

  /// Unset, with the answer to give, when the body is no JSON.
  [[nodiscard]] std::optional<Json> body(HttpReply& otherwise) const {
    Json json = Json::parse(request.body, nullptr, false);
    if (!json.is_discarded()) return json;
    otherwise = problem({400, std::string{"bad request body: "} +
                                  (request.body.empty() ? "EOF" : "it is no JSON")});
    return std::nullopt;
  }
};

HttpReply wrong_method() { return nothing(405); }

/// The answer to a change: `good` unless it was refused.
template <typename Good>
HttpReply changed(const Refused& refused, Good good) {
  return refused ? problem(*refused) : good();
}

HttpReply all_proxies(const Call& call) {
  if (call.is("GET")) {
    Json all = Json::object();
    for (const auto& [name, named] : call.proxies.all()) all[name] = to_json(named);
    return answer(200, all);
  }
  if (!call.is("POST")) return wrong_method();
  HttpReply bad;
  const auto body = call.body(bad);
  if (!body) return bad;
  return changed(call.proxies.create(*body), [&] {
    return answer(201, to_json(*call.proxies.find(find_field(*body, "name")->get<std::string>())));
  });
}

HttpReply populate(const Call& call) {
  if (!call.is("POST")) return wrong_method();
  HttpReply bad;
  const auto body = call.body(bad);
  if (!body) return bad;
  std::vector<std::string> done;
  const Refused refused = call.proxies.populate(*body, done);
  Json proxies = Json::array();
  for (const std::string& name : done) proxies.push_back(to_json(*call.proxies.find(name)));
  if (!refused) return answer(201, Json{{"proxies", std::move(proxies)}});
  Json json = problem_json(*refused);
  json["proxies"] = std::move(proxies);
  return answer(refused->status, json);
}

HttpReply one_proxy(const Call& call, NamedProxy& named) {
  if (call.is("GET")) return answer(200, to_json(named));
  if (call.is("DELETE")) {
    call.proxies.remove(call.path[1]);
    return nothing();
  }
  if (!call.writes()) return wrong_method();
  HttpReply bad;
  const auto body = call.body(bad);
  if (!body) return bad;
  return changed(call.proxies.update(named, *body), [&] { return answer(200, to_json(named)); });
}

HttpReply all_toxics(const Call& call, NamedProxy& named) {
  if (call.is("GET")) return answer(200, toxics_json(named));
  if (!call.is("POST")) return wrong_method();
  HttpReply bad;
  const auto body = call.body(bad);
  if (!body) return bad;
  std::string added;
  return changed(call.proxies.add_toxic(named, *body, added),
                 [&] { return answer(200, to_json(*named.find(added))); });
}

HttpReply one_toxic(const Call& call, NamedProxy& named) {
  const std::string& name = call.path[3];
  const Toxic* const toxic = named.find(name);
  if (toxic == nullptr) return no_such("toxic");
  if (call.is("GET")) return answer(200, to_json(*toxic));
  if (call.is("DELETE")) {
    return changed(call.proxies.remove_toxic(named, name), [] { return nothing(); });
  }
  if (!call.writes()) return wrong_method();
  HttpReply bad;
  const auto body = call.body(bad);
  if (!body) return bad;
  return changed(call.proxies.update_toxic(named, name, *body),
                 [&] { return answer(200, to_json(*named.find(name))); });
}

HttpReply counts(const Call& call, const NamedProxy& named) {
  if (!call.is("GET")) return wrong_method();
  const ProxyCounts& all = named.proxy->counts();
  const auto bytes = [](const ProxyCounts::Bytes& one) {
    return Json{{"received", one.received}, {"sent", one.sent}};
  };
  Json toxics = Json::array();
  for (const ProxyFaultCounts& fault : named.toxic_counts()) {
    toxics.push_back({{"name", fault.name},
                      {"hits", fault.hits},
                      {"connections", fault.connections},
                      {"bytes", fault.bytes},
                      {"refusals_seen", fault.refusals_seen},
                      {"tls_tolerated", fault.tls_tolerated}});
  }
  return answer(200, Json{{"accepted", all.accepted},
                          {"open", all.open},
                          {"refused_by_limit", all.refused_by_limit},
                          {"refused_by_fault", all.refused_by_fault},
                          {"upstream_failed", all.upstream_failed},
                          {"upstream_problem", named.proxy->upstream_problem()},
                          {"reset_by_fault", all.reset_by_fault},
                          {"closed_by_fault", all.closed_by_fault},
                          {"handshakes_failed", all.handshakes_failed},
                          {"upstream", bytes(all.upstream)},
                          {"downstream", bytes(all.downstream)},
                          {"toxics", std::move(toxics)}});
}

HttpReply authority(const Call& call, const NamedProxy& named) {
  if (!call.is("GET")) return wrong_method();
  HttpReply reply = plain(200, named.proxy->authority_pem());
  reply.headers.front().value = "application/x-pem-file";
  return reply;
}

HttpReply version(const Call& call) {
  if (!call.is("GET")) return wrong_method();
  HttpReply reply = plain(200, std::string{"{\"version\": \""} + kToxiproxyVersion + "\"}\n");
  reply.headers.front().value = "application/json;charset=utf-8";
  return reply;
}

HttpReply metrics(const Call& call) {
  if (!call.is("GET")) return wrong_method();
  HttpReply reply = plain(200, metrics_text(call.proxies));
  reply.headers.front().value = "text/plain; version=0.0.4; charset=utf-8";
  return reply;
}

HttpReply below_proxy(const Call& call) {
  NamedProxy* const named = call.proxies.find(call.path[1]);
  const std::string part = call.path.size() > 2 ? call.path[2] : "";
  const bool known =
      call.path.size() == 2 || (call.path.size() == 4 && part == "toxics") ||
      (call.path.size() == 3 && (part == "toxics" || part == "counts" || part == "authority"));
  if (!known) return plain(404, "404 page not found\n");
  if (named == nullptr) return no_such("proxy");
  if (call.path.size() == 4) return one_toxic(call, *named);
  if (part == "toxics") return all_toxics(call, *named);
  if (part == "counts") return counts(call, *named);
  if (part == "authority") return authority(call, *named);
  return one_proxy(call, *named);
}

HttpReply route(const Call& call) {
  const std::string first = call.path.empty() ? "" : call.path.front();
  if (call.path.size() > 1 && first == "proxies" && !call.path[1].empty()) return below_proxy(call);
  if (call.path.size() == 1) {
    if (first == "proxies") return all_proxies(call);
    if (first == "populate") return populate(call);
    if (first == "version") return version(call);
    if (first == "metrics") return metrics(call);
    if (first == "reset" && !call.is("POST")) return wrong_method();
    if (first == "reset") return changed(call.proxies.reset(), [] { return nothing(); });
  }
  return plain(404, "404 page not found\n");
}

boost::asio::awaitable<HttpReply> reply_to(ProxyList* proxies, std::uint64_t number,
                                           HttpRequest request) {
  HttpReply reply = toxiproxy_reply(request, *proxies);
  reply.headers.push_back({"X-Toxiproxy-Request-Id", "firedrill-" + std::to_string(number)});
  co_return reply;
}

HttpServer::Options listen_options(const ToxiproxyServer::Options& options) {
  HttpServer::Options listen;
  listen.address = options.address;
  listen.port = options.port;
  listen.body_max = kBodyMax;
  return listen;
}

}  // namespace

HttpReply toxiproxy_reply(const HttpRequest& request, ProxyList& proxies) {
  // A web page that somebody looks at on this machine must not reach the proxies.
  if (find_header(request.headers, "user-agent").starts_with("Mozilla/")) {
    return plain(403, "User agent not allowed\n");
  }
  return route({request, proxies, segments_of(request.path)});
}

ToxiproxyServer::ToxiproxyServer(boost::asio::io_context& io, const EgressGuard& guard,
                                 const Options& options)
    : address_{options.address},
      proxies_{io, guard, options.proxies},
      server_{io, listen_options(options), [this](HttpRequest request) {
                return reply_to(&proxies_, ++requests_, std::move(request));
              }} {}

Result<void> ToxiproxyServer::start() { return server_.start(); }

void ToxiproxyServer::stop() {
  server_.stop();
  proxies_.stop();
}

std::string ToxiproxyServer::url() const {
  const bool v6 = address_.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + address_ + "]" : address_) + ":" + std::to_string(server_.port());
}

}  // namespace firedrill
