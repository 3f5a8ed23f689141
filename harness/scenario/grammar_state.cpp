#include "harness/scenario/grammar_state.hpp"

#include "harness/base/strings.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/parses.hpp"
#include "harness/text/metric_selector.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

TextShape field_name() {
  return {.what = "the name of a field",
          .pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
          .examples = {"id", "slot"}};
}

ShapePtr field_shape() { return text_shape("", field_name()); }

ShapePtr reading_reference() { return reference_shape("the name of a reading", {"events"}); }

ShapePtr rows_bound_shape() {
  return text_shape("", {.what = "a bound for a number",
                         .pattern = number_bound_pattern(),
                         .examples = {">= 10", "== 1"},
                         .check = parses<parse_number_bound>});
}

/// A stream, one of its steps, or a mock.
ShapePtr sender_shape() {
  return text_shape("", {.what = "the name of a stream",
                         .pattern = "^[a-z][a-z0-9_-]{0,63}(\\.[a-z][a-z0-9_-]{0,63})?$",
                         .examples = {"payments", "booking.pay"}});
}

/// One name or several.
ShapePtr streams_shape() {
  const ShapePtr stream = sender_shape();
  return either({stream, list_shape("a list of streams", stream, 1)});
}

Result<void> check_system_series(std::string_view text) {
  const auto selector = MetricSelector::parse(text);
  return selector ? Result<void>{} : Result<void>{selector.error()};
}

ShapePtr system_series_shape() {
  return text_shape("", {.what = "a series of metrics",
                         .pattern = "^[A-Za-z_:][A-Za-z0-9_:]*(\\{.*\\})?$",
                         .examples = {"openai_tokens_total{kind=\"prompt\"}"},
                         .check = check_system_series});
}

ShapePtr reading_shape() {
  const ShapePtr path = text_shape(
      "", {.what = "a path", .pattern = std::string{kPathPattern}, .examples = {"/api/events"}});
  const ShapePtr pointer = text_shape("", pointer_text());
  const ShapePtr service = reference_shape("the name of a service", {"postgres"});
  const ShapePtr text = text_shape("", {.what = "a text", .any_scalar = true});
  return map_shape(
      "reading",
      {.what = "a map with http, sql or redis",
       .fields =
           {{"http", path, false, "GET of a JSON document of the system"},
            {"headers",
             map_shape("", {.what = "a map from headers to texts",
                            .open = OpenKeys{header_name(), secret_or_text_shape("a text"), 1}}),
             false, "headers of the GET"},
            {"rows", pointer, false,
             "JSON Pointer of the list in the document; the document itself unless given"},
            {"sql", free_text("a query"), false,
             "a query of PostgreSQL, run where nothing can be written; its columns are the fields"},
            {"redis", free_text("a command such as 'LRANGE dlq 0 -1'"), false,
             "a command of Redis that reads a list"},
            {"service", service, false,
             "where the query or command goes; postgres or redis unless given"},
            {"fields",
             map_shape("", {.what = "a map from fields to JSON Pointers",
                            .open = OpenKeys{field_name(), pointer, 1, 30}}),
             false, "values of each row, by JSON Pointers into it"},
            {"where",
             map_shape("", {.what = "a map from fields to texts",
                            .open = OpenKeys{field_name(), text, 1}}),
             false, "only rows with exactly these values"},
            {"before", flag_shape(false), false,
             "whether it is read before the drill too, so that what is there already does not "
             "count; true unless given"}},
       .rules = {exactly_one({"http", "sql", "redis"}), needs("headers", {"http"}),
                 needs("rows", {"http"}), needs("http", {"fields"}),
                 needs("service", {"sql", "redis"}), excludes("sql", {"fields"})}});
}

ShapePtr rows_by_id_shape() {
  return either(
      {reading_reference(),
       map_shape("rows_by_id",
                 {.what = "a map with from, id and times",
                  .fields = {{"from", reading_reference(), true, "the reading"},
                             {"id", field_shape(), false, "field with the id; id unless given"},
                             {"times", field_shape(), false,
                              "field that says how often; each row is once unless given"}}})});
}

std::vector<Field> ledger_fields() {
  const ShapePtr acknowledged =
      map_shape("", {.what = "a map with status or id",
                     .fields = {{"status", status_shape(), false, "2xx unless given"},
                                {"id", text_shape("", pointer_text()), false,
                                 "JSON Pointer of the id in the answer; the correlation id of the "
                                 "request unless given"}},
                     .rules = {at_least_one({"status", "id"})}});
  return {{"ledger", streams_shape(), false,
           "what these streams, or mocks that send webhooks, had acknowledged is neither lost nor "
           "done twice"},
          {"each", names_shape("fate", {"processed_once", "processed_once_or_in_dlq"}), false,
           "what must have become of each"},
          {"processed", rows_by_id_shape(), false, "the reading of what was processed"},
          {"dead_letters", rows_by_id_shape(), false, "the reading of the dead letters"},
          {"acknowledged", acknowledged, false,
           "of streams of requests: which answers acknowledge, and what they name"}};
}

