#include "harness/expect/breaker_witness.hpp"
#include "harness/expect/client_activity.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

/// Statements that must have been heard of each state that the breaker was in.
constexpr std::size_t kStatementsNeeded = 3;
/// How finely an opening can be placed in time, see CallEnds::kOrderUnknown.
constexpr Duration kPlaced = std::chrono::milliseconds{50};
/// Where nobody says how many failures open it: fewer in a row are no reason.
constexpr std::uint64_t kFailuresNeeded = 3;

/// So many calls to be expected before and after a moment must come, but for half of them, to show
/// that calls flow then.
constexpr double kCallsAround = 5;

/// A stretch in which the breaker surely was closed, or surely was not.
struct Certain {
  Offset from{0};
  Offset to{0};
  bool closed = false;
};

/// True when enough failures came before for a breaker to open.
bool has_cause(const BreakerEvidence& evidence, const OpenStretch& stretch) {
  const BreakerReading& reading = evidence.reading;
  const std::uint64_t needed = reading.failures > 0 ? reading.failures : kFailuresNeeded;
  Offset since = reading.from;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (half.closed && half.decided <= stretch.opened) since = std::max(since, half.decided);
  }
  const Offset latest = stretch.opened + reading.silence;
  return evidence.ends.possible_run(needed, since, latest).has_value();
}

/// True when the silence was kept on purpose: the system answered its clients meanwhile, and what
/// few calls came are leaks.
bool is_quiet(const BreakerEvidence& evidence, const RunResult& result,
              const OpenStretch& stretch) {
  const Offset from = stretch.opened + evidence.slack + evidence.instance_spread;
  const auto calls = static_cast<double>(evidence.calls_in(from, stretch.until));
  const double expected = seconds(stretch.until - from) * evidence.calls_per_second;
  return 2 * calls < expected && kept_answering(result, stretch.opened, stretch.until);
}

/// From the opening to the last trial before the closing, trials that failed included.
void add_open(std::vector<Certain>& out, const BreakerEvidence& evidence, const RunResult& result) {
  bool trial_failed = false;  // the one at the end of the stretch before,
  bool was_certain = false;   // and whether that stretch was
  for (const OpenStretch& stretch : evidence.timeline.open) {
    const bool caused = stretch.again ? trial_failed : has_cause(evidence, stretch);
    const bool certain = caused && is_quiet(evidence, result, stretch);
    if (certain && was_certain && stretch.again) {
      out.back().to = stretch.until;
    } else if (certain) {
      out.push_back({stretch.opened + evidence.instance_spread, stretch.until, false});
    }
    was_certain = certain;
    const auto& trials = evidence.timeline.half_open;
    trial_failed = std::any_of(trials.begin(), trials.end(), [&](const HalfOpen& half) {
      return half.began == stretch.until && !half.ok;
    });
  }
}

/// From one moment when it was closed to the next opening, without the time in which the machine
/// stood still after a failure: it may have opened and closed then.
void add_closed(std::vector<Certain>& out, const BreakerEvidence& evidence, Offset since) {
  Offset to = evidence.reading.until;
  for (const OpenStretch& stretch : evidence.timeline.open) {
    if (!stretch.again && stretch.opened >= since) to = std::min(to, stretch.earliest);
  }
  const Offset failing_since = std::max(since, evidence.reading.from);
  for (const Silence& stall : evidence.stalls) {
    const bool inside = stall.to > since && stall.from < to;
    if (!inside || !evidence.ends.first_failure(failing_since, stall.to)) continue;
    out.push_back({since, stall.from, true});
    since = stall.to;
  }
  if (since < to) out.push_back({since, to, true});
}

std::vector<Certain> certain_stretches(const BreakerEvidence& evidence, const RunResult& result) {
  std::vector<Certain> out;
  add_open(out, evidence, result);
  add_closed(out, evidence, Offset::min());
  // When calls flow again, one of several instances may still be open.
  if (evidence.reading.several_instances) return out;
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (half.closed) add_closed(out, evidence, half.decided);
  }
  return out;
}

struct Count {
  std::size_t right = 0;
  std::size_t wrong = 0;
  [[nodiscard]] std::size_t all() const { return right + wrong; }
};

class TelemetryJudge {
 public:
  TelemetryJudge(const spec::TelemetryExpectation& telemetry, const ObservedCase& observed,
                 const BreakerEvidence& evidence)
      : telemetry_{telemetry},
        observed_{observed},
        evidence_{evidence},
        stretches_{certain_stretches(evidence, observed.result)} {}

  [[nodiscard]] Finding judge(const BreakerWitness& witness) const {
    Finding finding = finding_on(
        observed_.window,
        witness.probe + (witness.where.empty() ? "" : " " + witness.where) + " tells the truth",
        "says what the breaker of " + telemetry_.mock + " did, at most " + to_text(telemetry_.lag) +
            " late");
    finding.observed = "nothing that counts";
    if (!witness.unusable.empty()) {
      make_inconclusive(finding, witness.unusable);
      return finding;
    }
    Count closed;
    Count open;
    for (const Statement& statement : witness.statements) {
      compare(finding, witness, statement, closed, open);
    }
    finding.samples = closed.all() + open.all();
    conclude(finding, witness, closed, open);
    return finding;
  }

