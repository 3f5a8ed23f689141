#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/node.hpp"
#include "harness/spec/proxies.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

/// "http://host:port" of an upstream in either form, for the check of its host.
std::string as_url(std::string_view upstream) {
  const std::size_t scheme = upstream.find("://");
  if (scheme != std::string_view::npos) upstream.remove_prefix(scheme + 3);
  return "http://" + std::string{upstream};
}

spec::Proxy build_proxy(Context& context, const Node& node) {
  spec::Proxy proxy;
  proxy.place = node.place();
  if (const Node* upstream = child(&node, "upstream")) {
    proxy.upstream = text_of(context, upstream, Scope::proxy);
    const std::string url = as_url(proxy.upstream);
    const bool has_port = url.find(':', 7) != std::string::npos || url.find("${") == 7;
    if (!proxy.upstream.empty() && !has_port) {
      context.problems.add(upstream->place(), "HOST:PORT wanted, such as 127.0.0.1:5432, not '" +
                                                  printable(proxy.upstream, 60) + "'");
    } else {
      check_target(context, *upstream, url);
    }
  }
  const std::string protocol = text_of(context, child(&node, "protocol"), Scope::literal);
  proxy.protocol = spec::proxy_protocol(protocol).value_or(spec::ProxyProtocol::tcp);
  proxy.port = static_cast<std::uint16_t>(integer_at(&node, "port").value_or(0));
  const Node* tls = child(&node, "tls");
  const auto flag = [&](std::string_view key) {
    const Node* value = child(tls, key);
    return value && value->is_scalar() && boolean_of(value->text).value_or(false);
  };
  proxy.tls.terminate = flag("terminate");
  proxy.tls.upstream = flag("upstream");
  if (const Node* hosts = child(tls, "hosts")) proxy.tls.hosts = texts_of(context, hosts);
  return proxy;
}

// What is done to bytes.

/// 'forever' is no time at all.
std::optional<Duration> time_of(const Node* node) { return parsed(node, parse_duration); }

std::optional<spec::ProxyAction> build_stream_action(Context& context, const Node& node) {
  if (const Node* latency = child(&node, "latency"))
    return spec::ProxyLatency{parsed(latency, parse_delay).value_or(spec::Delay{})};
  if (const Node* bandwidth = child(&node, "bandwidth")) {
    return spec::ProxyBandwidth{parsed(child(bandwidth, "rate"), parse_bytes).value_or(0),
                                child(bandwidth, "in_total") != nullptr};
  }
  if (const Node* slicer = child(&node, "slicer")) {
    spec::ProxySlicer slices;
    slices.average = parsed(child(slicer, "average"), parse_bytes).value_or(1);
    slices.variation = parsed(child(slicer, "variation"), parse_bytes).value_or(0);
    slices.pause = time_of(child(slicer, "pause")).value_or(Duration{0});
    if (slices.average == 0 || slices.variation >= slices.average) {
      context.problems.add(slicer->place(),
                           "a piece has at least 1B, and 'variation' is below 'average'");
    }
    return slices;
  }
  if (const Node* delay = child(&node, "slow_close"))
    return spec::ProxySlowClose{time_of(delay).value_or(Duration{0})};
  if (const Node* loss = child(&node, "packet_loss")) {
    spec::ProxyLoss lost;
    lost.rate = parsed(child(loss, "rate"), parse_ratio).value_or(Ratio{});
    lost.correlation = parsed(child(loss, "correlation"), parse_ratio).value_or(Ratio{});
    if (const auto resend = time_of(child(loss, "resend_after"))) lost.resend_after = *resend;
    return lost;
  }
  if (child(&node, "blackhole")) return spec::ProxyBlackhole{};
  if (const Node* timeout = child(&node, "timeout")) return spec::ProxyTimeout{time_of(timeout)};
  if (const Node* reset = child(&node, "reset"))
    return spec::ProxyReset{time_of(reset).value_or(Duration{0})};
  if (const Node* limit = child(&node, "limit_data"))
    return spec::ProxyLimitData{parsed(limit, parse_bytes).value_or(0)};
  return std::nullopt;
}

std::optional<spec::ProxyAction> build_connect_action(const Node& node) {
  if (child(&node, "refuse")) return spec::ProxyRefuse{};
  if (child(&node, "down")) return spec::ProxyDown{};
  if (const Node* hang = child(&node, "connect_hang")) return spec::ProxyConnectHang{time_of(hang)};
  if (const auto most = integer_at(&node, "connection_cap")) return spec::ProxyConnectionCap{*most};
  return std::nullopt;
}

std::optional<spec::ProxyAction> build_tls_action(Context& context, const Node& node) {
  if (const Node* certificate = child(&node, "certificate")) {
    const std::vector<std::string> names = spec::wrong_certificate_names();
    const auto found =
        std::find(names.begin(), names.end(), text_of(context, certificate, Scope::literal));
    if (found == names.end()) return std::nullopt;
    return spec::ProxyCertificate{
        static_cast<spec::ProxyCertificate::Wrong>(found - names.begin())};
  }
  if (const Node* hang = child(&node, "handshake_hang"))
    return spec::ProxyHandshakeHang{time_of(hang)};
  if (child(&node, "old_protocol")) return spec::ProxyOldProtocol{};
  return std::nullopt;
}

