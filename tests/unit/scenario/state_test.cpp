#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

const std::string kReadings =
    "state:\n"
    "  settle: 3s\n"
    "  read:\n"
    "    events: { http: /api/events, rows: /events, fields: { id: /id, times: /n } }\n"
    "    dlq: { http: /api/dlq, fields: { id: /id }, before: false }\n";

/// kPlain with readings, and one expectation.
std::string with_state(const std::string& expectation, const std::string& readings = kReadings) {
  std::string text = plain_with("timeline:\n", readings + "timeline:\n");
  const std::string slo = "  - slo: score.failed.rate < 1%\n";
  return text.replace(text.find(slo), slo.size(), "  - " + expectation + "\n");
}

template <typename What>
What built_on_state(const std::string& text) {
  const Loaded loaded = load(with_state(text));
  REQUIRE(lines_of(loaded) == Lines{});
  return std::get<What>(loaded.scenario->expectations.at(0).what);
}

bool tells_of_state(const std::string& text, const std::string& what) {
  const Lines lines = problems(text);
  CAPTURE(lines);
  for (const std::string& line : lines) {
    if (line.find(what) != std::string::npos) return lines.size() <= 2;
  }
  UNSCOPED_INFO("not told: " << what << "; told: " << (lines.empty() ? "" : lines.front()));
  return false;
}

const std::string kUnique = "unique: { from: events, by: id }";

}  // namespace

TEST_CASE("state: readings are built as they are written", "[scenario][state]") {
  const Loaded loaded = load(with_state(kUnique));
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::State& state = loaded.scenario->state;
  CHECK(state.settle == Duration{3s});
  CHECK(state.quiet == Duration{500ms});
  REQUIRE(state.readings.size() == 2);
  const auto& http = std::get<spec::HttpReading>(state.readings[0].source);
  CHECK(http.path == "/api/events");
  CHECK(http.rows == "/events");
  CHECK(state.readings[0].fields.at(1).name == "times");
  CHECK(state.readings[0].fields.at(1).pointer == "/n");
  CHECK(state.readings[0].before);
  CHECK_FALSE(state.readings[1].before);
}

TEST_CASE("state: a ledger", "[scenario][state]") {
  const auto ledger = built_on_state<spec::LedgerExpectation>(
      "{ ledger: score, each: processed_once_or_in_dlq, processed: { from: events, times: times }, "
      "dead_letters: dlq, acknowledged: { status: [201, 2xx], id: /a } }");
  CHECK(ledger.of == std::vector<std::string>{"score"});
  CHECK(ledger.acknowledged.status.size() == 2);
  CHECK(ledger.acknowledged.id == "/a");
  CHECK(ledger.processed.reading == "events");
  CHECK(ledger.processed.id == "id");
  CHECK(ledger.processed.times == "times");
  REQUIRE(ledger.dead_letters);
  CHECK(ledger.dead_letters->reading == "dlq");
  CHECK(load(with_state("{ ledger: [score, openai], each: processed_once, processed: events }"))
            .scenario->expectations[0]
            .name == "ledger score, openai");
}

TEST_CASE("state: rows, cost and audit", "[scenario][state]") {
  const auto unique = built_on_state<spec::UniqueExpectation>(
      "unique: { from: events, by: [id, times], rows: '> 3' }");
  CHECK(unique.by == std::vector<std::string>{"id", "times"});
  CHECK(unique.rows.comparison == spec::Comparison::greater);
  const auto order = built_on_state<spec::OrderExpectation>(
      "order: { from: events, by: times, key: id, as: score }");
  CHECK(order.by == "times");
  CHECK(order.key == "id");
  CHECK(order.as == "score");
  CHECK(order.rows.value == 2);
  const auto cost = built_on_state<spec::CostExpectation>(
      "{ cost: openai, tokens: { prompt: a_total }, spend: usd_total, prices: { gpt-4o: { prompt: "
      "2.5, completion: 10 } }, off_by: 1% }");
  CHECK(cost.prompt == "a_total");
  CHECK_FALSE(cost.total);
  CHECK(cost.spend == "usd_total");
  CHECK(cost.prices.at("gpt-4o").prompt == 2.5);
  CHECK(cost.tolerance == 0.01);
  const auto audit = built_on_state<spec::AuditExpectation>(
      "audit: { of: score, from: events, by: id, with: times, entries: '== 1' }");
  CHECK(audit.of == std::vector<std::string>{"score"});
  CHECK(audit.status.empty());
  CHECK(audit.by == "id");
  CHECK(audit.with == std::vector<std::string>{"times"});
  CHECK(audit.entries.comparison == spec::Comparison::equal);
}

TEST_CASE("state: what does not exist is told", "[scenario][state]") {
  CHECK(tells_of_state(with_state("unique: { from: evnts, by: id }"),
                       "no reading 'evnts' (did you mean 'events'?); declared: events or dlq"));
  CHECK(tells_of_state(with_state("unique: { from: events, by: idd }"),
                       "reading 'events' has no field 'idd' (did you mean 'id'?)"));
  CHECK(tells_of_state(with_state("{ ledger: scor, each: processed_once, processed: events }"),
                       "no stream or mock 'scor' (did you mean 'score'?)"));
  CHECK(tells_of_state(with_state("audit: { of: openai, from: events, by: id }"),
                       "no stream 'openai'"));
  CHECK(tells_of_state(with_state(kUnique, "state: { read: { a: { sql: select 1 } } }\n"),
                       "no service 'postgres'; none is declared"));
}

TEST_CASE("state: what contradicts itself is told", "[scenario][state]") {
  CHECK(tells_of_state(
      with_state("{ ledger: score, each: processed_once_or_in_dlq, processed: events }"),
      "'dead_letters' must say where the dead letters are read"));
  CHECK(tells_of_state(with_state("{ ledger: score, each: processed_once, processed: events, "
                                  "dead_letters: dlq }"),
                       "'each: processed_once' knows no dead letters"));
  const std::string redis =
      plain_with("timeline:\n",
                 "services: { redis: {} }\nstate: { read: { a: { redis: DEL x } } }\ntimeline:\n");
  CHECK(tells_of_state(redis,
                       "a reading of Redis uses LRANGE, SMEMBERS, ZRANGE or HGETALL, not 'DEL'"));
  const std::string impatient =
      plain_with("timeline:\n",
                 "state: { settle: 1s, quiet: 2s, read: { a: { http: /, fields: { id: /id } } } }\n"
                 "timeline:\n");
  CHECK(tells_of_state(impatient, "'quiet' (2.00 s) cannot be longer than 'settle' (1.00 s)"));
}
