#include "tests/unit/expect/state.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

spec::LedgerExpectation once() {
  spec::LedgerExpectation ledger;
  ledger.of = {"payments"};
  ledger.processed = {"events", "id", "times"};
  return ledger;
}

spec::LedgerExpectation once_or_dead() {
  spec::LedgerExpectation ledger = once();
  ledger.dead_letters = spec::RowsById{"dead", "id", ""};
  return ledger;
}

/// Three payments: two were done, one is a dead letter.
SimulatedDrill sound_drill() {
  SimulatedDrill drill = empty_drill();
  drill.result.webhooks = {
      webhooks_of("payments", {webhook_at("e1", 1s), webhook_at("e2", 2s), webhook_at("e3", 3s)})};
  drill.result.state = {
      reading_of("events", {"id", "times"}, {{"e1", "1"}, {"e2", "1"}, {"e3", "0"}}),
      reading_of("dead", {"id"}, {{"e3"}})};
  return drill;
}

Judgement judged_ledger(SimulatedDrill drill, spec::LedgerExpectation ledger) {
  return judged_as(std::move(drill), std::move(ledger), {});
}

/// The only finding, of a drill that proves nothing.
std::string why_unknown(SimulatedDrill drill) {
  const Judgement judgement = judged_ledger(std::move(drill), once_or_dead());
  CHECK(judgement.verdict() == Verdict::inconclusive);
  REQUIRE(judgement.findings.size() == 1);
  return judgement.findings.front().why;
}

SimulatedDrill booked(std::vector<Receipt> receipts, Rows bookings) {
  SimulatedDrill drill = empty_drill();
  drill.result.streams.front().receipts = std::move(receipts);
  drill.result.state = {reading_of("bookings", {"id"}, std::move(bookings))};
  return drill;
}

spec::LedgerExpectation bookings_once(std::string id) {
  spec::LedgerExpectation ledger;
  ledger.of = {"score"};
  ledger.acknowledged = {{{201, 201}}, std::move(id)};
  ledger.processed = {"bookings", "id", ""};
  return ledger;
}

}  // namespace

TEST_CASE("ledger: each processed once, or a dead letter", "[expect][state]") {
  const Judgement judgement = judged_ledger(sound_drill(), once_or_dead());
  CHECK(judgement.verdict() == Verdict::pass);
  CHECK(judgement.kind == "ledger");
  CHECK(named(judgement, "none lost").samples == 3);
  CHECK(named(judgement, "none lost").observed == "0 of 3 lost");
}

TEST_CASE("ledger: what is nowhere is lost", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.state[1].after.rows.clear();
  const Finding lost = named(judged_ledger(drill, once_or_dead()), "none lost");
  CHECK(lost.verdict == Verdict::fail);
  CHECK(lost.observed == "1 of 3 lost");
  CHECK(lost.evidence == std::vector<std::string>{
                             "e3 was acknowledged at +3.01 s: processed 0 times, 0 dead letters"});
  CHECK(named(judged_ledger(drill, once_or_dead()), "none twice").verdict == Verdict::pass);
  // Without dead letters a row that was never processed is lost as well.
  CHECK(named(judged_ledger(sound_drill(), once()), "none lost").verdict == Verdict::fail);
}

TEST_CASE("ledger: at most three are shown", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  auto& entries = drill.result.webhooks[0].entries;
  for (int i = 0; i < 9; ++i) entries.push_back(webhook_at("x" + std::to_string(i), 1s));
  const Finding lost = named(judged_ledger(drill, once_or_dead()), "none lost");
  CHECK(lost.observed == "9 of 12 lost");
  CHECK(lost.evidence.size() == kEvidenceMax);
}

TEST_CASE("ledger: twice is a failure, however it comes about", "[expect][state]") {
  SimulatedDrill by_count = sound_drill();
  by_count.result.state[0].after.rows[0] = {"e1", "2"};
  CHECK(named(judged_ledger(by_count, once_or_dead()), "none twice").verdict == Verdict::fail);
  SimulatedDrill by_rows = sound_drill();
  by_rows.result.state[0].after.rows.push_back({"e2", "1"});
  CHECK(named(judged_ledger(by_rows, once_or_dead()), "none twice").verdict == Verdict::fail);
  SimulatedDrill done_and_dead = sound_drill();
  done_and_dead.result.state[1].after.rows.push_back({"e1"});
  const Finding twice = named(judged_ledger(done_and_dead, once_or_dead()), "none twice");
  CHECK(twice.verdict == Verdict::fail);
  CHECK(twice.evidence == std::vector<std::string>{"e1: processed 1 time, 1 dead letter"});
}