void check_share(Context& context, const Node& node, const std::optional<Ratio>& share) {
  if (share && share->value <= 0)
    context.problems.add(node.find("share")->place(), "a fault with a share of 0 % never happens");
}

spec::ProxyFault build_byte_fault(Context& context, const Node& node,
                                  std::optional<spec::ProxyAction> action) {
  spec::ProxyFault fault;
  if (action) fault.action = std::move(*action);
  const std::string stream = text_of(context, child(&node, "stream"), Scope::literal);
  if (stream == "upstream") fault.stream = spec::ProxyStream::upstream;
  if (stream == "both") fault.stream = spec::ProxyStream::both;
  const auto share = parsed(child(&node, "share"), parse_ratio);
  check_share(context, node, share);
  if (share) fault.share = *share;
  return fault;
}

// What is done to requests.

spec::Picks build_picks(Context& context, const Node& node) {
  spec::Picks picks;
  picks.share = parsed(child(&node, "share"), parse_ratio);
  check_share(context, node, picks.share);
  if (const auto script = parsed(child(&node, "pattern"), parse_count_script)) {
    picks.fail_count = script->first;
    picks.pass_count = script->second;
  }
  return picks;
}

std::optional<spec::HttpFault::Respond> build_http_respond(Context& context, const Node* node) {
  const auto status = integer_at(node, "status");
  if (!status || *status > 599) return std::nullopt;
  spec::HttpFault::Respond respond;
  respond.status = static_cast<int>(*status);
  respond.body = text_of(context, child(node, "body"), Scope::literal);
  if (const Node* json = child(node, "json"))
    respond.body = json_of(context, *json, Scope::literal);
  const bool has_none = respond.status == 204 || respond.status == 304;
  if (has_none && !respond.body.empty())
    context.problems.add(node->place(), "an answer of that status has no body");
  return respond;
}

std::vector<spec::HttpFault::Header> build_headers(Context& context, const Node* node) {
  std::vector<spec::HttpFault::Header> headers;
  if (!node) return headers;
  for (const Entry& entry : node->entries) {
    const bool is_taken_out = type_of(entry.value) == Type::boolean && entry.value.text == "false";
    const std::string value = text_of(context, &entry.value, Scope::literal);
    headers.push_back({entry.key, is_taken_out ? std::nullopt : std::optional{value}});
  }
  return headers;
}

std::optional<std::int64_t> signed_number(const Node* node) {
  if (!node || !node->is_scalar()) return std::nullopt;
  std::string_view text = node->text;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

spec::HttpFault build_http(Context& context, const Node& node) {
  spec::HttpFault fault;
  fault.match = build_http_pick(context, child(&node, "when"));
  fault.latency = parsed(child(&node, "latency"), parse_delay);
  fault.rate_limit = parsed(child(&node, "rate_limit"), parse_rate);
  fault.respond = build_http_respond(context, child(&node, "respond"));
  if (const Node* hang = child(&node, "hang")) fault.hang = spec::HttpFault::Hang{time_of(hang)};
  fault.reset = child(&node, "reset") != nullptr;
  fault.headers = build_headers(context, child(&node, "set_headers"));
  fault.corrupt = parsed(child(&node, "corrupt"), parse_bytes);
  fault.malformed = child(&node, "malformed") != nullptr;
  fault.truncate = parsed(child(&node, "truncate"), parse_bytes);
  fault.wrong_length = signed_number(child(&node, "wrong_length"));
  if (const Node* drip = child(&node, "drip")) {
    const auto bytes = parsed(child(drip, "bytes"), parse_bytes);
    const auto every = parsed(child(drip, "every"), parse_duration);
    if (bytes && every) fault.drip = spec::HttpFault::Drip{*bytes, *every};
    if ((bytes && *bytes == 0) || (every && *every == Duration{0}))
      context.problems.add(drip->place(), "a drip has at least 1B at a time and a time above 0");
    if (bytes && *bytes == 0) fault.drip.reset();
  }
  if (fault.corrupt && *fault.corrupt == 0)
    context.problems.add(node.find("corrupt")->place(), "at least 1B must be spoilt");
  return fault;
}

std::vector<spec::StatementKind> build_statements(Context& context, const Node* node) {
  const std::vector<std::string> names = spec::statement_kind_names();
  std::vector<spec::StatementKind> kinds;
  for (const std::string& name : texts_of(context, node)) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end())
      kinds.push_back(static_cast<spec::StatementKind>(found - names.begin()));
  }
  return kinds;
}

void check_postgres(Context& context, const Node& node, const spec::PostgresFault& fault) {
  using PostgresKind = spec::PostgresFault::Kind;
  const bool of_startup =
      fault.kind == PostgresKind::too_many_connections || fault.kind == PostgresKind::starting_up;
  for (const char* key : {"statements", "table"}) {
    const Node* named = child(&node, key);
    if (of_startup && named)
      context.problems.add(named->place(), "this error meets whoever connects, not a statement");
  }
  const Node* after = child(&node, "after");
  const bool is_timeout = fault.kind == PostgresKind::statement_timeout;
  if (after && child(&node, "error") && !is_timeout)
    context.problems.add(after->place(), "only a statement_timeout comes after a time");
  if (is_timeout && !after)
    context.problems.add(node.place(), "a statement_timeout comes 'after' a time, such as 300ms");
}

