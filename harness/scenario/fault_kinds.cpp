#include "harness/scenario/fault_kinds.hpp"

#include "harness/scenario/grammar_faults.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

namespace firedrill {
namespace {

using scenario::FaultTarget;
using scenario::Field;
using scenario::MapShape;
using scenario::NamesShape;
using scenario::Rule;

using Kinds = std::vector<FaultKind>;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The keys of a map of which one must be there: those that say what is done.
std::vector<std::string> doing(const MapShape& map) {
  for (const Rule& rule : map.rules) {
    if (rule.kind == Rule::Kind::exactly_one || rule.kind == Rule::Kind::at_least_one)
      return rule.keys;
  }
  return {};
}

/// A key that names one of several things, such as `error`, is as many kinds.
void add_field(const std::string& group, const Field& field, Kinds& kinds) {
  const auto* names = std::get_if<NamesShape>(&field.shape->form);
  if (names == nullptr || field.name != "error") {
    kinds.push_back({group, field.name, field.description});
    return;
  }
  for (const std::string& name : names->names) kinds.push_back({group, name, field.description});
}

void add_map(const std::string& group, const Field& field, Kinds& kinds) {
  const auto& map = std::get<MapShape>(field.shape->form);
  const std::vector<std::string> keys = doing(map);
  for (const Field& inner : map.fields) {
    if (holds(keys, inner.name)) add_field(group, inner, kinds);
  }
}

void add_target(const FaultTarget& target, Kinds& kinds) {
  for (const Field& field : target.fields) {
    const bool is_kind = holds(target.does, field.name) && field.name != "steps";
    if (is_kind) kinds.push_back({target.key, field.name, field.description});
  }
}

void add_pressure(const FaultTarget& target, Kinds& kinds) {
  for (const Field& field : target.fields) add_map(target.key, field, kinds);
}

/// Which service a fault is of, its description says first; of both when it does not.
void add_services(const FaultTarget& target, Kinds& kinds) {
  constexpr std::string_view kPostgres = "PostgreSQL: ";
  constexpr std::string_view kRedis = "Redis: ";
  Kinds of_redis;
  for (const Field& field : target.fields) {
    if (!holds(target.does, field.name)) continue;
    const std::string_view text = field.description;
    if (text.starts_with(kPostgres)) {
      kinds.push_back({"postgres", field.name, std::string{text.substr(kPostgres.size())}});
    } else if (text.starts_with(kRedis)) {
      of_redis.push_back({"redis", field.name, std::string{text.substr(kRedis.size())}});
    } else {
      kinds.push_back({"postgres", field.name, field.description});
      of_redis.push_back({"redis", field.name, field.description});
    }
  }
  kinds.insert(kinds.end(), of_redis.begin(), of_redis.end());
}

/// Bytes and TLS go with every proxy; the others are named after what the proxy reads.
void add_proxies(const FaultTarget& target, Kinds& kinds) {
  for (const Field& field : target.fields) {
    if (!holds(target.does, field.name)) continue;
    const bool goes_with_all = field.name == "tcp" || field.name == "tls";
    add_map(goes_with_all ? "proxy" : "proxy " + field.name, field, kinds);
  }
}

}  // namespace

std::vector<FaultKind> fault_kinds() {
  Kinds kinds;
  add_target(scenario::mock_target(), kinds);
  add_target(scenario::process_target(), kinds);
  add_pressure(scenario::pressure_target(), kinds);
  add_services(scenario::service_target(), kinds);
  add_proxies(scenario::proxy_target(), kinds);
  return kinds;
}

}  // namespace firedrill
