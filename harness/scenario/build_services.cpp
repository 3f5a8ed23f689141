#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/compose.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/yaml.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

/// What the drill sets itself, so that the private server stays private and can be taken away.
constexpr std::array<std::string_view, 17> kReserved{"listen_addresses",
                                                     "port",
                                                     "unix_socket_directories",
                                                     "data_directory",
                                                     "hba_file",
                                                     "shared_memory_type",
                                                     "dynamic_shared_memory_type",
                                                     "log_line_prefix",
                                                     "logging_collector",
                                                     "log_destination",
                                                     "bind",
                                                     "dir",
                                                     "daemonize",
                                                     "unixsocket",
                                                     "requirepass",
                                                     "logfile",
                                                     "protected-mode"};

/// "http://host:port/path" of "postgres://user:password@host:port/path", for the check of its host.
std::string without_login(std::string_view url) {
  std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  return "http://" + std::string{rest.substr(0, rest.find_first_of("?#"))};
}

void build_settings(Context& context, const Node* settings, spec::Service& service) {
  if (!settings) return;
  for (const Entry& entry : settings->entries) {
    if (std::find(kReserved.begin(), kReserved.end(), entry.key) != kReserved.end()) {
      context.problems.add(entry.place(), "the drill sets '" + entry.key + "' of its own server");
      continue;
    }
    const std::string value = text_of(context, &entry.value, Scope::literal);
    if (value.find_first_of("\n\r") != std::string::npos) {
      context.problems.add(entry.value.place(), "the value of a setting is one line");
      continue;
    }
    service.settings.emplace_back(entry.key, value);
  }
}

void build_init(Context& context, const Node* init, spec::Service& service) {
  if (!init) return;
  service.init_file = text_of(context, init, Scope::literal);
  if (service.init_file.empty()) return;
  const spec::Place place = init->place();
  auto sql = read_scenario_file(beside(place.file, service.init_file), place, context.problems);
  if (sql) service.init_sql = *std::move(sql);
}

spec::Service build_service(Context& context, const Node& node, spec::ServiceKind kind) {
  spec::Service service;
  service.kind = kind;
  service.place = node.place();
  if (const Node* url = child(&node, "url")) {
    service.url = text_of(context, url, Scope::literal);
    check_target(context, *url, without_login(service.url));
  }
  service.port = static_cast<std::uint16_t>(integer_at(&node, "port").value_or(0));
  const auto within =
      positive_duration(context, child(&node, "within"), "the time to become ready");
  if (within) service.within = *within;
  if (const Node* database = child(&node, "database"))
    service.database = text_of(context, database, Scope::literal);
  build_init(context, child(&node, "init"), service);
  build_settings(context, child(&node, "settings"), service);
  return service;
}

std::uint32_t count_at(const Node* node, std::string_view key, std::uint32_t otherwise) {
  return static_cast<std::uint32_t>(integer_at(node, key).value_or(otherwise));
}

std::string table_at(Context& context, const Node* node, std::string_view key) {
  return text_of(context, child(node, key), Scope::literal);
}

using What = decltype(spec::ServiceFault::what);

spec::HoldConnections build_hold(const Node& node) {
  const auto count = unsigned_of(node.text);
  if (!node.is_scalar() || !count) return {};
  return {static_cast<std::uint32_t>(*count)};
}

spec::IdleInTransaction build_idle(Context& context, const Node& node) {
  spec::IdleInTransaction idle;
  idle.sessions = count_at(&node, "sessions", 1);
  idle.rows = child(&node, "lock_rows") != nullptr;
  idle.table = table_at(context, &node, idle.rows ? "lock_rows" : "lock_table");
  return idle;
}

