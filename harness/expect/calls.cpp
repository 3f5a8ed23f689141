#include "harness/expect/calls.hpp"

#include "harness/expect/finding.hpp"
#include "harness/expect/ledger_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/request_id.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace firedrill {
namespace {

/// Calls without the id of a request that may be among the others before nothing can be joined.
constexpr std::uint64_t kStrayOneIn = 100;

/// True for the id of a request that a stream of this drill sent.
bool is_ours(const CallsCase& calls, std::string_view prefix, std::string_view id) {
  if (!id.starts_with(prefix)) return false;
  id.remove_prefix(prefix.size());
  return std::any_of(calls.result.streams.begin(), calls.result.streams.end(),
                     [&](const StreamSeries& stream) { return id.starts_with(stream.name); });
}

void read_ledger(CallsCase& calls, const Ledger& ledger) {
  const std::string prefix = request_id_prefix(calls.result.seed);
  std::map<std::string_view, Tries> by_id;
  for (const LedgerEntry& entry : ledger.entries) {
    const bool inside = calls.window.contains(calls.result, entry.arrived);
    if (inside) calls.entries.push_back(&entry);
    if (!is_ours(calls, prefix, entry.correlation_id)) continue;
    if (inside) ++calls.ours;
    by_id[entry.correlation_id].calls.push_back(&entry);
  }
  for (auto& [id, tries] : by_id) {
    std::stable_sort(
        tries.calls.begin(), tries.calls.end(),
        [](const LedgerEntry* a, const LedgerEntry* b) { return a->arrived < b->arrived; });
    if (!calls.window.contains(calls.result, tries.calls.front()->arrived)) continue;
    calls.requests.push_back(std::move(tries));
  }
}

std::vector<Finding> every_member(const CallsCase& calls) {
  const spec::CallsExpectation& wanted = calls.calls;
  std::vector<Finding> findings;
  if (wanted.tries_max) findings.push_back(judge_tries(calls));
  if (wanted.backoff) findings.push_back(judge_backoff(calls));
  if (wanted.jitter_min) findings.push_back(judge_jitter(calls));
  if (wanted.honours_retry_after) findings.push_back(judge_retry_after(calls));
  if (!wanted.never_again_after.empty()) findings.push_back(judge_never_again(calls));
  if (wanted.same_key) findings.push_back(judge_same_key(calls));
  if (wanted.last_try_within) findings.push_back(judge_last_try(calls));
  if (wanted.gives_up_within) findings.push_back(judge_gives_up(calls));
  if (wanted.in_flight_max) findings.push_back(judge_in_flight(calls));
  if (wanted.at_most) findings.push_back(judge_at_most(calls));
  if (wanted.correlated_min) findings.push_back(judge_correlated(calls));
  return findings;
}

/// Why nothing at all can be concluded; "" when something can.
std::string nothing_to_judge(const CallsCase& calls) {
  std::string reason = unusable(calls.result, calls.window, "");
  if (reason.empty()) reason = unusable_ledger(calls.result, calls.calls.mock);
  if (!reason.empty()) return reason;
  if (calls.entries.empty()) return "no call reached " + calls.calls.mock + " in this window";
  return "";
}

/// Why tries cannot be told from calls for other requests; "" when they can.
std::string cannot_join(const CallsCase& calls) {
  const std::uint64_t stray = calls.entries.size() - calls.ours;
  if (!calls.calls.joins() || stray * kStrayOneIn <= calls.entries.size()) return "";
  return "correlation is missing: " + part_of(stray, calls.entries.size()) + " calls to " +
         calls.calls.mock + " do not carry the id of a request (" +
         calls.scenario.correlation_header +
         "), so a further try cannot be told from another request";
}

bool needs_ids(const Finding& finding, const CallsCase& calls) {
  // The members that need no ids come last.
  static constexpr std::string_view kWithout[] = {"gives up", "calls at a time", "calls a second",
                                                  "calls that carry"};
  return calls.calls.joins() &&
         std::none_of(std::begin(kWithout), std::end(kWithout),
                      [&](std::string_view what) { return finding.what.starts_with(what); });
}

}  // namespace

std::vector<Finding> judge_calls(const spec::CallsExpectation& wanted, const Window& window,
                                 const spec::Scenario& scenario, const RunResult& result) {
  CallsCase calls{wanted, window, scenario, result, {}, 0, {}};
  if (const Ledger* ledger = find_ledger(result, wanted.mock)) read_ledger(calls, *ledger);
  const std::string nothing = nothing_to_judge(calls);
  const std::string unjoined = nothing.empty() ? cannot_join(calls) : "";
  std::vector<Finding> findings = every_member(calls);
  for (Finding& finding : findings) {
    finding.window = window.text;
    const std::string& reason = !unjoined.empty() && needs_ids(finding, calls) ? unjoined : nothing;
    if (!reason.empty()) {
      finding.observed = "nothing that counts";
      finding.interval.clear();
      make_inconclusive(finding, reason);
    } else if (!window.cut_short.empty() && finding.verdict == Verdict::pass) {
      make_inconclusive(finding, window.cut_short);
    }
  }
  return findings;
}

}  // namespace firedrill
