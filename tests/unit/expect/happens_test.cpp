#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;
using Source = spec::HappensExpectation::Source;

namespace {

spec::HappensExpectation every(Source source, Duration longest) {
  spec::HappensExpectation happens;
  happens.source = source;
  happens.name = "twilio";
  happens.selector = "reminders_total";
  happens.every = longest;
  return happens;
}

spec::HappensExpectation times(Source source, spec::Comparison comparison, double value) {
  spec::HappensExpectation happens = every(source, 1s);
  happens.every.reset();
  happens.times = spec::NumberBound{comparison, value};
  return happens;
}

/// A log with a line of any kind every 100 ms, and those that are looked for.
SimulatedDrill with_lines(const std::vector<Offset>& hits) {
  SimulatedDrill drill = empty_drill();
  LogRecord& log = drill.result.log;
  log.read = true;
  for (Offset at = 0ms; at < 4s; at += 100ms) {
    log.times.add(at);
    ++log.lines;
  }
  log.watches = {{"it", {}, 0}};
  for (const Offset at : hits) log.watches[0].hits.push_back({at, "sent"});
  return drill;
}

SimulatedDrill with_calls(const std::vector<Offset>& arrivals) {
  SimulatedDrill drill = empty_drill();
  Ledger ledger;
  ledger.mock = "twilio";
  for (const Offset at : arrivals) {
    LedgerEntry entry;
    entry.arrived = at;
    entry.method = "POST";
    entry.path = "/2010-04-01/Messages.json";
    ledger.entries.push_back(entry);
  }
  drill.result.ledgers = {ledger};
  return drill;
}

/// A counter that goes up at these times, read every 200 ms.
SimulatedDrill with_counter(const std::vector<Offset>& increments) {
  SimulatedDrill drill = empty_drill();
  TrackScript script{"reminders_total", {{0ms, "0"}}};
  int count = 0;
  for (const Offset at : increments) script.changes.emplace_back(at, std::to_string(++count));
  drill.result.probes = {scripted_probe("metrics", "metrics", 0ms, 4s, 200ms, {script})};
  return drill;
}

const std::vector<std::string> kAll{"steady", "outage"};

}  // namespace

TEST_CASE("happens: calls come often enough, or there was a silence", "[expect][happens]") {
  const auto drill = with_calls({500ms, 1400ms, 2300ms, 3200ms});
  const Finding finding = finding_of(drill, every(Source::call, 1s), kAll);
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.observed == "4 times, the longest silence 900 ms");
  const Finding late = finding_of(drill, every(Source::call, 850ms), kAll);
  CHECK(late.verdict == Verdict::fail);
  CHECK(late.why == "none came for 900 ms from +500 ms");
  // The silence from the last one to the end counts, and so does that before the first.
  CHECK(finding_of(with_calls({500ms, 1s}), every(Source::call, 1s), kAll).verdict ==
        Verdict::fail);
  CHECK(finding_of(with_calls({1500ms, 2s, 3s}), every(Source::call, 1s), kAll).verdict ==
        Verdict::fail);
  CHECK(finding_of(with_calls({}), every(Source::call, 1s), kAll).verdict == Verdict::fail);
}

TEST_CASE("happens: of the calls only those that are meant", "[expect][happens]") {
  const auto drill = with_calls({500ms, 1400ms, 2300ms, 3200ms});
  spec::HappensExpectation happens = every(Source::call, 1s);
  happens.path = "/2010-*/Messages.json";
  happens.method = "POST";
  CHECK(finding_of(drill, happens, kAll).verdict == Verdict::pass);
  happens.method = "GET";
  CHECK(finding_of(drill, happens, kAll).verdict == Verdict::fail);
  happens.method = "";
  happens.path = "/Calls*";
  CHECK(finding_of(drill, happens, kAll).verdict == Verdict::fail);
}

TEST_CASE("happens: a counter is known up to its scrapes", "[expect][happens]") {
  const auto drill = with_counter({500ms, 1400ms, 2300ms, 3200ms});
  CHECK(finding_of(drill, every(Source::metric, 1500ms), kAll).verdict == Verdict::pass);
  // 900 ms between two, and scrapes 200 ms apart: 1 s cannot be told.
  const Finding blurred = finding_of(drill, every(Source::metric, 1s), kAll);
  CHECK(blurred.verdict == Verdict::inconclusive);
  CHECK(blurred.why.find("not read often enough") != std::string::npos);
  const Finding silent = finding_of(with_counter({500ms, 1s}), every(Source::metric, 1500ms), kAll);
  CHECK(silent.verdict == Verdict::fail);
  CHECK(silent.why.find("none came for ") == 0);
}

TEST_CASE("happens: scrapes that failed show no silence", "[expect][happens]") {
  auto drill = with_counter({500ms, 1s});
  for (Poll& poll : drill.result.probes[0].polls) {
    if (poll.asked > 1200ms) poll.failure = "timed out";
  }
  const Finding finding = finding_of(drill, every(Source::metric, 1500ms), kAll);
  CHECK(finding.verdict == Verdict::inconclusive);
  drill = with_counter({});
  drill.result.probes[0].tracks.clear();
  CHECK(finding_of(drill, every(Source::metric, 1500ms), kAll).verdict == Verdict::inconclusive);
  drill.result.probes.clear();
  CHECK(finding_of(drill, every(Source::metric, 1500ms), kAll).verdict == Verdict::inconclusive);
}