 private:
  void compare(Finding& finding, const BreakerWitness& witness, const Statement& statement,
               Count& closed, Count& open) const {
    if (!observed_.window.contains(observed_.result, statement.asked)) return;
    const Certain* const stretch = stretch_of(statement);
    if (stretch == nullptr || (stretch->closed && !calls_flow(statement))) return;
    const bool says_closed = statement.state == BreakerState::closed;
    Count& count = stretch->closed ? closed : open;
    if (says_closed == stretch->closed) {
      ++count.right;
      return;
    }
    ++count.wrong;
    add_evidence(finding, when_text(statement.asked) + " " + witness.probe + " says " +
                              name_of(statement.state) + ", behaviour says " +
                              (stretch->closed ? "closed" : "open"));
  }

  /// An opening too short to be seen as a silence is no lie of those who tell of it: calls must
  /// have come before as well as after.
  [[nodiscard]] bool calls_flow(const Statement& statement) const {
    if (evidence_.calls_per_second <= 0) return false;
    const Duration around = from_seconds(kCallsAround / evidence_.calls_per_second);
    const auto flows = [&](Offset from, Offset to) {
      return 2 * static_cast<double>(evidence_.calls_in(from, to)) >= kCallsAround;
    };
    return flows(statement.asked - around, statement.asked) &&
           flows(statement.at, statement.at + around);
  }

  /// The stretch that a statement must agree with; nullptr near a change.
  [[nodiscard]] const Certain* stretch_of(const Statement& statement) const {
    const auto found =
        std::find_if(stretches_.begin(), stretches_.end(), [&](const Certain& stretch) {
          const bool settled =
              stretch.from == Offset::min() || statement.asked >= stretch.from + telemetry_.lag;
          return settled && statement.at + kPlaced <= stretch.to;
        });
    return found == stretches_.end() ? nullptr : &*found;
  }

  void conclude(Finding& finding, const BreakerWitness& witness, const Count& closed,
                const Count& open) const {
    if (closed.wrong + open.wrong > 0) {
      const bool hides = open.wrong >= closed.wrong;
      finding.observed = part_of(closed.wrong + open.wrong, finding.samples) + " answers are wrong";
      finding.verdict = Verdict::fail;
      finding.why = witness.probe + " says " + (hides ? "closed" : "open") + ", behaviour says " +
                    (hides ? "open" : "closed") + ", in " +
                    part_of(hides ? open.wrong : closed.wrong, hides ? open.all() : closed.all()) +
                    " answers";
      return;
    }
    finding.observed = counted(open.right, "answer") + " while open and " +
                       std::to_string(closed.right) + " while closed agree";
    if (evidence_.timeline.open.empty()) {
      make_inconclusive(finding,
                        "the breaker was never seen to open, so what is said of it was "
                        "never put to the test");
    } else if (open.all() == 0 && !surely_opened()) {
      make_inconclusive(finding,
                        "calls stopped, but whether that was the breaker cannot be told: too few "
                        "failures came before, or the system did not answer its clients meanwhile");
    } else if (open.all() < kStatementsNeeded || closed.all() < kStatementsNeeded) {
      make_inconclusive(finding, std::to_string(kStatementsNeeded) +
                                     " answers are needed while it is open and while it is "
                                     "closed: judge it over more phases, or ask more often");
    } else {
      finding.verdict = Verdict::pass;
    }
  }

  [[nodiscard]] bool surely_opened() const {
    return std::any_of(stretches_.begin(), stretches_.end(),
                       [](const Certain& stretch) { return !stretch.closed; });
  }

  const spec::TelemetryExpectation& telemetry_;
  const ObservedCase& observed_;
  const BreakerEvidence& evidence_;
  std::vector<Certain> stretches_;
};

}  // namespace

std::vector<Finding> judge_telemetry(const spec::TelemetryExpectation& telemetry,
                                     const ObservedCase& observed,
                                     const BreakerEvidence& evidence) {
  std::vector<Finding> findings;
  const TelemetryJudge judge{telemetry, observed, evidence};
  std::string reason = observed.window.not_reached;
  if (reason.empty()) reason = evidence.unusable;
  for (const BreakerWitness& witness :
       breaker_witnesses(observed.scenario, observed.result, telemetry.mock)) {
    findings.push_back(judge.judge(witness));
    if (!reason.empty()) make_inconclusive(findings.back(), reason);
  }
  if (!findings.empty()) return findings;
  Finding finding =
      finding_on(observed.window, "telemetry of " + telemetry.mock, "says what the breaker did");
  finding.observed = "nothing that counts";
  make_inconclusive(finding, "no probe tells the state of the breaker of " + telemetry.mock);
  return {finding};
}

}  // namespace firedrill
