#include "harness/spec/proxies.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace firedrill::spec {
namespace {

constexpr auto kProtocols = std::to_array<std::string_view>({"tcp", "http", "postgres", "redis"});
constexpr auto kStatements =
    std::to_array<std::string_view>({"select", "insert", "update", "delete", "ddl", "other"});
constexpr auto kCertificates =
    std::to_array<std::string_view>({"expired", "not_yet_valid", "wrong_host", "self_signed"});

template <typename Kind>
struct Named {
  std::string_view name;
  Kind kind;
  bool is_error = true;  // and not something done to the bytes
};

using Pg = PostgresFault::Kind;
constexpr auto kPostgres = std::to_array<Named<Pg>>({
    {"too_many_connections", Pg::too_many_connections},
    {"starting_up", Pg::starting_up},
    {"disk_full", Pg::disk_full},
    {"statement_timeout", Pg::statement_timeout},
    {"admin_shutdown", Pg::admin_shutdown},
    {"read_only", Pg::read_only},
    {"latency", Pg::latency, false},
    {"slow_rows", Pg::slow_rows, false},
    {"cut_rows", Pg::cut_rows, false},
});

using Redis = RedisFault::Kind;
constexpr auto kRedis = std::to_array<Named<Redis>>({
    {"loading", Redis::loading},
    {"read_only", Redis::read_only},
    {"no_auth", Redis::no_auth},
    {"misconf", Redis::misconf},
    {"busy", Redis::busy},
    {"oom", Redis::oom},
    {"latency", Redis::latency, false},
    {"cut", Redis::cut, false},
});

std::vector<std::string> texts(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

template <typename Kind>
std::vector<std::string> errors_among(std::span<const Named<Kind>> all) {
  std::vector<std::string> names;
  for (const Named<Kind>& one : all) {
    if (one.is_error) names.emplace_back(one.name);
  }
  return names;
}

template <typename Kind>
std::optional<Kind> error_named(std::span<const Named<Kind>> all, std::string_view name) {
  for (const Named<Kind>& one : all) {
    if (one.is_error && one.name == name) return one.kind;
  }
  return std::nullopt;
}

template <typename Kind>
std::string_view name_among(std::span<const Named<Kind>> all, Kind kind) {
  for (const Named<Kind>& one : all) {
    if (one.kind == kind) return one.name;
  }
  return "";
}

}  // namespace

std::vector<std::string> proxy_protocol_names() { return texts(kProtocols); }

std::string_view name_of(ProxyProtocol protocol) {
  return kProtocols[static_cast<std::size_t>(protocol)];
}

std::optional<ProxyProtocol> proxy_protocol(std::string_view name) {
  const auto* found = std::find(kProtocols.begin(), kProtocols.end(), name);
  if (found == kProtocols.end()) return std::nullopt;
  return static_cast<ProxyProtocol>(found - kProtocols.begin());
}

ProxyProtocol protocol_of(const WireFault& fault) {
  if (std::holds_alternative<HttpFault>(fault.what)) return ProxyProtocol::http;
  if (std::holds_alternative<PostgresFault>(fault.what)) return ProxyProtocol::postgres;
  return ProxyProtocol::redis;
}

std::vector<std::string> statement_kind_names() { return texts(kStatements); }

std::string_view name_of(StatementKind kind) { return kStatements[static_cast<std::size_t>(kind)]; }

std::vector<std::string> postgres_error_names() { return errors_among<Pg>(kPostgres); }

std::optional<Pg> postgres_error(std::string_view name) { return error_named<Pg>(kPostgres, name); }

std::string_view name_of(Pg kind) { return name_among<Pg>(kPostgres, kind); }

std::vector<std::string> redis_error_names() { return errors_among<Redis>(kRedis); }

std::optional<Redis> redis_error(std::string_view name) { return error_named<Redis>(kRedis, name); }

std::string_view name_of(Redis kind) { return name_among<Redis>(kRedis, kind); }

std::vector<std::string> wrong_certificate_names() { return texts(kCertificates); }

std::string_view name_of(ProxyCertificate::Wrong wrong) {
  return kCertificates[static_cast<std::size_t>(wrong)];
}

}  // namespace firedrill::spec
