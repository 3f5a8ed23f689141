#include "harness/expect/breaker_witness.hpp"
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

/// A stretch in which the breaker surely was closed, or surely was not.
struct Certain {
  Offset from{0};
  Offset to{0};
  bool closed = false;
};

/// From the first opening to the closing, trials included, the breaker is not closed.
std::vector<Certain> certain_stretches(const BreakerEvidence& evidence) {
  struct Change {
    Offset at;
    bool closed;
    bool known;
  };
  std::vector<Change> changes;
  for (const OpenStretch& stretch : evidence.timeline.open) {
    if (!stretch.again) changes.push_back({stretch.opened, false, true});
  }
  for (const HalfOpen& half : evidence.timeline.half_open) {
    if (half.closed || half.undecided) changes.push_back({half.decided, half.closed, half.closed});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
  std::vector<Certain> out;
  Certain now{Offset::min(), Offset{0}, true};
  bool known = true;
  for (const Change& change : changes) {
    now.to = change.at;
    if (known) out.push_back(now);
    now = {change.at, Offset{0}, change.closed};
    known = change.known;
  }
  now.to = evidence.reading.until;
  if (known) out.push_back(now);
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
      : telemetry_{telemetry}, observed_{observed}, stretches_{certain_stretches(evidence)} {}

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
    if (stretch == nullptr) return;
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
    const bool was_open = std::any_of(stretches_.begin(), stretches_.end(),
                                      [](const Certain& stretch) { return !stretch.closed; });
    if (!was_open) {
      make_inconclusive(finding,
                        "the breaker was never seen to open, so what is said of it was "
                        "never put to the test");
    } else if (open.all() < kStatementsNeeded || closed.all() < kStatementsNeeded) {
      make_inconclusive(finding, std::to_string(kStatementsNeeded) +
                                     " answers are needed while it is open and while it is "
                                     "closed: judge it over more phases, or ask more often");
    } else {
      finding.verdict = Verdict::pass;
    }
  }

  const spec::TelemetryExpectation& telemetry_;
  const ObservedCase& observed_;
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
