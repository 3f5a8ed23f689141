#include "harness/expect/client_activity.hpp"
#include "harness/expect/judge.hpp"
#include "harness/expect/ledger_view.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/window.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

using Problems = std::vector<std::string>;

template <typename Records>
auto find_named(const Records& records, const std::string& name) {
  const auto found = std::find_if(records.begin(), records.end(),
                                  [&](const auto& record) { return record.name == name; });
  return found == records.end() ? nullptr : &*found;
}

void look_at_phases(Problems& problems, const spec::Scenario& scenario, const RunResult& result) {
  for (const spec::Phase& phase : scenario.timeline) {
    const PhaseRecord* const record = find_named(result.phases, phase.name);
    if (record == nullptr || !record->reached) {
      problems.push_back("phase " + phase.name + " never happened");
    } else if (was_cut_short(*record)) {
      problems.push_back("phase " + phase.name + " ended after " +
                         to_text(record->end - record->start) + " of " + to_text(record->planned));
    }
  }
}

std::string what_was_seen(const spec::Fault& fault, const FaultRecord& record) {
  const auto* of_mock = std::get_if<spec::MockFault>(&fault.what);
  if (of_mock == nullptr) return ": " + record.target + " was not changed by it";
  return ": " + counted(record.seen, "request") + " reached " + of_mock->mock +
         " while it was active";
}

void look_at_faults(Problems& problems, const spec::Scenario& scenario, const RunResult& result) {
  for (const spec::Fault& fault : scenario.faults) {
    const FaultRecord* const record = find_named(result.faults, fault.name);
    const std::string who = "fault " + fault.name + " (" + fault.place.text() + ")";
    if (record == nullptr || !record->injected_at) {
      problems.push_back(who + " was never injected");
    } else if (record->hits == 0 && !fault.hits_optional) {
      problems.push_back(who + " hit nothing" + what_was_seen(fault, *record) +
                         "; write `hits: optional` if that is fine");
    }
  }
}

void look_at_ledgers(Problems& problems, const spec::Scenario& scenario, const RunResult& result) {
  for (const auto& mock : scenario.mocks) {
    std::string reason = unusable_ledger(result, mock.first);
    if (!reason.empty()) problems.push_back(std::move(reason));
  }
}

/// A way to go wrong that never came true, and webhooks that nobody wrote down, prove nothing.
void look_at_webhooks(Problems& problems, const RunResult& result) {
  for (const WebhookLedger& ledger : result.webhooks) {
    for (const DeliveryFaultCount& fault : ledger.faults) {
      if (fault.hits > 0) continue;
      problems.push_back("delivery fault " + fault.name + " of " + ledger.sender +
                         " hit nothing: " + counted(ledger.events, "event") + " were sent");
    }
    if (ledger.not_kept > 0) {
      problems.push_back("the webhook ledger of " + ledger.sender +
                         " overflowed: " + counted(ledger.not_kept, "webhook") + " were not kept");
    }
  }
}

/// What does not add up in the books of one stream, in a sentence; "" when all does.
std::string imbalance(const StreamSeries& series) {
  Slice total;
  for (const Slice& slice : series.slices) total.merge(slice);
  const std::uint64_t ended =
      std::accumulate(total.ended.begin(), total.ended.end(), std::uint64_t{0});
  if (total.planned != total.sent + total.dropped_total()) {
    return "traffic " + series.name + ": " + std::to_string(total.planned) +
           " requests planned, but " + std::to_string(total.sent) + " sent and " +
           std::to_string(total.dropped_total()) + " dropped; this is a bug of firedrill";
  }
  if (total.sent != ended) {
    return "traffic " + series.name + ": " + std::to_string(total.sent) + " requests sent, but " +
           std::to_string(ended) + " ended; this is a bug of firedrill";
  }
  return "";
}

/// Whoever saw no request before anything broke does not know that it was the fault that broke it.
void look_before_the_fault(Problems& problems, const RunResult& result) {
  constexpr Duration worth_looking = std::chrono::milliseconds{500};
  const std::optional<Offset> first = first_fault(result);
  if (!first || *first < worth_looking) return;
  if (planned_between(result, Offset{0}, *first) > 0) return;
  problems.push_back("no request was due in the " + to_text(*first) +
                     " before the first fault, so nothing shows that all was well until then");
}

void look_at_traffic(Problems& problems, const spec::Scenario& scenario, const RunResult& result) {
  for (const spec::Stream& stream : scenario.traffic) {
    if (find_stream(result, stream.name) == nullptr) {
      problems.push_back("traffic " + stream.name + " was never measured");
      continue;
    }
    std::uint64_t planned = 0;
    for (const StreamSeries& series : result.streams) {
      if (!belongs_to(series.name, stream.name)) continue;
      for (const Slice& slice : series.slices) planned += slice.planned;
      std::string problem = imbalance(series);
      if (!problem.empty()) problems.push_back(std::move(problem));
    }
    if (planned == 0) problems.push_back("traffic " + stream.name + " had no request to send");
  }
}

/// A probe that the scenario asks for and that never answered was no witness.
void look_at_probes(Problems& problems, const spec::Scenario& scenario, const RunResult& result) {
  for (const spec::Probe& probe : scenario.probes) {
    if (probe.place.line == 0) continue;  // nobody asked for it
    std::string reason = unusable_probe(result, probe.name);
    if (!reason.empty()) problems.push_back(std::move(reason));
  }
}

}  // namespace

std::vector<std::string> drill_problems(const spec::Scenario& scenario, const RunResult& result) {
  Problems problems;
  if (scenario.expectations.empty()) {
    problems.push_back("the scenario expects nothing, so the drill proves nothing");
  }
  look_at_phases(problems, scenario, result);
  look_at_faults(problems, scenario, result);
  look_at_webhooks(problems, result);
  look_at_ledgers(problems, scenario, result);
  look_at_traffic(problems, scenario, result);
  look_before_the_fault(problems, result);
  look_at_probes(problems, scenario, result);
  return problems;
}

}  // namespace firedrill
