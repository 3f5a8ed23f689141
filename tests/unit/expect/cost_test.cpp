#include "tests/unit/expect/state.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;

namespace {

LedgerEntry billed_call(Offset arrived, std::uint64_t prompt, std::uint64_t completion) {
  LedgerEntry entry;
  entry.arrived = arrived;
  entry.done = arrived + 50ms;
  entry.method = "POST";
  entry.path = "/v1/chat/completions";
  entry.status = 200;
  entry.bill = TokenBill{"gpt-4o-2024-08-06", prompt, completion};
  return entry;
}

/// Ten calls of 100 + 20 tokens, and counters that are scraped before and after them.
SimulatedDrill ten_calls(const std::string& prompt, const std::string& completion,
                         const std::string& dollars) {
  SimulatedDrill drill = empty_drill();
  Ledger ledger;
  ledger.mock = "openai";
  for (int i = 0; i < 10; ++i) ledger.entries.push_back(billed_call(100ms + i * 300ms, 100, 20));
  drill.result.ledgers = {ledger};
  drill.result.probes = {
      scripted_probe("metrics", "metrics", -200ms, 5s, 250ms,
                     {{"tokens_total{kind=\"completion\"}", {{-200ms, "0"}, {4500ms, completion}}},
                      {"tokens_total{kind=\"prompt\"}", {{-200ms, "0"}, {4500ms, prompt}}},
                      {"spend_usd_total", {{-200ms, "0"}, {4500ms, dollars}}}})};
  return drill;
}

SimulatedDrill honest() { return ten_calls("1000", "200", "0.0045"); }

spec::CostExpectation counted_cost(double tolerance = 0) {
  spec::CostExpectation cost;
  cost.mock = "openai";
  cost.prompt = "tokens_total{kind=\"prompt\"}";
  cost.completion = "tokens_total{kind=\"completion\"}";
  cost.total = "tokens_total";
  cost.spend = "spend_usd_total";
  cost.prices["gpt-4o"] = {2.5, 10};
  cost.tolerance = tolerance;
  return cost;
}

Judgement judged_cost(SimulatedDrill drill, spec::CostExpectation cost) {
  return judged_as(std::move(drill), std::move(cost), {});
}

}  // namespace

TEST_CASE("cost: what is counted is what was billed", "[expect][state]") {
  const Judgement judgement = judged_cost(honest(), counted_cost());
  CHECK(judgement.verdict() == Verdict::pass);
  CHECK(judgement.findings.size() == 4);
  CHECK(named(judgement, "tokens of openai").observed == "counted 1200, billed 1200");
  CHECK(named(judgement, "spend of openai").observed == "counted $0.004500, billed $0.004500");
}

TEST_CASE("cost: answers that are not counted", "[expect][state]") {
  const Judgement judgement = judged_cost(ten_calls("1000", "0", "0.0025"), counted_cost());
  CHECK(named(judgement, "prompt tokens of openai").verdict == Verdict::pass);
  const Finding completion = named(judgement, "completion tokens of openai");
  CHECK(completion.verdict == Verdict::fail);
  CHECK(completion.why == "the system counted 0, but openai billed 200");
  CHECK(completion.evidence.size() == kEvidenceMax);
  CHECK(named(judgement, "tokens of openai").verdict == Verdict::fail);
  CHECK(named(judgement, "spend of openai").verdict == Verdict::fail);
}

TEST_CASE("cost: counted too much, and just within the tolerance", "[expect][state]") {
  const SimulatedDrill high = ten_calls("1010", "200", "0.0045");
  CHECK(named(judged_cost(high, counted_cost()), "prompt tokens of openai").verdict ==
        Verdict::fail);
  CHECK(named(judged_cost(high, counted_cost(0.01)), "prompt tokens of openai").verdict ==
        Verdict::pass);
  const SimulatedDrill higher = ten_calls("1011", "200", "0.0045");
  CHECK(named(judged_cost(higher, counted_cost(0.01)), "prompt tokens of openai").verdict ==
        Verdict::fail);
}

TEST_CASE("cost: a bill that the system never saw may be counted or not", "[expect][state]") {
  SimulatedDrill drill = honest();
  LedgerEntry lost = billed_call(1s, 50, 0);
  lost.delivery = Delivery::caller_gone;
  drill.result.ledgers[0].entries.push_back(lost);
  const Finding prompt = named(judged_cost(drill, counted_cost()), "prompt tokens of openai");
  CHECK(prompt.verdict == Verdict::pass);
  CHECK(prompt.observed == "counted 1000, billed 1000 .. 1050");
  drill.result.ledgers[0].entries.back().bill->prompt = 500;
  CHECK(named(judged_cost(drill, counted_cost()), "prompt tokens of openai").verdict ==
        Verdict::inconclusive);
}

TEST_CASE("cost: nothing billed, or no price, proves nothing", "[expect][state]") {
  SimulatedDrill quiet = ten_calls("0", "0", "0");
  quiet.result.ledgers[0].entries.clear();
  const Finding nothing = named(judged_cost(quiet, counted_cost()), "tokens of openai");
  CHECK(nothing.verdict == Verdict::inconclusive);
  CHECK(nothing.why == "openai billed nothing");
  spec::CostExpectation unpriced = counted_cost();
  unpriced.prices = {{"gpt-4o-mini", {1, 1}}};
  const Finding spend = named(judged_cost(honest(), unpriced), "spend of openai");
  CHECK(spend.verdict == Verdict::inconclusive);
  CHECK(spend.why == "'prices' has none for gpt-4o-2024-08-06, which was used");
}

TEST_CASE("cost: without a ledger or without scrapes there is no pass", "[expect][state]") {
  SimulatedDrill bookless = honest();
  bookless.result.ledgers.clear();
  CHECK(judged_cost(bookless, counted_cost()).verdict() == Verdict::inconclusive);
  SimulatedDrill overflowed = honest();
  overflowed.result.ledgers[0].not_kept = 1;
  CHECK(judged_cost(overflowed, counted_cost()).verdict() == Verdict::inconclusive);
  SimulatedDrill torn = honest();
  torn.result.ledgers[0].torn = "mock openai began anew";
  CHECK(judged_cost(torn, counted_cost()).verdict() == Verdict::inconclusive);
  SimulatedDrill restarted = honest();
  restarted.result.probes = {
      scripted_probe("metrics", "metrics", -200ms, 5s, 250ms,
                     {{"tokens_total{kind=\"prompt\"}",
                       {{-200ms, "0"}, {2s, "600"}, {3s, "10"}, {4500ms, "400"}}}})};
  spec::CostExpectation prompts;
  prompts.mock = "openai";
  prompts.prompt = counted_cost().prompt;
  const Finding anew = named(judged_cost(restarted, prompts), "prompt tokens of openai");
  CHECK(anew.verdict == Verdict::inconclusive);
  CHECK(anew.why.find("began to count anew") != std::string::npos);
  SimulatedDrill blind = honest();
  blind.result.probes.clear();
  CHECK(judged_cost(blind, counted_cost()).verdict() == Verdict::inconclusive);
  SimulatedDrill once = honest();
  once.result.probes[0].polls.resize(1);
  for (Track& track : once.result.probes[0].tracks) track.points.resize(1);
  CHECK(judged_cost(once, counted_cost()).verdict() == Verdict::inconclusive);
  SimulatedDrill cut = honest();
  cut.result.phases[1].end = 3s;
  CHECK(judged_cost(cut, counted_cost()).verdict() == Verdict::inconclusive);
}