TEST_CASE("ledger: twice is certain even while the state still changes", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.state[0].after.rows[0] = {"e1", "2"};
  drill.result.state[1].after.rows.clear();
  drill.result.state[0].settled = false;
  const Judgement judgement = judged_ledger(drill, once_or_dead());
  CHECK(named(judgement, "none twice").verdict == Verdict::fail);
  CHECK(named(judgement, "none lost").verdict == Verdict::inconclusive);
  CHECK(named(judgement, "none invented").verdict == Verdict::inconclusive);
  CHECK(named(judgement, "none lost").why ==
        "the state was still changing 600 ms after the load had ended: give it a longer 'settle'");
}

TEST_CASE("ledger: nothing may be there that nobody sent", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.state[0].after.rows.push_back({"stranger", "1"});
  const Finding invented = named(judged_ledger(drill, once_or_dead()), "none invented");
  CHECK(invented.verdict == Verdict::fail);
  CHECK(invented.evidence ==
        std::vector<std::string>{"stranger: processed 1 time, 0 dead letters; nobody sent it"});
}

TEST_CASE("ledger: a forgery must not be done, and is owed nothing", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  WebhookEntry forged = webhook_at("f1", 1s);  // swallowed with a 2xx
  forged.corrupted = "secret";
  drill.result.webhooks[0].entries.push_back(forged);
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::pass);
  drill.result.state[0].after.rows.push_back({"f1", "1"});
  const Finding invented = named(judged_ledger(drill, once_or_dead()), "none invented");
  CHECK(invented.verdict == Verdict::fail);
  CHECK(invented.evidence.front().ends_with("it was only ever sent corrupted"));
  // The same event, soundly delivered as well, is one like any other.
  drill.result.webhooks[0].entries.push_back(webhook_at("f1", 2s));
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::pass);
}

TEST_CASE("ledger: what was there before the drill is not its doing", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.state[0].before->rows = {{"old", "3"}, {"e1", "1"}};
  drill.result.state[0].after.rows.push_back({"old", "3"});
  const Judgement judgement = judged_ledger(drill, once_or_dead());
  CHECK(named(judgement, "none invented").verdict == Verdict::pass);
  CHECK(named(judgement, "none lost").observed == "1 of 3 lost");  // e1 was done by somebody else
}

TEST_CASE("ledger: what was not acknowledged may be done or not, but once", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.webhooks[0].entries.push_back(webhook_at("u1", 1s, 500));
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::pass);
  drill.result.state[0].after.rows.push_back({"u1", "1"});
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::pass);
  drill.result.state[0].after.rows.push_back({"u1", "1"});
  CHECK(named(judged_ledger(drill, once_or_dead()), "none twice").verdict == Verdict::fail);
}

TEST_CASE("ledger: what was acknowledged after the reading need not be in it", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.webhooks[0].entries.push_back(webhook_at("late", 5s));
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::pass);
  drill.result.webhooks[0].entries = {webhook_at("late", 5s)};
  drill.result.state[0].after.rows.clear();
  drill.result.state[1].after.rows.clear();
  CHECK(why_unknown(drill) == "nothing was acknowledged before the state was read");
}

