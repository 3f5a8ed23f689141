#include "harness/base/units.hpp"
#include "harness/expect/decide.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/ledger_view.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/show.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/request_id.hpp"

#include <algorithm>
#include <map>

namespace firedrill {
namespace {

/// Calls without an id of ours that a join can bear: one in a hundred.
constexpr std::uint64_t kStrangersOneIn = 100;
/// Fewer requests than this say little about an average.
constexpr std::size_t kRequestsNeeded = 20;

/// The calls of one logical request.
struct Attempts {
  std::vector<const LedgerEntry*> calls;
};

/// Calls at a mock in a window, joined by correlation id.
struct Joined {
  std::map<std::string, Attempts> requests;
  std::vector<const LedgerEntry*> strangers;  ///< Without an id that the drill sent.
  std::uint64_t calls = 0;
  std::string missing;  ///< Why there is nothing to join; "" when there is.
};

/// A request belongs to the window in which its first call arrived, with all its later calls.
Joined join(const ObservedCase& observed, const std::string& mock) {
  Joined out;
  const RunResult& result = observed.result;
  out.missing = unusable_ledger(result, mock);
  if (!out.missing.empty()) return out;
  const std::string ours = request_id_prefix(result.seed);
  for (const LedgerEntry& entry : find_ledger(result, mock)->entries) {
    const bool inside = observed.window.contains(result, entry.arrived);
    if (!entry.correlation_id.starts_with(ours)) {
      if (inside) out.strangers.push_back(&entry);
      continue;
    }
    const auto known = out.requests.find(entry.correlation_id);
    if (known != out.requests.end()) {
      known->second.calls.push_back(&entry);
    } else if (inside) {
      out.requests[entry.correlation_id].calls.push_back(&entry);
    }
  }
  for (const auto& [id, attempts] : out.requests) out.calls += attempts.calls.size();
  if (out.requests.empty() && out.strangers.empty()) {
    out.missing = "no call reached " + mock + " in this window";
  }
  return out;
}

std::string why_no_join(const Joined& joined) {
  if (!joined.missing.empty()) return joined.missing;
  const std::uint64_t all = joined.calls + joined.strangers.size();
  if (joined.strangers.size() * kStrangersOneIn <= all) return "";
  return part_of(joined.strangers.size(), all) +
         " calls carried no correlation id of this drill, so attempts cannot be joined to requests";
}

/// Nobody tries again what went well: without a failure, few calls prove nothing.
void look_for_temptation(Finding& finding, const Joined& joined) {
  const bool tempted =
      std::any_of(joined.requests.begin(), joined.requests.end(),
                  [](const auto& request) { return !request.second.calls.front()->ok(); });
  if (tempted || finding.verdict != Verdict::pass) return;
  make_inconclusive(finding,
                    "no request's first call failed in this window, so nothing tempted it to call "
                    "again");
}

/// The requests with the most calls, most first.
std::vector<const Attempts*> worst_of(const Joined& joined) {
  std::vector<const Attempts*> worst;
  for (const auto& [id, attempts] : joined.requests) worst.push_back(&attempts);
  std::stable_sort(worst.begin(), worst.end(), [](const Attempts* a, const Attempts* b) {
    return a->calls.size() > b->calls.size();
  });
  return worst;
}

void show_worst(Finding& finding, const std::vector<const Attempts*>& worst) {
  for (const Attempts* attempts : worst) {
    if (attempts->calls.size() < 2 || finding.evidence.size() == kEvidenceMax) return;
    const LedgerEntry& first = *attempts->calls.front();
    add_evidence(finding, when_text(first.arrived) + " " + first.correlation_id + ": " +
                              counted(attempts->calls.size(), "call") + " in " +
                              to_text(attempts->calls.back()->arrived - first.arrived));
  }
}

Finding judge_average(const spec::NumberBound& bound, const Joined& joined, const Window& window) {
  Finding finding = finding_on(window, "attempts per request", number_bound_text(bound));
  finding.samples = joined.requests.size();
  const double average =
      static_cast<double>(joined.calls) / static_cast<double>(joined.requests.size());
  finding.observed = number_text(average) + " (" + counted(joined.calls, "call") + " of " +
                     counted(joined.requests.size(), "request") + ")";
  finding.verdict = holds(average, bound.comparison, bound.value) ? Verdict::pass : Verdict::fail;
  if (finding.verdict == Verdict::fail) {
    finding.why = "each request that reached it called " + number_text(average) +
                  " times on average, not " + number_bound_text(bound);
    show_worst(finding, worst_of(joined));
  }
  if (joined.requests.size() < kRequestsNeeded) {
    make_inconclusive(finding, counted(joined.requests.size(), "request") +
                                   " that reached it are too few for an average: " +
                                   std::to_string(kRequestsNeeded) + " are needed");
  }
  return finding;
}

Finding judge_most(std::uint32_t most, const Joined& joined, const Window& window) {
  Finding finding = finding_on(window, "most attempts of a request", "<= " + std::to_string(most));
  finding.samples = joined.requests.size();
  const auto worst = worst_of(joined);
  const std::size_t seen = worst.empty() ? 0 : worst.front()->calls.size();
  finding.observed = counted(seen, "call");
  finding.verdict = seen <= most ? Verdict::pass : Verdict::fail;
  if (finding.verdict == Verdict::fail) {
    finding.why = "one request called " + counted(seen, "time");
    show_worst(finding, worst);
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_observed(const spec::AmplificationExpectation& attempts,
                                    const ObservedCase& observed) {
  std::string reason = observed.window.not_reached;
  const Joined joined = join(observed, attempts.mock);
  if (reason.empty()) reason = why_no_join(joined);
  if (!reason.empty()) {
    Finding finding = finding_on(observed.window, "attempts at " + attempts.mock, "are bounded");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return {finding};
  }
  std::vector<Finding> findings;
  const std::string& cut_short = observed.window.cut_short;
  if (attempts.attempts) {
    findings.push_back(judge_average(*attempts.attempts, joined, observed.window));
  }
  if (attempts.attempts_max) {
    findings.push_back(judge_most(*attempts.attempts_max, joined, observed.window));
  }
  for (Finding& finding : findings) {
    look_for_temptation(finding, joined);
    const bool pass = finding.verdict == Verdict::pass;
    if (pass && !cut_short.empty()) make_inconclusive(finding, cut_short);
  }
  return findings;
}

std::vector<Finding> judge_observed(const spec::CorrelationExpectation& correlation,
                                    const ObservedCase& observed) {
  Finding finding =
      finding_on(observed.window, "calls at " + correlation.mock + " with the id of their request",
                 share_bound_text(correlation.comparison, correlation.share));
  const Joined joined = join(observed, correlation.mock);
  std::string reason = observed.window.not_reached;
  if (reason.empty()) reason = joined.missing;
  if (!reason.empty()) {
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return {finding};
  }
  const std::uint64_t all = joined.calls + joined.strangers.size();
  finding.samples = all;
  finding.observed = share_text(joined.calls, all);
  const ShareDecision decision =
      decide_share(joined.calls, all, correlation.comparison, correlation.share);
  finding.verdict = decision.verdict;
  if (!decision.exact) {
    finding.interval = "95 % CI " + to_text(Ratio{decision.interval.low}) + " .. " +
                       to_text(Ratio{decision.interval.high});
  }
  if (decision.verdict == Verdict::fail) {
    finding.why = "only " + finding.observed + " of the calls carried an id that the drill sent";
    for (const LedgerEntry* entry : joined.strangers) add_evidence(finding, call_text(*entry));
  } else if (decision.verdict == Verdict::inconclusive) {
    finding.why =
        "the bound lies inside the interval: " + counted(all, "call") + " are too few to tell";
  }
  return {finding};
}

}  // namespace firedrill
