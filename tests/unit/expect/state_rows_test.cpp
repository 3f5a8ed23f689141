#include "tests/unit/expect/state.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

SimulatedDrill with_rows(std::vector<std::string> fields, Rows rows) {
  SimulatedDrill drill = empty_drill();
  drill.result.state = {reading_of("rows", std::move(fields), std::move(rows))};
  return drill;
}

spec::UniqueExpectation unique_by(std::vector<std::string> by, double rows = 1) {
  return {"rows", std::move(by), {spec::Comparison::greater_equal, rows}};
}

spec::OrderExpectation order_by(std::string by, std::string key = "") {
  spec::OrderExpectation order;
  order.reading = "rows";
  order.by = std::move(by);
  order.key = std::move(key);
  return order;
}

spec::OrderExpectation order_as(std::string sender) {
  spec::OrderExpectation order;
  order.reading = "rows";
  order.as = std::move(sender);
  return order;
}

Finding judged_rows(SimulatedDrill drill, spec::UniqueExpectation unique) {
  return finding_of(std::move(drill), std::move(unique), {});
}
Finding judged_rows(SimulatedDrill drill, spec::OrderExpectation order) {
  return finding_of(std::move(drill), std::move(order), {});
}

const std::vector<std::string> kSlots{"slot", "doctor"};

}  // namespace

TEST_CASE("unique: no slot of a doctor twice", "[expect][state]") {
  const Rows sound{{"9:00", "a"}, {"9:00", "b"}, {"9:30", "a"}};
  CHECK(judged_rows(with_rows(kSlots, sound), unique_by(kSlots)).verdict == Verdict::pass);
  const Finding twice = judged_rows(with_rows(kSlots, sound), unique_by({"slot"}));
  CHECK(twice.verdict == Verdict::fail);
  CHECK(twice.why == "more than once: slot 9:00: 2 rows");
  CHECK(twice.samples == 3);
}

TEST_CASE("unique: too few rows prove nothing", "[expect][state]") {
  const Rows two{{"9:00", "a"}, {"9:30", "a"}};
  const Finding few = judged_rows(with_rows(kSlots, two), unique_by(kSlots, 3));
  CHECK(few.verdict == Verdict::inconclusive);
  CHECK(few.why == "rows has 2 new rows, and >= 3 would prove something");
  CHECK(judged_rows(with_rows(kSlots, two), unique_by(kSlots, 2)).verdict == Verdict::pass);
  CHECK(judged_rows(with_rows(kSlots, {}), unique_by(kSlots, 0)).verdict == Verdict::inconclusive);
}

TEST_CASE("unique: rows from before count only where the drill added to them", "[expect][state]") {
  SimulatedDrill drill = with_rows({"slot"}, {{"8:00"}, {"8:00"}, {"8:30"}, {"9:00"}});
  drill.result.state[0].before->rows = {{"8:00"}, {"8:00"}, {"8:30"}};
  CHECK(judged_rows(drill, unique_by({"slot"})).verdict == Verdict::pass);
  CHECK(judged_rows(drill, unique_by({"slot"})).samples == 1);
  drill.result.state[0].after.rows.push_back({"8:30"});
  CHECK(judged_rows(drill, unique_by({"slot"})).verdict == Verdict::fail);
}

TEST_CASE("unique: a value that is not there is like no other", "[expect][state]") {
  const Rows rows{{std::nullopt}, {std::nullopt}, {"9:00"}};
  const Finding one = judged_rows(with_rows({"slot"}, rows), unique_by({"slot"}));
  CHECK(one.verdict == Verdict::pass);
  CHECK(one.samples == 1);
  CHECK(one.observed == "0 values more than once in 1 new row, not counting 2 that lack a field");
  CHECK(judged_rows(with_rows({"slot"}, rows), unique_by({"slot"}, 2)).verdict ==
        Verdict::inconclusive);
  const Rows none{{std::nullopt}, {std::nullopt}};
  CHECK(judged_rows(with_rows({"slot"}, none), unique_by({"slot"})).verdict ==
        Verdict::inconclusive);
}