spec::PostgresFault build_postgres(Context& context, const Node& node) {
  using PostgresKind = spec::PostgresFault::Kind;
  spec::PostgresFault fault;
  const auto timed = [&](std::string_view key, PostgresKind kind) {
    const Node* delay = child(&node, key);
    if (!delay) return;
    fault.kind = kind;
    fault.time = parsed(delay, parse_delay).value_or(spec::Delay{});
  };
  timed("latency", PostgresKind::latency);
  timed("slow_rows", PostgresKind::slow_rows);
  if (const auto rows = integer_at(&node, "cut_rows")) {
    fault.kind = PostgresKind::cut_rows;
    fault.rows = *rows;
  }
  if (const Node* error = child(&node, "error")) {
    const auto kind = spec::postgres_error(text_of(context, error, Scope::literal));
    if (!kind) return fault;  // reported already
    fault.kind = *kind;
    fault.time = parsed(child(&node, "after"), parse_delay).value_or(spec::Delay{});
  }
  fault.statements = build_statements(context, child(&node, "statements"));
  fault.table = text_of(context, child(&node, "table"), Scope::literal);
  check_postgres(context, node, fault);
  return fault;
}

spec::RedisFault build_redis(Context& context, const Node& node) {
  using RedisKind = spec::RedisFault::Kind;
  spec::RedisFault fault;
  if (const Node* latency = child(&node, "latency")) {
    fault.kind = RedisKind::latency;
    fault.time = parsed(latency, parse_delay).value_or(spec::Delay{});
  }
  if (const auto bytes = parsed(child(&node, "cut"), parse_bytes)) {
    fault.kind = RedisKind::cut;
    fault.bytes = *bytes;
  }
  if (const Node* error = child(&node, "error")) {
    const auto kind = spec::redis_error(text_of(context, error, Scope::literal));
    fault.kind = kind.value_or(RedisKind::loading);
  }
  for (const std::string& command : texts_of(context, child(&node, "commands")))
    fault.commands.push_back(to_lower(command));
  fault.key = text_of(context, child(&node, "key"), Scope::literal);
  return fault;
}

/// A fault of a protocol needs a proxy that reads it.
void check_protocol(Context& context, const Node& node, const std::string& proxy,
                    spec::ProxyProtocol wanted) {
  const auto& proxies = context.out.proxies;
  const auto found = std::find_if(proxies.begin(), proxies.end(),
                                  [&](const auto& named) { return named.first == proxy; });
  if (found == proxies.end() || found->second.protocol == wanted) return;
  const std::string name{spec::name_of(wanted)};
  context.problems.add(node.place(), "the proxy '" + proxy + "' does not read " + name +
                                         "; give it 'protocol: " + name + "'");
}

}  // namespace

spec::HttpPick build_http_pick(Context& context, const Node* when) {
  spec::HttpPick pick;
  pick.methods = texts_of(context, child(when, "method"));
  pick.path = text_of(context, child(when, "path"), Scope::literal);
  const spec::RequestMatch match = build_request_match(context, when);
  pick.query = match.query;
  pick.headers = match.headers;
  return pick;
}

void build_proxies(Context& context, const Node& root) {
  const Node* proxies = child(&root, "proxies");
  if (!proxies) return;
  for (const Entry& entry : proxies->entries) {
    if (!entry.value.is_map()) continue;
    context.out.proxies.emplace_back(entry.key, build_proxy(context, entry.value));
  }
}

spec::ProxiedFault build_proxied_fault(Context& context, const Node& node) {
  spec::ProxiedFault fault;
  const Node* proxy = child(&node, "proxy");
  fault.proxy = text_of(context, proxy, Scope::literal);
  check_reference(context, *proxy, fault.proxy, context.proxies);
  const auto wire = [&](const Node& what, auto built) {
    spec::WireFault wired{std::move(built), build_picks(context, what)};
    check_protocol(context, what, fault.proxy, spec::protocol_of(wired));
    fault.what = std::move(wired);
  };
  if (const Node* tcp = child(&node, "tcp")) {
    auto action = build_stream_action(context, *tcp);
    if (!action) action = build_connect_action(*tcp);
    fault.what = build_byte_fault(context, *tcp, std::move(action));
  } else if (const Node* tls = child(&node, "tls")) {
    fault.what = build_byte_fault(context, *tls, build_tls_action(context, *tls));
  } else if (const Node* http = child(&node, "http")) {
    wire(*http, build_http(context, *http));
  } else if (const Node* postgres = child(&node, "postgres")) {
    wire(*postgres, build_postgres(context, *postgres));
  } else if (const Node* redis = child(&node, "redis")) {
    wire(*redis, build_redis(context, *redis));
  }
  return fault;
}

}  // namespace firedrill::scenario
