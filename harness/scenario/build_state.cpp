#include "harness/scenario/build_state.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar_state.hpp"
#include "harness/scenario/node.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace firedrill::scenario {
namespace {

std::vector<std::string> command_words(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

std::string in_capitals(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// The service that a query or command goes to: the one named, or the one there is of its kind.
std::string service_for(Context& context, const Node& reading, const Node& statement,
                        const std::string& kind) {
  const Node* const named = child(&reading, "service");
  const Node& where = named ? *named : statement;
  std::string service = named ? text_of(context, named, Scope::literal) : kind;
  check_reference(context, where, service, context.services);
  if (named && service != kind && context.services.index.contains(service)) {
    context.problems.add(named->place(),
                         "'" + service + "' does not understand it; '" + kind + "' would");
  }
  return service;
}

spec::HttpReading build_http_reading(Context& context, const Node& node, const Node& path) {
  spec::HttpReading http;
  http.path = text_of(context, &path, Scope::literal);
  http.rows = text_of(context, child(&node, "rows"), Scope::literal);
  if (const Node* headers = child(&node, "headers")) {
    for (const Entry& entry : headers->entries) {
      http.headers.emplace_back(entry.key, secret_or_text(context, &entry.value, Scope::literal));
    }
  }
  return http;
}

spec::RedisReading build_redis_reading(Context& context, const Node& node, const Node& command) {
  spec::RedisReading redis;
  redis.service = service_for(context, node, command, "redis");
  redis.command = command_words(text_of(context, &command, Scope::literal));
  const std::vector<std::string> known = redis_reading_commands();
  const std::string verb = redis.command.empty() ? "" : in_capitals(redis.command.front());
  if (std::find(known.begin(), known.end(), verb) == known.end()) {
    context.problems.add(command.place(), "a reading of Redis uses " + join_or(known) + ", not '" +
                                              (redis.command.empty() ? "" : redis.command.front()) +
                                              "'");
  } else {
    redis.command.front() = verb;
  }
  return redis;
}

spec::StateReading build_reading(Context& context, const Entry& entry) {
  spec::StateReading reading;
  reading.name = entry.key;
  const Node& node = entry.value;
  reading.place = node.place();
  if (const Node* path = child(&node, "http"))
    reading.source = build_http_reading(context, node, *path);
  if (const Node* sql = child(&node, "sql")) {
    reading.source = spec::SqlReading{service_for(context, node, *sql, "postgres"),
                                      text_of(context, sql, Scope::literal)};
  }
  if (const Node* redis = child(&node, "redis")) {
    reading.source = build_redis_reading(context, node, *redis);
    if (!child(&node, "fields")) reading.fields.push_back({"value", ""});
  }
  if (const Node* fields = child(&node, "fields")) {
    for (const Entry& field : fields->entries) {
      reading.fields.push_back({field.key, text_of(context, &field.value, Scope::literal)});
    }
  }
  if (const Node* where = child(&node, "where")) {
    for (const Entry& wanted : where->entries) {
      reading.where.emplace_back(wanted.key, text_of(context, &wanted.value, Scope::literal));
    }
  }
  const Node* const before = child(&node, "before");
  reading.before = !before || boolean_of(before->text).value_or(true);
  return reading;
}

/// Reports a field that a reading is known not to have. What a query brings is seen when it runs.
void check_field(Context& context, const Node& place, const std::string& reading,
                 const std::string& field) {
  const auto& readings = context.out.state.readings;
  const auto found = std::find_if(readings.begin(), readings.end(),
                                  [&](const auto& one) { return one.name == reading; });
  if (found == readings.end() || found->fields.empty()) return;
  std::vector<std::string> names;
  for (const auto& one : found->fields) names.push_back(one.name);
  if (std::find(names.begin(), names.end(), field) != names.end()) return;
  context.problems.add(place.place(), "reading '" + reading + "' has no field '" + field + "'" +
                                          did_you_mean(field, names) + "; it has " +
                                          join_or(names));
}

/// Whose requests or webhooks, by name.
std::vector<std::string> senders_of(Context& context, const Node& node, const Known& known) {
  std::vector<std::string> names;
  const auto add = [&](const Node& item) {
    std::string name = text_of(context, &item, Scope::literal);
    check_reference(context, item, name, known);
    names.push_back(std::move(name));
  };
  if (node.is_scalar()) add(node);
  for (const Node& item : node.items) add(item);
  return names;
}

Known streams_and_mocks(const Context& context) {
  Known known = context.streams;
  known.what = "stream or mock";
  known.complete = known.complete && context.mocks.complete;
  for (const std::string& mock : context.mocks.names) {
    known.names.push_back(mock);
    known.index.insert(mock);
  }
  return known;
}

/// A field by its key, or what it is unless given.
std::string field_at(Context& context, const Node& node, std::string_view key,
                     const std::string& reading, std::string otherwise) {
  const Node* const given = child(&node, key);
  std::string field = given ? text_of(context, given, Scope::literal) : std::move(otherwise);
  if (!field.empty()) check_field(context, given ? *given : node, reading, field);
  return field;
}

std::vector<std::string> fields_at(Context& context, const Node& node, std::string_view key,
                                   const std::string& reading) {
  std::vector<std::string> fields;
  const Node* const given = child(&node, key);
  if (!given) return fields;
  const auto add = [&](const Node& item) {
    std::string field = text_of(context, &item, Scope::literal);
    check_field(context, item, reading, field);
    fields.push_back(std::move(field));
  };
  if (given->is_scalar()) add(*given);
  for (const Node& item : given->items) add(item);
  return fields;
}

spec::RowsById build_rows_by_id(Context& context, const Node& node) {
  spec::RowsById rows;
  if (node.is_scalar()) {
    rows.reading = text_of(context, &node, Scope::literal);
    check_reference(context, node, rows.reading, context.readings);
    check_field(context, node, rows.reading, rows.id);
    return rows;
  }
  rows.reading = reference_at(context, node, "from", context.readings);
  rows.id = field_at(context, node, "id", rows.reading, rows.id);
  rows.times = field_at(context, node, "times", rows.reading, "");
  return rows;
}

/// An answer names what it acknowledges only where it is known which answer that is.
void check_single_requests(Context& context, const Node& node,
                           const std::vector<std::string>& streams) {
  for (const spec::Stream& stream : context.out.traffic) {
    if (stream.flow.empty()) continue;
    if (std::find(streams.begin(), streams.end(), stream.name) == streams.end()) continue;
    context.problems.add(node.place(), "'" + stream.name + "' has several requests: say which, " +
                                           "such as " + stream.series_of(stream.flow.front()));
  }
}

/// One answer names one thing: a stream's ledgers must agree where.
void check_same_id(Context& context, const Node& node, const spec::LedgerExpectation& ledger) {
  if (ledger.acknowledged.id.empty()) return;
  for (const spec::Expectation& other : context.out.expectations) {
    const auto* before = std::get_if<spec::LedgerExpectation>(&other.what);
    if (!before || before->acknowledged.id.empty()) continue;
    if (before->acknowledged.id == ledger.acknowledged.id) continue;
    for (const std::string& name : ledger.of) {
      const auto& names = before->of;
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      context.problems.add(node.place(), "answers of '" + name + "' are known by " +
                                             before->acknowledged.id + " already, at line " +
                                             std::to_string(other.place.line));
    }
  }
}

spec::LedgerExpectation build_ledger(Context& context, const Node& node) {
  spec::LedgerExpectation ledger;
  const Node& of = *child(&node, "ledger");
  ledger.of = senders_of(context, of, streams_and_mocks(context));
  check_single_requests(context, of, ledger.of);
  if (const Node* acknowledged = child(&node, "acknowledged")) {
    ledger.acknowledged.status = build_statuses(child(acknowledged, "status"));
    ledger.acknowledged.id = text_of(context, child(acknowledged, "id"), Scope::literal);
    check_same_id(context, *acknowledged, ledger);
  }
  if (const Node* processed = child(&node, "processed")) {
    ledger.processed = build_rows_by_id(context, *processed);
  }
  const Node* const dead = child(&node, "dead_letters");
  if (dead) ledger.dead_letters = build_rows_by_id(context, *dead);
  const Node* const each = child(&node, "each");
  const bool wants_dead = each && each->text == "processed_once_or_in_dlq";
  if (each && wants_dead && !node.find("dead_letters")) {
    context.problems.add(each->place(), "'dead_letters' must say where the dead letters are read");
  } else if (dead && each && each->text == "processed_once") {
    context.problems.add(dead->place(),
                         "'each: processed_once' knows no dead letters; write "
                         "processed_once_or_in_dlq or leave them out");
  }
  return ledger;
}

spec::UniqueExpectation build_unique(Context& context, const Node& node) {
  spec::UniqueExpectation unique;
  unique.reading = reference_at(context, node, "from", context.readings);
  unique.by = fields_at(context, node, "by", unique.reading);
  if (const auto rows = parsed(child(&node, "rows"), parse_number_bound)) unique.rows = *rows;
  return unique;
}

spec::OrderExpectation build_order(Context& context, const Node& node) {
  spec::OrderExpectation order;
  order.reading = reference_at(context, node, "from", context.readings);
  order.by = field_at(context, node, "by", order.reading, "");
  order.key = field_at(context, node, "key", order.reading, "");
  if (const Node* as = child(&node, "as")) {
    order.as = text_of(context, as, Scope::literal);
    check_reference(context, *as, order.as, streams_and_mocks(context));
    order.id = field_at(context, node, "id", order.reading, order.id);
  }
  if (const auto rows = parsed(child(&node, "rows"), parse_number_bound)) order.rows = *rows;
  return order;
}

/// A selector under `key`; unset when there is none.
std::optional<std::string> series_at(Context& context, const Node* map, std::string_view key) {
  const Node* const node = child(map, key);
  if (!node || !node->is_scalar()) return std::nullopt;
  return text_of(context, node, Scope::literal);
}

double price_at(Context& context, const Entry& entry, std::string_view key) {
  const Node* const node = child(&entry.value, key);
  const double price = node ? number_of(node->text).value_or(0) : 0;
  if (price < 0) context.problems.add(node->place(), "a price is not below 0");
  return price;
}

spec::CostExpectation build_cost(Context& context, const Node& node) {
  spec::CostExpectation cost;
  cost.mock = reference_at(context, node, "cost", context.mocks);
  for (const auto& [name, mock] : context.out.mocks) {
    if (name != cost.mock || mock.kind == spec::MockKind::openai) continue;
    context.problems.add(child(&node, "cost")->place(),
                         "mock '" + name + "' bills no tokens; openai does");
  }
  const Node* const tokens = child(&node, "tokens");
  if (tokens && tokens->is_scalar()) cost.total = text_of(context, tokens, Scope::literal);
  if (tokens && tokens->is_map()) {
    cost.prompt = series_at(context, tokens, "prompt");
    cost.completion = series_at(context, tokens, "completion");
    cost.total = series_at(context, tokens, "total");
  }
  cost.spend = series_at(context, &node, "spend");
  if (const Node* prices = child(&node, "prices")) {
    for (const Entry& entry : prices->entries) {
      cost.prices[entry.key] = {price_at(context, entry, "prompt"),
                                price_at(context, entry, "completion")};
    }
  }
  if (const auto off = parsed(child(&node, "off_by"), parse_ratio)) cost.tolerance = off->value;
  return cost;
}

spec::AuditExpectation build_audit(Context& context, const Node& node) {
  spec::AuditExpectation audit;
  if (const Node* of = child(&node, "of")) audit.of = senders_of(context, *of, context.streams);
  audit.status = build_statuses(child(&node, "status"));
  audit.reading = reference_at(context, node, "from", context.readings);
  audit.by = field_at(context, node, "by", audit.reading, audit.by);
  audit.with = fields_at(context, node, "with", audit.reading);
  const auto entries = parsed(child(&node, "entries"), parse_number_bound);
  if (entries) audit.entries = *entries;
  return audit;
}

std::string all_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void build_state(Context& context, const Node& root) {
  spec::State& state = context.out.state;
  const Node* const section = child(&root, "state");
  context.readings.what = "reading";
  context.readings.complete = section != nullptr || !root.find("state");
  const Node* const read = child(section, "read");
  if (!read) return;
  for (const Entry& entry : read->entries) {
    context.readings.names.push_back(entry.key);
    context.readings.index.insert(entry.key);
    state.readings.push_back(build_reading(context, entry));
    for (const auto& [field, text] : state.readings.back().where) {
      check_field(context, entry.value, entry.key, field);
    }
  }
  const auto settle = positive_duration(context, child(section, "settle"), "'settle'");
  if (settle) state.settle = *settle;
  const auto quiet = positive_duration(context, child(section, "quiet"), "'quiet'");
  if (quiet) state.quiet = *quiet;
  if (state.quiet > state.settle) {
    context.problems.add(section->place(), "'quiet' (" + to_text(state.quiet) +
                                               ") cannot be longer than 'settle' (" +
                                               to_text(state.settle) + ")");
  }
}

bool build_on_state(Context& context, const Node& node, spec::Expectation& out) {
  if (child(&node, "ledger")) {
    out.what = build_ledger(context, node);
  } else if (const Node* unique = child(&node, "unique")) {
    out.what = build_unique(context, *unique);
  } else if (const Node* order = child(&node, "order")) {
    out.what = build_order(context, *order);
  } else if (child(&node, "cost")) {
    out.what = build_cost(context, node);
  } else if (const Node* audit = child(&node, "audit")) {
    out.what = build_audit(context, *audit);
  } else {
    return false;
  }
  return true;
}

std::string state_name(const spec::Expectation& expectation) {
  if (const auto* ledger = std::get_if<spec::LedgerExpectation>(&expectation.what)) {
    return "ledger " + all_names(ledger->of);
  }
  if (const auto* unique = std::get_if<spec::UniqueExpectation>(&expectation.what)) {
    return "unique " + unique->reading + " by " + all_names(unique->by);
  }
  if (const auto* order = std::get_if<spec::OrderExpectation>(&expectation.what)) {
    return "order " + order->reading +
           (order->by.empty() ? " as " + order->as : " by " + order->by);
  }
  if (const auto* cost = std::get_if<spec::CostExpectation>(&expectation.what)) {
    return "cost " + cost->mock;
  }
  if (const auto* audit = std::get_if<spec::AuditExpectation>(&expectation.what)) {
    return "audit " + all_names(audit->of);
  }
  return "";
}

}  // namespace firedrill::scenario