TEST_CASE("unique: a reading that failed, was cut or still changes", "[expect][state]") {
  const Rows rows{{"9:00"}, {"9:30"}};
  SimulatedDrill failed = with_rows({"slot"}, rows);
  failed.result.state[0].after.failure = "no answer";
  CHECK(judged_rows(failed, unique_by({"slot"})).verdict == Verdict::inconclusive);
  SimulatedDrill cut = with_rows({"slot"}, rows);
  cut.result.state[0].after.not_kept = 1;
  CHECK(judged_rows(cut, unique_by({"slot"})).verdict == Verdict::inconclusive);
  SimulatedDrill moving = with_rows({"slot"}, rows);
  moving.result.state[0].settled = false;
  CHECK(judged_rows(moving, unique_by({"slot"})).verdict == Verdict::inconclusive);
  moving.result.state[0].after.rows.push_back({"9:00"});
  CHECK(judged_rows(moving, unique_by({"slot"})).verdict == Verdict::fail);
  SimulatedDrill never = with_rows({"slot"}, rows);
  never.result.state[0].reads = 0;
  CHECK(judged_rows(never, unique_by({"slot"})).why == "reading rows was never made");
  CHECK(judged_rows(with_rows({"slot"}, rows), unique_by({"doctor"})).why ==
        "reading rows has no field 'doctor'");
}

TEST_CASE("order: a number, and a time, never goes back", "[expect][state]") {
  CHECK(judged_rows(with_rows({"n"}, {{"2"}, {"9"}, {"9"}, {"10"}}), order_by("n")).verdict ==
        Verdict::pass);
  const Finding back = judged_rows(with_rows({"n"}, {{"2"}, {"10"}, {"9"}}), order_by("n"));
  CHECK(back.verdict == Verdict::fail);
  CHECK(back.why == "it went back: 10 and then 9");
  CHECK(judged_rows(with_rows({"at"}, {{"2026-01-01T00:00:09Z"}, {"2026-01-01T00:00:10Z"}}),
                    order_by("at"))
            .verdict == Verdict::pass);
}

TEST_CASE("order: within a key", "[expect][state]") {
  const Rows rows{{"a", "1"}, {"b", "5"}, {"a", "2"}, {"b", "4"}};
  const Finding back = judged_rows(with_rows({"who", "n"}, rows), order_by("n", "who"));
  CHECK(back.verdict == Verdict::fail);
  CHECK(back.evidence == std::vector<std::string>{"b: 5 and then 4"});
  const Rows sound{{"a", "1"}, {"b", "4"}, {"a", "2"}, {"b", "5"}};
  CHECK(judged_rows(with_rows({"who", "n"}, sound), order_by("n", "who")).verdict == Verdict::pass);
}

TEST_CASE("order: a row without the field, or a single row, proves nothing", "[expect][state]") {
  CHECK(judged_rows(with_rows({"n"}, {{"1"}, {std::nullopt}}), order_by("n")).verdict ==
        Verdict::inconclusive);
  CHECK(judged_rows(with_rows({"n"}, {{"1"}}), order_by("n")).verdict == Verdict::inconclusive);
}

TEST_CASE("order: as it was sent", "[expect][state]") {
  SimulatedDrill drill = with_rows({"id"}, {{"e1"}, {"e2"}, {"e3"}});
  drill.result.webhooks = {
      webhooks_of("payments", {webhook_at("e1", 1s), webhook_at("e2", 2s), webhook_at("e3", 3s)})};
  CHECK(judged_rows(drill, order_as("payments")).verdict == Verdict::pass);
  drill.result.state[0].after.rows = {{"e2"}, {"e1"}, {"e3"}};
  const Finding wrong = judged_rows(drill, order_as("payments"));
  CHECK(wrong.verdict == Verdict::fail);
  CHECK(wrong.evidence ==
        std::vector<std::string>{"e1, acknowledged at +1.01 s, comes after e2, sent at +2.00 s"});
}

TEST_CASE("order: what overlapped may come either way", "[expect][state]") {
  SimulatedDrill drill = with_rows({"id"}, {{"e2"}, {"e1"}});
  drill.result.webhooks = {
      webhooks_of("payments", {webhook_at("e1", 1s), webhook_at("e2", 1005ms)})};
  CHECK(judged_rows(drill, order_as("payments")).verdict == Verdict::pass);
  // e2 was tried before, in vain as far as we know: it may have been done then.
  drill.result.webhooks = {webhooks_of("payments", {webhook_at("e1", 1s), webhook_at("e2", 2s)})};
  auto& attempts = drill.result.webhooks[0].entries[1].attempts;
  CHECK(judged_rows(drill, order_as("payments")).verdict == Verdict::fail);
  attempts.insert(attempts.begin(), DeliveryAttempt{500ms, 600ms, 0, "timed out"});
  CHECK(judged_rows(drill, order_as("payments")).verdict == Verdict::pass);
}

TEST_CASE("order: rows of nobody prove nothing", "[expect][state]") {
  SimulatedDrill drill = with_rows({"id"}, {{"x"}, {"y"}});
  CHECK(judged_rows(drill, order_as("payments")).why == "nothing was sent by payments");
  drill.result.webhooks = {webhooks_of("payments", {webhook_at("e1", 1s)})};
  CHECK(judged_rows(drill, order_as("payments")).verdict == Verdict::inconclusive);
}