TEST_CASE("ledger: without evidence there is no pass", "[expect][state]") {
  SimulatedDrill none = sound_drill();
  for (WebhookEntry& entry : none.result.webhooks[0].entries) entry.fate = WebhookFate::given_up;
  CHECK(why_unknown(none) == "nothing that was sent was acknowledged");
  SimulatedDrill nobody = sound_drill();
  nobody.result.webhooks.clear();
  CHECK(why_unknown(nobody) == "nothing was sent by payments");
  SimulatedDrill overflowed = sound_drill();
  overflowed.result.webhooks[0].not_kept = 2;
  CHECK(why_unknown(overflowed) == "2 webhooks of payments were not kept");
  SimulatedDrill unread = sound_drill();
  unread.result.state.pop_back();
  CHECK(why_unknown(unread) == "reading dead was never made");
  SimulatedDrill failed = sound_drill();
  failed.result.state[0].after.failure = "GET /api/events was answered with status 500";
  CHECK(why_unknown(failed) == "reading events: GET /api/events was answered with status 500");
  SimulatedDrill cut = sound_drill();
  cut.result.state[1].after.not_kept = 1;
  CHECK(why_unknown(cut) == "reading dead was cut: 1 row beyond the bounds");
  SimulatedDrill blind = sound_drill();
  blind.result.state[0].before->failure = "no answer";
  CHECK(why_unknown(blind).find("'before: false' says that nothing was") != std::string::npos);
  SimulatedDrill other = sound_drill();
  other.result.state[0].fields = {"id", "count"};
  CHECK(why_unknown(other) == "reading events has no field 'times'");
  SimulatedDrill nameless = sound_drill();
  nameless.result.state[0].after.rows[0] = {std::nullopt, "1"};
  CHECK(why_unknown(nameless) == "a row of events has no id");
  SimulatedDrill wordy = sound_drill();
  wordy.result.state[0].after.rows[0] = {"e1", "once"};
  CHECK(why_unknown(wordy) == "'times' of e1 in events is 'once', not a count");
}

TEST_CASE("ledger: a drill that was cut short shows no pass", "[expect][state]") {
  SimulatedDrill drill = sound_drill();
  drill.result.phases[1].end = 3s;
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::inconclusive);
  drill.result.state[1].after.rows.clear();
  CHECK(judged_ledger(drill, once_or_dead()).verdict() == Verdict::fail);
}

TEST_CASE("ledger: requests are known by what their answers name", "[expect][state]") {
  const auto ledger = bookings_once("/booking_id");
  const std::vector<Receipt> receipts{receipt_of("c1", 201, "b1"), receipt_of("c2", 409),
                                      receipt_of("c3", 201, "b3")};
  CHECK(judged_ledger(booked(receipts, {{"b1"}, {"b3"}}), ledger).verdict() == Verdict::pass);
  CHECK(named(judged_ledger(booked(receipts, {{"b1"}}), ledger), "none lost").verdict ==
        Verdict::fail);
  CHECK(named(judged_ledger(booked(receipts, {{"b1"}, {"b3"}, {"b9"}}), ledger), "none invented")
            .verdict == Verdict::fail);
}

TEST_CASE("ledger: an unanswered request may have been done", "[expect][state]") {
  const auto ledger = bookings_once("/booking_id");
  const std::vector<Receipt> receipts{receipt_of("c1", 201, "b1"), receipt_of("c2", 0)};
  CHECK(judged_ledger(booked(receipts, {{"b1"}, {"b2"}}), ledger).verdict() == Verdict::pass);
  CHECK(judged_ledger(booked(receipts, {{"b1"}, {"b2"}, {"b3"}}), ledger).verdict() ==
        Verdict::fail);
}

TEST_CASE("ledger: answers that name nothing prove nothing", "[expect][state]") {
  const auto ledger = bookings_once("/booking_id");
  const std::vector<Receipt> some{receipt_of("c1", 201, "b1"), receipt_of("c2", 201)};
  const Finding lost = named(judged_ledger(booked(some, {{"b1"}}), ledger), "none lost");
  CHECK(lost.verdict == Verdict::inconclusive);
  CHECK(lost.why == "1 answer acknowledged something without naming it");
  const Judgement none = judged_ledger(booked({receipt_of("c2", 201)}, {}), ledger);
  CHECK(none.verdict() == Verdict::inconclusive);
  SimulatedDrill overflowed = booked(some, {{"b1"}});
  overflowed.result.streams.front().receipts_not_kept = 7;
  CHECK(judged_ledger(overflowed, ledger).verdict() == Verdict::inconclusive);
}

TEST_CASE("ledger: or by the correlation id that they were sent with", "[expect][state]") {
  const auto ledger = bookings_once("");
  const std::vector<Receipt> receipts{receipt_of("c1", 201), receipt_of("c2", 0)};
  CHECK(judged_ledger(booked(receipts, {{"c1"}, {"c2"}}), ledger).verdict() == Verdict::pass);
  CHECK(named(judged_ledger(booked(receipts, {{"c2"}}), ledger), "none lost").verdict ==
        Verdict::fail);
}
