#include "harness/base/units.hpp"
#include "harness/expect/calls.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/request_id.hpp"

#include <algorithm>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

/// A caller's time-out is seen at the mock only when the connection closes.
constexpr Duration kLeavingSlack = 100ms;
constexpr Duration kSecond = 1s;
/// A second as callers measure it: calls arrive a little closer together than they were sent.
constexpr Duration kTightSecond = kSecond - kCallSlack;

Duration held(const LedgerEntry& entry) {
  return std::max(Duration{0}, entry.done - entry.arrived);
}

/// How long the fault would have held this call; unset for as long as the caller waits.
std::optional<Duration> hang_time(const CallsCase& calls, const LedgerEntry& entry) {
  const auto index = static_cast<std::size_t>(std::max(entry.fault, 0));
  if (entry.fault < 0 || index >= calls.scenario.faults.size()) return std::nullopt;
  const auto* fault = std::get_if<spec::MockFault>(&calls.scenario.faults[index].what);
  if (fault == nullptr || entry.fault_step >= fault->steps.size()) return std::nullopt;
  const auto& action = fault->steps[entry.fault_step].action;
  return action && action->hang ? action->hang->time : std::nullopt;
}

/// True when the caller may not have been the one who ended the call.
bool ended_by_us(const CallsCase& calls, const LedgerEntry& entry) {
  const auto hang = hang_time(calls, entry);
  if (hang && held(entry) + kCallSlack >= *hang) return true;
  return std::any_of(
      calls.result.faults.begin(), calls.result.faults.end(), [&](const FaultRecord& fault) {
        return fault.healed_at && entry.done + kCallSlack >= *fault.healed_at &&
               entry.arrived <= *fault.healed_at && entry.done <= *fault.healed_at + kLeavingSlack;
      });
}

/// Most calls that waited at the same time. A call is over a little before the mock sees it.
std::uint64_t most_at_a_time(const std::vector<const LedgerEntry*>& entries) {
  std::vector<std::pair<Offset, int>> changes;
  for (const LedgerEntry* entry : entries) {
    const Offset end = entry->done - kCallSlack;
    if (end <= entry->arrived) continue;
    changes.emplace_back(entry->arrived, 1);
    changes.emplace_back(end, -1);
  }
  std::sort(changes.begin(), changes.end());
  std::int64_t now = 0;
  std::int64_t most = 0;
  for (const auto& [at, change] : changes) most = std::max(most, now += change);
  return static_cast<std::uint64_t>(most);
}

/// Requests that were due in the window, of the streams that this dependency is called for; of all
/// when the ids do not tell.
std::uint64_t planned_by_callers(const CallsCase& calls) {
  const std::string prefix = request_id_prefix(calls.result.seed);
  std::uint64_t planned = 0;
  for (const StreamSeries& series : calls.result.streams) {
    const bool calls_it =
        calls.ours == 0 ||
        std::any_of(calls.entries.begin(), calls.entries.end(), [&](const LedgerEntry* entry) {
          return entry->correlation_id.starts_with(prefix + series.name);
        });
    if (!calls_it) continue;
    for (const std::uint32_t phase : calls.window.phases) {
      planned += total_of_phase(series, phase).planned;
    }
  }
  return planned;
}

/// Calls that would wait at the same time if every request were let through: by Little's law, from
/// the requests that clients planned and how long calls last.
double would_wait(const CallsCase& calls) {
  std::vector<Duration> times;
  for (const LedgerEntry* entry : calls.entries) times.push_back(held(*entry));
  std::sort(times.begin(), times.end());
  const Duration middle = times.empty() ? Duration{0} : times[times.size() / 2];
  const auto planned = static_cast<double>(planned_by_callers(calls));
  return planned / std::max(seconds(calls.window.length), 1e-3) * seconds(middle);
}

/// Most arrivals within any second.
std::uint64_t most_in_a_second(const std::vector<const LedgerEntry*>& entries) {
  std::vector<Offset> times;
  for (const LedgerEntry* entry : entries) times.push_back(entry->arrived);
  std::sort(times.begin(), times.end());
  std::size_t most = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    while (end < times.size() && times[end] < times[i] + kTightSecond) ++end;
    most = std::max(most, end - i);
  }
  return most;
}

}  // namespace