/// A fault of PostgreSQL, by its key.
std::optional<spec::PostgresServerFault> build_postgres(Context& context, const std::string& key,
                                                        const Node& node) {
  if (key == "hold_connections") return build_hold(node);
  if (key == "idle_in_transaction") return build_idle(context, node);
  if (key == "long_queries") {
    return spec::LongQueries{count_at(&node, "sessions", 1), table_at(context, &node, "table")};
  }
  if (key == "terminate_backends") {
    return spec::TerminateBackends{positive_duration(context, child(&node, "every"), "a period")};
  }
  if (key == "statement_timeout") {
    const auto time = positive_duration(context, &node, "a statement time-out");
    return spec::StatementTimeout{time.value_or(std::chrono::milliseconds{1})};
  }
  if (key == "read_only") return spec::ReadOnly{};
  if (key != "no_space") return std::nullopt;
  spec::NoSpace full;
  full.size = parsed(child(&node, "size"), parse_bytes).value_or(full.size);
  constexpr std::uint64_t least = std::uint64_t{1024} * 1024;
  constexpr std::uint64_t most = std::uint64_t{1024} * 1024 * 1024;
  if (full.size < least || full.size > most) {
    context.problems.add(node.place(), "the disk has 1MiB to 1GiB: it lies in memory");
  }
  return full;
}

std::optional<spec::RedisServerFault> build_redis(Context& context, const std::string& key,
                                                  const Node& node) {
  if (key == "memory_full") return spec::MemoryFull{};
  if (key == "evict") return spec::Evict{};
  if (key == "client_pause") {
    return spec::ClientPause{text_of(context, &node, Scope::literal) == "writes"};
  }
  if (key == "max_clients") {
    return spec::MaxClients{static_cast<std::uint32_t>(unsigned_of(node.text).value_or(1))};
  }
  if (key != "slow_commands") return std::nullopt;
  const auto time = positive_duration(context, &node, "the time of a command");
  if (time && *time > std::chrono::seconds{1}) {
    context.problems.add(node.place(), "a slow command takes at most 1s");
  }
  return spec::SlowCommands{time.value_or(std::chrono::milliseconds{1})};
}

const spec::Service* service_of(const Context& context, std::string_view name) {
  for (const auto& [known, service] : context.out.services) {
    if (known == name) return &service;
  }
  return nullptr;
}

/// What the kind of the service, or whose it is, does not allow.
void check_fits(Context& context, const Node& node, const std::string& key, const What& what,
                const spec::Service& service) {
  const bool of_postgres = std::holds_alternative<spec::PostgresServerFault>(what);
  const bool of_redis = std::holds_alternative<spec::RedisServerFault>(what);
  const bool is_postgres = service.kind == spec::ServiceKind::postgres;
  if ((of_postgres && !is_postgres) || (of_redis && is_postgres)) {
    context.problems.add(node.place(), "'" + key + "' is a fault of " +
                                           (of_postgres ? "PostgreSQL" : "Redis") +
                                           ", and this service is none");
  }
  const auto* postgres = std::get_if<spec::PostgresServerFault>(&what);
  const bool full = postgres && std::holds_alternative<spec::NoSpace>(*postgres);
  if (service.given() && (full || (!of_postgres && !of_redis))) {
    context.problems.add(node.place(), "'" + key +
                                           "' works on a service that the drill starts itself; "
                                           "this one is given by its url");
  }
}

}  // namespace

void build_services(Context& context, const Node& root) {
  const Node* services = child(&root, "services");
  if (!services) return;
  for (const Entry& entry : services->entries) {
    const auto kind = spec::service_kind(entry.key);
    if (!kind || !entry.value.is_map() || entry.value.broken) continue;
    context.out.services.emplace_back(entry.key, build_service(context, entry.value, *kind));
  }
}

spec::ServiceFault build_service_fault(Context& context, const Node& node) {
  spec::ServiceFault fault;
  const Node& name = *child(&node, "service");
  fault.service = text_of(context, &name, Scope::literal);
  check_reference(context, name, fault.service, context.services);
  for (const std::string& key : service_fault_keys()) {
    const Node* value = child(&node, key);
    if (!value) continue;
    if (auto postgres = build_postgres(context, key, *value)) {
      fault.what = *postgres;
    } else if (auto redis = build_redis(context, key, *value)) {
      fault.what = *redis;
    } else if (key == "restart") {
      fault.what = spec::Restart{};
    } else {
      fault.what = spec::Stop{};
    }
    if (const spec::Service* service = service_of(context, fault.service))
      check_fits(context, *value, key, fault.what, *service);
  }
  return fault;
}

}  // namespace firedrill::scenario
