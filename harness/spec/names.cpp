#include "harness/spec/names.hpp"

#include <array>
#include <utility>

namespace firedrill::spec {
namespace {

constexpr std::array<std::pair<std::string_view, MockKind>, 7> kMocks{{
    {"openai", MockKind::openai},
    {"stripe", MockKind::stripe},
    {"hubspot", MockKind::hubspot},
    {"twilio", MockKind::twilio},
    {"pagerduty", MockKind::pagerduty},
    {"slack", MockKind::slack},
    {"alertmanager", MockKind::alertmanager},
}};

}  // namespace

std::vector<std::string> mock_names() {
  std::vector<std::string> names;
  for (const auto& mock : kMocks) names.emplace_back(mock.first);
  return names;
}

std::optional<MockKind> mock_kind(std::string_view name) {
  for (const auto& mock : kMocks) {
    if (mock.first == name) return mock.second;
  }
  return std::nullopt;
}

std::string_view name_of(MockKind kind) {
  for (const auto& mock : kMocks) {
    if (mock.second == kind) return mock.first;
  }
  return kind == MockKind::declared ? "declared" : "?";
}

std::vector<std::string> clinic_profiles() { return {"medicalcor"}; }

std::vector<DefectInfo> clinic_defects() {
  return {
      {"no-fallback", "answers 503 instead of the rule-based score when the AI is not to be had"},
      {"breaker-never-opens", "keeps calling a dependency that fails"},
      {"breaker-never-closes", "stays open for ever after the dependency has recovered"},
      {"leaks-5xx", "hands the dependency's own 5xx through to the caller"},
      {"fallback-wrong-confidence", "scores by the rules with a confidence that only the AI has"},
      {"fallback-for-everyone", "scores every fourth lead by the rules though all is well"},
      {"fallback-counter-lies", "counts scores by the rules as scores by the AI"},
      {"alert-counter-born-late", "exposes the counter of fallbacks only once there was one"},
      {"breaker-stuck-half-open", "waits for ever for a trial that nobody answers"},
      {"calls-while-open", "lets one in twenty calls through an open breaker"},
      {"slow-when-open", "takes its time over an answer that needs no call at all"},
      {"herd-after-close",
       "makes up for all the calls it was spared as soon as the breaker closes"},
      {"swallows-401", "takes a rejected key for an outage"},
      {"correlation-lost", "does not hand the correlation id on to the dependency"},
      {"breaker-opens-late", "takes two hundred times as many failures to open as it should"},
      {"breaker-opens-early", "opens at the first failure"},
      {"breaker-half-open-stampede", "lets everything through to try again, not one call"},
      {"breaker-flaps",
       "counts failures that are not in a row, and goes on counting after closing"},
      {"metastable", "starts the open time anew with each refused call: only less load ends it"},
      {"slow-recovery", "stays open four times as long after each failed trial"},
      {"retry-storm", "calls twelve times, without waiting"},
      {"retries-unsafe", "calls again though the same call would be refused again"},
      {"ignores-retry-after", "calls again sooner than the dependency asked for"},
      {"no-jitter", "waits for exactly the same time before each retry"},
      {"no-deadline", "waits for an answer for as long as it takes"},
      {"no-bulkhead", "lets calls of one dependency take up every worker"},
      {"breaker-endpoint-lies", "shows the breaker as closed whatever it is"},
      {"breaker-metric-lies", "never changes the breaker's metrics"},
      {"ready-lies", "says that all is well, whatever its dependencies do"},
      {"pool-leak", "a database connection is not given back when its statement fails"},
      {"unbounded-pool-wait", "waits for ever for a database connection instead of 1 s"},
      {"dlq-drops", "acknowledges a webhook whose effect failed, and forgets it"},
      {"duplicate-effects", "does again what a webhook asks for that comes a second time"},
      {"unsigned-accepted", "takes webhooks without a signature"},
      {"stale-accepted", "takes webhooks that were signed long ago"},
      {"double-booking", "looks whether a slot is free, and books it a moment later"},
      {"phi-in-logs", "logs what patients wrote, with name and phone"},
      {"phi-to-third-party", "shows the AI name, phone and message in the clear"},
      {"audit-gap", "leaves every tenth entry out of the audit log"},
      {"cost-undercounted", "counts the tokens of questions alone, not those of answers"},
      {"memory-leak", "keeps 64 KiB of each request"},
      {"cron-silent", "stops its periodic job after five times, and says nothing"},
  };
}

std::vector<std::string> clinic_defect_names() {
  std::vector<std::string> names;
  for (auto& defect : clinic_defects()) names.push_back(std::move(defect.name));
  return names;
}

std::vector<FaultInfo> delivery_fault_kinds() {
  return {
      {"drop", "never delivered: lost between the provider and the system"},
      {"duplicate", "delivered twice, each time signed anew: at-least-once delivery"},
      {"replay", "delivered again byte for byte: a captured request"},
      {"reorder", "overtaken by the event after it: parallel senders"},
      {"delay", "delivered late: a backlog at the provider"},
      {"slow", "a body that trickles in: a congested link, an attack"},
      {"burst", "held back, then many at once: the end of a backlog"},
  };
}

std::vector<FaultInfo> corruption_kinds() {
  return {
      {"signature", "a signature that does not belong to the request: a forgery"},
      {"secret", "signed with another secret: a secret that was rolled on one side only"},
      {"body", "changed after it was signed: a proxy that reformats, an attack"},
      {"timestamp", "signed too long ago: a late replay, a clock that is wrong"},
      {"missing", "no signature at all: whoever found the address"},
  };
}

std::vector<std::string> corruption_names() {
  std::vector<std::string> names;
  for (auto& kind : corruption_kinds()) names.push_back(std::move(kind.name));
  return names;
}

std::optional<Corruption> corruption(std::string_view name) {
  const std::vector<std::string> names = corruption_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Corruption>(i);
  }
  return std::nullopt;
}