Finding judge_gives_up(const CallsCase& calls) {
  const Duration within = *calls.calls.gives_up_within;
  Finding finding;
  finding.what = "gives up a call that nobody answers";
  finding.required = "within " + to_text(within);
  Duration longest{0};
  std::uint64_t late = 0;
  for (const LedgerEntry* entry : calls.entries) {
    const bool unanswered =
        entry->delivery == Delivery::hung || entry->delivery == Delivery::caller_gone;
    if (!unanswered) continue;
    const bool too_long = held(*entry) > within + kLeavingSlack;
    if (too_long) ++late;
    if (!too_long && ended_by_us(calls, *entry)) continue;
    ++finding.samples;
    longest = std::max(longest, held(*entry));
  }
  finding.observed = "after " + to_text(longest) + " at the latest";
  if (late > 0 && !is_beyond_mismeasuring(late, finding.samples)) {
    make_inconclusive(finding, part_of(late, finding.samples) +
                                   " calls seem to have been waited for longer, so few that this "
                                   "machine may have been too busy to see the end of them");
  } else if (late > 0) {
    finding.verdict = Verdict::fail;
    finding.why = counted(late, "call") + " were still waited for after " + to_text(within) +
                  ", the longest for " + to_text(longest);
  } else if (finding.samples < kChancesMin) {
    finding.observed = counted(finding.samples, "call") + " given up";
    make_inconclusive(finding, "only " + counted(finding.samples, "call") +
                                   " without an answer was ended by the caller, and it takes " +
                                   std::to_string(kChancesMin));
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_in_flight(const CallsCase& calls) {
  const std::uint32_t most = *calls.calls.in_flight_max;
  Finding finding;
  finding.what = "calls at a time";
  finding.required = "<= " + std::to_string(most);
  finding.samples = calls.entries.size();
  const std::uint64_t seen = most_at_a_time(calls.entries);
  const double pressure = would_wait(calls);
  finding.observed = std::to_string(seen) + " at most";
  if (seen > most) {
    finding.verdict = Verdict::fail;
    finding.why = counted(seen, "call") + " waited for an answer at the same time";
  } else if (pressure <= most) {
    make_inconclusive(finding, "only about " + number_text(pressure) +
                                   " calls at a time were called for, so the limit was not put to "
                                   "the test: let the calls hang, or raise the rate");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_at_most(const CallsCase& calls) {
  const Rate rate = *calls.calls.at_most;
  Finding finding;
  finding.what = "calls a second";
  finding.required = "<= " + to_text(rate) + " over any second";
  finding.samples = calls.entries.size();
  const std::uint64_t seen = most_in_a_second(calls.entries);
  finding.observed = std::to_string(seen) + " at most";
  if (static_cast<double>(seen) > rate.per_second) {
    finding.verdict = Verdict::fail;
    finding.why = counted(seen, "call") + " came within one second";
  } else if (calls.window.length < kSecond) {
    make_inconclusive(finding, "the window is shorter than a second");
  } else {
    finding.verdict = Verdict::pass;
  }
  return finding;
}

Finding judge_correlated(const CallsCase& calls) {
  const double least = *calls.calls.correlated_min;
  Finding finding;
  finding.what = "calls that carry the id of a request";
  finding.required = share_bound_text(spec::Comparison::greater_equal, least) + " (" +
                     calls.scenario.correlation_header + ")";
  finding.samples = calls.entries.size();
  finding.observed = share_text(calls.ours, finding.samples);
  const ShareDecision decision =
      decide_share(calls.ours, finding.samples, spec::Comparison::greater_equal, least);
  finding.verdict = decision.verdict;
  if (!decision.exact) {
    finding.interval = "95 % CI " + to_text(Ratio{decision.interval.low}) + " .. " +
                       to_text(Ratio{decision.interval.high});
  }
  if (finding.verdict == Verdict::fail) {
    finding.why = "the id of the request was lost on the way: only " + finding.observed +
                  " of the calls to " + calls.calls.mock + " carry one";
  } else if (finding.verdict == Verdict::inconclusive) {
    finding.why = counted(finding.samples, "call") + " are too few to tell";
  }
  return finding;
}

}  // namespace firedrill