TEST_CASE("happens: lines of the log, as long as there is a log", "[expect][happens]") {
  CHECK(finding_of(with_lines({500ms, 1400ms, 2300ms, 3200ms}), every(Source::log, 1s), kAll)
            .verdict == Verdict::pass);
  auto drill = with_lines({500ms, 1400ms});
  CHECK(finding_of(drill, every(Source::log, 1s), kAll).verdict == Verdict::fail);
  // Nothing at all was written after the last one: the log itself was silent.
  drill.result.log.times = {};
  for (Offset at = 0ms; at <= 1400ms; at += 100ms) drill.result.log.times.add(at);
  const Finding finding = finding_of(drill, every(Source::log, 1s), kAll);
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why.find("its source itself was silent") == 0);
  // The line that ends a silence does not show that there was a log in it.
  drill.result.log.watches[0].hits.push_back({3950ms, "sent"});
  drill.result.log.times.add(3950ms);
  CHECK(finding_of(drill, every(Source::log, 1s), kAll).verdict == Verdict::inconclusive);

  drill = with_lines({});
  drill.result.log.read = false;
  CHECK(finding_of(drill, every(Source::log, 1s), kAll).verdict == Verdict::inconclusive);
  drill = with_lines({});
  drill.result.log.lines = 0;
  CHECK(finding_of(drill, every(Source::log, 1s), kAll).verdict == Verdict::inconclusive);
  drill = with_lines({});
  drill.result.log.watches.clear();
  CHECK(finding_of(drill, every(Source::log, 1s), kAll).verdict == Verdict::inconclusive);
}

TEST_CASE("happens: the first comes in time", "[expect][happens]") {
  spec::HappensExpectation happens = every(Source::call, 1s);
  happens.every.reset();
  happens.by = 600ms;
  const auto drill = with_calls({500ms, 2700ms});
  CHECK(finding_of(drill, happens, {"steady"}).verdict == Verdict::pass);
  const Finding late = finding_of(drill, happens, {"outage"});
  CHECK(late.verdict == Verdict::fail);
  CHECK(late.why == "the first came at +2.70 s");
  const Finding never = finding_of(with_calls({}), happens, {"steady"});
  CHECK(never.verdict == Verdict::fail);
  CHECK(never.why == "none came");
  auto cut = with_calls({});
  cut.result.phases[0].end = 300ms;
  CHECK(finding_of(cut, happens, {"steady"}).verdict == Verdict::inconclusive);
}

TEST_CASE("happens: so many times in the window", "[expect][happens]") {
  using spec::Comparison;
  const auto drill = with_calls({500ms, 1400ms, 2300ms, 3200ms});
  CHECK(finding_of(drill, times(Source::call, Comparison::greater_equal, 4), kAll).verdict ==
        Verdict::pass);
  const Finding finding = finding_of(drill, times(Source::call, Comparison::equal, 3), {"steady"});
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "it came 2 times");
  CHECK(finding_of(with_counter({500ms, 1400ms, 2300ms}),
                   times(Source::metric, Comparison::greater_equal, 3), kAll)
            .verdict == Verdict::pass);
  auto lossy = with_calls({500ms});
  lossy.result.ledgers[0].not_kept = 5;
  CHECK(finding_of(lossy, times(Source::call, Comparison::greater_equal, 4), kAll).verdict ==
        Verdict::inconclusive);
  CHECK(finding_of(lossy, every(Source::call, 1s), kAll).verdict == Verdict::inconclusive);
  auto cut = with_calls({500ms});
  cut.result.phases[1].end = 2100ms;
  CHECK(finding_of(cut, times(Source::call, Comparison::greater_equal, 4), kAll).verdict ==
        Verdict::inconclusive);
}

TEST_CASE("happens: deliveries that were acknowledged", "[expect][happens]") {
  auto drill = empty_drill();
  WebhookLedger book;
  book.sender = "twilio";
  for (const WebhookFate fate : {WebhookFate::acknowledged, WebhookFate::given_up}) {
    WebhookEntry entry;
    entry.event = "message.delivered";
    entry.fate = fate;
    entry.settled = 1s;
    book.entries.push_back(entry);
  }
  drill.result.webhooks = {book};
  using spec::Comparison;
  spec::HappensExpectation once = times(Source::delivery, Comparison::equal, 1);
  CHECK(finding_of(drill, once, kAll).verdict == Verdict::pass);
  once.event = "message.*";
  CHECK(finding_of(drill, once, kAll).verdict == Verdict::pass);
  once.event = "call.*";
  CHECK(finding_of(drill, once, kAll).verdict == Verdict::fail);
  drill.result.webhooks.clear();
  CHECK(finding_of(drill, once, kAll).verdict == Verdict::fail);
}

TEST_CASE("happens: a mock of which nothing is known, a phase that never was",
          "[expect][happens]") {
  auto drill = empty_drill();
  CHECK(finding_of(drill, every(Source::call, 1s), kAll).verdict == Verdict::inconclusive);
  drill = with_calls({500ms});
  drill.result.ledgers[0].torn = "mock openai began anew";  // what it received is lost, not missing
  CHECK(finding_of(drill, every(Source::call, 1s), kAll).verdict == Verdict::inconclusive);
  drill = with_calls({500ms, 1400ms, 2300ms, 3200ms});
  drill.result.phases[1].reached = false;
  CHECK(finding_of(drill, every(Source::call, 1s), kAll).verdict == Verdict::inconclusive);
}