std::string name_of(Corruption corruption) {
  return corruption_names()[static_cast<std::size_t>(corruption)];
}

std::vector<ExpectationInfo> expectation_kinds() {
  return {
      {"slo", "a percentile, share, count or rate of a stream stays within its bound"},
      {"breaker", "a circuit breaker opens, spares the dependency, tries again and closes"},
      {"fallback", "answers come from the fallback, in the share required"},
      {"calls", "how a dependency is called: tries, waits, deadlines, how many at a time"},
      {"metric", "a series of the system's own metrics moves, and is what we counted"},
      {"health", "a health or readiness probe: which check turns, and only that one"},
      {"log", "a line of the system's log appears, or never does"},
      {"recovery", "objectives hold again, and stay so, in time after the healing"},
      {"amplification", "attempts per request that reached a dependency, joined by correlation id"},
      {"correlation", "calls at a dependency carry the id of the request that caused them"},
      {"telemetry", "what the system says of a breaker is what the breaker did"},
      {"alert",
       "an alert fires, in time, as it should, resolves, or stays silent, as Prometheus says"},
      {"ledger", "what was acknowledged was processed exactly once, or is a dead letter"},
      {"unique", "no two rows of the system's state are alike: no double booking"},
      {"order", "rows of the system's state come in their order"},
      {"cost", "tokens and spend as the system counts them are what the provider billed"},
      {"audit", "every acknowledged request left its entry in the audit trail"},
      {"privacy", "data of made-up people does not turn up where it must not, in any encoding"},
      {"resources", "memory does not grow; CPU, descriptors, connections stay and come back"},
      {"happens", "what must come by itself does: a cron job, a heartbeat, a delivery"},
  };
}

std::string_view symbol_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return "<";
    case Comparison::less_equal:
      return "<=";
    case Comparison::greater:
      return ">";
    case Comparison::greater_equal:
      return ">=";
    case Comparison::equal:
      return "==";
    case Comparison::not_equal:
      return "!=";
  }
  return "?";
}

std::string_view kind_of(const Expectation& expectation) {
  static constexpr std::array<std::string_view, 21> kinds{
      "slo",    "breaker",  "fallback",      "knee",        "calls",     "metric",    "health",
      "log",    "recovery", "amplification", "correlation", "telemetry", "alert",     "ledger",
      "unique", "order",    "cost",          "audit",       "privacy",   "resources", "happens"};
  static_assert(kinds.size() == std::variant_size_v<decltype(Expectation::what)>,
                "a kind without a name");
  return kinds.at(expectation.what.index());
}

}  // namespace firedrill::spec