ShapePtr unique_shape() {
  return map_shape(
      "",
      {.what = "a map with from and by",
       .fields = {
           {"from", reading_reference(), true, "the reading"},
           {"by", either({field_shape(), list_shape("a list of fields", field_shape(), 1, 10)}),
            true, "fields that no two rows may agree in"},
           {"rows", rows_bound_shape(), false, "how many rows there must be; >= 1 unless given"}}});
}

ShapePtr order_shape() {
  return map_shape(
      "", {.what = "a map with from, and by or as",
           .fields = {{"from", reading_reference(), true, "the reading"},
                      {"by", field_shape(), false, "this field never goes back, row by row"},
                      {"key", field_shape(), false, "only among rows with the same value here"},
                      {"as", sender_shape(), false,
                       "rows come as this stream, or mock that sends webhooks, was acknowledged"},
                      {"id", field_shape(), false,
                       "field with the id of what was acknowledged; id unless given"},
                      {"rows", rows_bound_shape(), false,
                       "how many rows there must be; >= 2 unless given"}},
           .rules = {at_least_one({"by", "as"}), needs("id", {"as"})}});
}

std::vector<Field> cost_fields() {
  const ShapePtr series = system_series_shape();
  const ShapePtr tokens =
      map_shape("", {.what = "a map with prompt, completion or total",
                     .fields = {{"prompt", series, false, "tokens of what was asked"},
                                {"completion", series, false, "tokens of what was answered"},
                                {"total", series, false, "both together"}},
                     .rules = {at_least_one({"prompt", "completion", "total"})}});
  const ShapePtr price =
      map_shape("", {.what = "a map with prompt and completion",
                     .fields = {{"prompt", number_shape(), true, "US dollars a million tokens"},
                                {"completion", number_shape(), true, "likewise"}}});
  const TextShape model{.what = "the name of a model",
                        .pattern = "^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
                        .examples = {"gpt-4o-mini"}};
  return {
      {"cost", reference_shape("the name of a mock", {"openai"}), false,
       "the system's own account of what it used is what this mock billed"},
      {"tokens", either({series, tokens}), false,
       "series of the system that count tokens; one alone counts all"},
      {"spend", series, false, "series of the system that counts US dollars"},
      {"prices",
       map_shape("", {.what = "a map from models to prices", .open = OpenKeys{model, price, 1}}),
       false, "what the provider charges"},
      {"off_by", ratio_shape(), false, "share by which they may differ; none unless given"}};
}

ShapePtr audit_shape() {
  return map_shape(
      "",
      {.what = "a map with of and from",
       .fields = {
           {"of", streams_shape(), true, "streams whose requests must be audited"},
           {"status", status_shape(), false, "which of their answers must be; 2xx unless given"},
           {"from", reading_reference(), true, "the reading of the audit trail"},
           {"by", field_shape(), false,
            "field with the correlation id of the request; correlation_id unless given"},
           {"with", either({field_shape(), list_shape("a list of fields", field_shape(), 1, 30)}),
            false, "fields that no entry may leave empty"},
           {"entries", rows_bound_shape(), false, "entries of each request; >= 1 unless given"}}});
}

}  // namespace

std::vector<std::string> redis_reading_commands() {
  return {"LRANGE", "SMEMBERS", "ZRANGE", "HGETALL"};
}

ShapePtr state_shape() {
  const TextShape name = std::get<TextShape>(reading_reference()->form);
  return map_shape(
      "", {.what = "a map with read, settle and quiet",
           .fields = {{"read",
                       map_shape("", {.what = "a map from names to readings",
                                      .open = OpenKeys{name, reading_shape(), 1, 30}}),
                       true, "what is read, by name"},
                      {"settle", duration_shape(), false,
                       "how long the system may take, after the load, until all is as expected; 5s "
                       "unless given"},
                      {"quiet", duration_shape(), false,
                       "how long nothing may change before it counts as settled; 500ms unless "
                       "given"}}});
}

std::vector<Field> state_fields() {
  std::vector<Field> fields = ledger_fields();
  fields.push_back({"unique", unique_shape(), false, "no two rows of a reading are alike"});
  fields.push_back({"order", order_shape(), false, "rows of a reading come in order"});
  for (Field& field : cost_fields()) fields.push_back(std::move(field));
  fields.push_back({"audit", audit_shape(), false, "every request left its entry in a reading"});
  return fields;
}

std::vector<std::string> state_kinds() { return {"ledger", "unique", "order", "cost", "audit"}; }

std::vector<Rule> state_rules() {
  std::vector<Rule> rules{needs("ledger", {"each"}), needs("ledger", {"processed"}),
                          needs("cost", {"tokens", "spend"}), needs("spend", {"prices"}),
                          needs("prices", {"spend"})};
  for (const char* part : {"each", "processed", "dead_letters", "acknowledged"}) {
    rules.push_back(needs(part, {"ledger"}));
  }
  for (const char* part : {"tokens", "spend", "off_by"}) rules.push_back(needs(part, {"cost"}));
  // Judged once, over the whole drill, when it is over.
  for (const std::string& kind : state_kinds()) {
    rules.push_back(excludes(kind, {"during", "gate"}));
  }
  return rules;
}

}  // namespace firedrill::scenario
