#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_alerts.hpp"
#include "harness/scenario/grammar_faults.hpp"

#include <utility>

namespace firedrill::scenario {
namespace {

ShapePtr table_shape() {
  return text_shape("", {.what = "the name of a table",
                         .pattern = R"(^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$)",
                         .examples = {"patients"}});
}

ShapePtr some_shape(const std::string& what) {
  return integer_shape("a number of " + what + " 1..10000", 1, 10'000);
}

/// `true`, or a map with more about it.
ShapePtr true_or(std::string what, std::vector<Field> fields) {
  return either(
      {flag_shape(true), map_shape("", {.what = std::move(what), .fields = std::move(fields)})});
}

ShapePtr settings_shape() {
  const TextShape name{.what = "the name of a setting",
                       .pattern = "^[a-z][a-z0-9_.-]*$",
                       .examples = {"max_connections"}};
  const ShapePtr value = text_shape("", {.what = "the value of a setting", .any_scalar = true});
  return map_shape("", {.what = "a map from settings of the server to their values",
                        .open = OpenKeys{name, value}});
}

/// What both kinds of service have.
std::vector<Field> common_fields(std::string scheme) {
  return {{"url",
           text_shape("", {.what = "the URL of a server that runs already",
                           .pattern = "^" + scheme + R"(://\S+$)",
                           .examples = {}}),
           false, "one that runs already, instead of a private one"},
          {"port", integer_shape("a port 1..65535", 1, 65535), false,
           "where the private one listens on 127.0.0.1; a free port unless given"},
          {"within", duration_shape(), false, "how long it may take to be ready; 30s unless given"},
          {"settings", settings_shape(), false, "settings of the private server"}};
}

ShapePtr postgres_shape() {
  std::vector<Field> fields = common_fields("postgres(ql)?");
  fields.push_back({"database",
                    text_shape("", {.what = "the name of a database",
                                    .pattern = "^[a-z_][a-z0-9_]{0,62}$",
                                    .examples = {"clinic"}}),
                    false, "name of the database; 'drill' unless given"});
  fields.push_back({"init", text_shape("", {.what = "the path of an SQL file"}), false,
                    "statements that make its tables, run once"});
  return map_shape("postgres",
                   {.what = "a map, {} for a private server",
                    .fields = std::move(fields),
                    .rules = {excludes("url", {"port", "settings", "database", "init"})}});
}

ShapePtr redis_shape() {
  return map_shape("redis", {.what = "a map, {} for a private server",
                             .fields = common_fields("redis"),
                             .rules = {excludes("url", {"port", "settings"})}});
}

}  // namespace

ShapePtr services_shape() {
  return map_shape("", {.what = "a map from services to their settings",
                        .fields = {{"postgres", postgres_shape(), false, "a real PostgreSQL"},
                                   {"redis", redis_shape(), false, "a real Redis"},
                                   {"prometheus", prometheus_shape(), false,
                                    "a real Prometheus, which evaluates the rules under alerts"},
                                   {"alertmanager", alertmanager_shape(), false,
                                    "a real Alertmanager, which tells the mocks of alerts"}},
                        .rules = {needs("prometheus", {"alertmanager"}),
                                  needs("alertmanager", {"prometheus"})}});
}

std::vector<Field> service_fault_fields() {
  const ShapePtr held = map_shape(
      "", {.what = "a map with sessions and a lock, or {}",
           .fields = {{"sessions", some_shape("sessions"), false, "how many; 1 unless given"},
                      {"lock_table", table_shape(), false, "they hold this table for themselves"},
                      {"lock_rows", table_shape(), false, "they hold all rows of this table"}},
           .rules = {at_most_one({"lock_table", "lock_rows"})}});
  const ShapePtr busy = map_shape(
      "", {.what = "a map with sessions and table, or {}",
           .fields = {
               {"sessions", some_shape("sessions"), false, "how many; 1 unless given"},
               {"table", table_shape(), false, "what they read meanwhile; nothing unless given"}}});
  return {
      {"hold_connections", either({some_shape("connections"), names_shape("number", {"all"})}),
       false, "PostgreSQL: sessions that are only there, a number or all that it gives"},
      {"idle_in_transaction", held, false, "PostgreSQL: transactions left open, with their locks"},
      {"long_queries", busy, false, "PostgreSQL: statements that do not end"},
      {"terminate_backends",
       true_or("a map with every", {{"every", duration_shape(), true, "how often"}}), false,
       "PostgreSQL: the sessions of all others are ended, once or again and again"},
      {"statement_timeout", duration_shape(), false,
       "PostgreSQL: statements that take longer are cancelled"},
      {"read_only", flag_shape(true), false, "PostgreSQL: transactions may not write"},
      {"no_space", true_or("a map with size", {{"size", bytes_shape(), true, "of the disk"}}),
       false, "PostgreSQL: the disk below the tables is full; needs root"},
      {"memory_full", flag_shape(true), false, "Redis: maxmemory is reached, writes are refused"},
      {"evict", flag_shape(true), false, "Redis: maxmemory is reached, other keys go"},
      {"client_pause", names_shape("commands", {"all", "writes"}), false,
       "Redis: commands are held up"},
      {"max_clients", some_shape("clients"), false,
       "Redis: at most so many clients; those that are connected are cut off"},
      {"slow_commands", duration_shape(), false,
       "Redis: commands that block the server for this long, one after the other"},
      {"restart", flag_shape(true), false, "the service ends and starts again at once"},
      {"stop", flag_shape(true), false, "the service ends, and starts again to heal it"}};
}

std::vector<std::string> service_fault_keys() {
  std::vector<std::string> keys;
  for (const Field& field : service_fault_fields()) keys.push_back(field.name);
  return keys;
}

FaultTarget service_target() {
  FaultTarget target{.key = "service", .fields = service_fault_fields(), .does = {}};
  for (const Field& field : target.fields) target.does.push_back(field.name);
  target.rules.push_back(at_most_one(target.does));
  // There is no half of these.
  target.rules.push_back(
      excludes("ramp", {"statement_timeout", "read_only", "no_space", "memory_full", "evict",
                        "client_pause", "max_clients", "stop"}));
  target.fields.push_back({"service", reference_shape("the name of a service", {"postgres"}), false,
                           "which real service misbehaves"});
  return target;
}

}  // namespace firedrill::scenario
