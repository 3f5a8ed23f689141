#include "harness/expect/checks.hpp"
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"
#include "harness/text/match.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string answer_text(const Poll& poll) {
  return when_text(poll.asked) + " " +
         (poll.answered() ? "answered " + std::to_string(poll.status) : poll.failure);
}

std::string too_few(std::size_t polls) {
  return counted(polls, "poll") +
         " in this window are too few to tell: " + std::to_string(kPollsNeeded) + " are needed";
}

class HealthJudge {
 public:
  HealthJudge(const spec::HealthExpectation& health, const ObservedCase& observed,
              const ProbeRecord& record)
      : health_{health},
        observed_{observed},
        record_{record},
        start_{first_fault_in(observed.result, observed.window)},
        settled_{polls_in(record, observed.result, observed.window,
                          health.within ? start_ + *health.within : observed.window.from)} {
    for (const spec::Probe& probe : observed.scenario.probes) {
      if (probe.name == health.probe) checks_ = checks_of(record, probe.checks);
    }
    const Offset calm = first_fault(observed.result).value_or(observed.window.from);
    before_ = last_poll_before(record, calm);
  }

  [[nodiscard]] std::vector<Finding> findings() const {
    std::vector<Finding> out;
    if (!health_.status.empty()) out.push_back(status());
    for (const spec::JsonMatch& match : health_.json) out.push_back(json(match));
    if (health_.turns) {
      for (const std::string& name : *health_.turns) out.push_back(turns(name));
      out.push_back(no_other());
    }
    if (health_.back) out.push_back(back());
    return out;
  }

 private:
  [[nodiscard]] std::string head() const { return health_.probe; }

  void conclude(Finding& finding, std::size_t wrong, const std::string& how) const {
    finding.samples = settled_.size();
    finding.observed = wrong == 0 ? "all of " + counted(settled_.size(), "poll")
                                  : "not so in " + part_of(wrong, settled_.size()) + " polls";
    if (wrong > 0) {
      finding.verdict = Verdict::fail;
      finding.why = how;
    } else if (settled_.size() < kPollsNeeded) {
      make_inconclusive(finding, too_few(settled_.size()));
    } else {
      finding.verdict = Verdict::pass;
    }
  }

  [[nodiscard]] Finding status() const {
    spec::ResponseMatch wanted;
    wanted.status = health_.status;
    Finding finding =
        finding_on(observed_.window, head() + " answers", "every answer has " + describe(wanted));
    std::size_t wrong = 0;
    for (const std::uint32_t index : settled_) {
      const Poll& poll = record_.polls[index];
      const bool right =
          std::any_of(health_.status.begin(), health_.status.end(),
                      [&](const spec::StatusRange& range) { return range.contains(poll.status); });
      if (right) continue;
      ++wrong;
      add_evidence(finding, answer_text(poll));
    }
    conclude(finding, wrong,
             finding.evidence.empty() ? "" : head() + " at " + finding.evidence.front());
    return finding;
  }

  [[nodiscard]] Finding json(const spec::JsonMatch& match) const {
    spec::ResponseMatch wanted;
    wanted.json = {match};
    Finding finding = finding_on(observed_.window, head() + " says", "always " + describe(wanted));
    const Track* const track = record_.track(match.pointer);
    std::size_t wrong = 0;
    for (const std::uint32_t index : settled_) {
      const TrackPoint* const point = track ? track->at(index) : nullptr;
      if (is_readable(record_.polls[index]) && holds(match.value, point)) continue;
      ++wrong;
      add_evidence(finding, when_text(record_.polls[index].asked) + " " + match.pointer + ": " +
                                (track ? said_at(*track, index) : "nothing"));
    }
    conclude(finding, wrong,
             finding.evidence.empty() ? "" : head() + " said at " + finding.evidence.front());
    return finding;
  }

  static bool holds(const spec::ValueMatch& wanted, const TrackPoint* point) {
    if (point == nullptr) return wanted.exists && !*wanted.exists;
    spec::ResponseMatch match;
    match.json = {{"", wanted}};
    ResponseMatcher::View view;
    view.body = &point->text;
    return ResponseMatcher{match}.matches(view);
  }

  /// The first poll from `start_` on at which the check says something else than before.
  [[nodiscard]] std::optional<std::uint32_t> turned_at(const Check& check,
                                                       const std::string& to) const {
    const std::string calm = said_at(*check.track, *before_);
    for (const std::uint32_t index :
         polls_in(record_, observed_.result, observed_.window, observed_.window.from)) {
      if (!is_readable(record_.polls[index]) || record_.polls[index].at < start_) continue;
      const std::string said = said_at(*check.track, index);
      if (said != calm && (to.empty() || said == to)) return index;
    }
    return std::nullopt;
  }

  [[nodiscard]] const Check* check_named(const std::string& name) const {
    const auto found = std::find_if(checks_.begin(), checks_.end(),
                                    [&](const Check& check) { return check.name == name; });
    return found == checks_.end() ? nullptr : &*found;
  }

  /// Why turning cannot be judged; "" when it can.
  [[nodiscard]] std::string doubt() const {
    if (checks_.empty()) return head() + " names no checks; say where they stand with 'checks:'";
    if (!before_) return head() + " was not answered before anything broke, so nothing can turn";
    const auto polls = polls_in(record_, observed_.result, observed_.window, observed_.window.from);
    return polls.size() < kPollsNeeded ? too_few(polls.size()) : "";
  }

  [[nodiscard]] std::string names_of_checks() const {
    std::vector<std::string> names;
    for (const Check& check : checks_) names.push_back(check.name);
    return joined(names);
  }

  [[nodiscard]] Finding turns(const std::string& name) const {
    const std::string limit =
        health_.within ? " within " + to_text(*health_.within) + " of " + when_text(start_) : "";
    const std::string to = health_.to.empty() ? "something else" : health_.to;
    Finding finding =
        finding_on(observed_.window, head() + ": check " + name + " turns", "says " + to + limit);
    finding.observed = "nothing that counts";
    std::string reason = doubt();
    const Check* const check = check_named(name);
    if (reason.empty() && check == nullptr) {
      reason = head() + " has no check '" + name + "'; it has " + names_of_checks();
    }
    if (!reason.empty()) {
      make_inconclusive(finding, reason);
      return finding;
    }
    finding.samples = polls_in(record_, observed_.result, observed_.window, start_).size();
    const std::string calm = said_at(*check->track, *before_);
    const auto turned = turned_at(*check, health_.to);
    if (!turned && finding.samples < kPollsNeeded) {
      finding.observed = "still " + calm;
      make_inconclusive(finding, too_few(finding.samples));
      return finding;
    }
    if (!turned && !observed_.window.cut_short.empty()) {
      finding.observed = "not yet turned";
      make_inconclusive(finding, observed_.window.cut_short);
      return finding;
    }
    if (!turned) {
      finding.observed = "still " + calm;
      finding.verdict = Verdict::fail;
      finding.why = "it said " + calm + " before, and never " + to + " in this window";
      const auto last = last_poll_before(record_, observed_.window.to);
      if (last) {
        add_evidence(finding, when_text(record_.polls[*last].asked) + " " + check->track->name +
                                  ": " + said_at(*check->track, *last));
      }
      return finding;
    }
    judge_turning(finding, *check, *turned, calm);
    return finding;
  }

  /// The change lies between the last poll that did not show it and the first that did.
  void judge_turning(Finding& finding, const Check& check, std::uint32_t turned,
                     const std::string& calm) const {
    const Poll& shown = record_.polls[turned];
    const Duration latest = shown.at - start_;
    const auto before = last_poll_before(record_, shown.asked);
    const Duration earliest = before ? record_.polls[*before].asked - start_ : Duration{0};
    finding.observed = calm + " → " + said_at(*check.track, turned) + " after " + to_text(latest);
    if (!health_.within || latest <= *health_.within) {
      finding.verdict = Verdict::pass;
    } else if (earliest > *health_.within) {
      finding.verdict = Verdict::fail;
      finding.why = "it still said " + calm + " " + to_text(earliest) + " after the start";
    } else {
      make_inconclusive(finding, "it turned between " + to_text(earliest) + " and " +
                                     to_text(latest) + " after the start: ask more often");
    }
  }

  [[nodiscard]] Finding no_other() const {
    const auto& meant = *health_.turns;
    Finding finding =
        finding_on(observed_.window, head() + ": no other check turns",
                   meant.empty() ? "no check turns" : "only " + joined(meant) + " turns");
    finding.observed = "nothing that counts";
    if (const std::string reason = doubt(); !reason.empty()) {
      make_inconclusive(finding, reason);
      return finding;
    }
    std::vector<std::string> others;
    for (const Check& check : checks_) {
      if (std::find(meant.begin(), meant.end(), check.name) != meant.end()) continue;
      const auto turned = turned_at(check, "");
      if (!turned) continue;
      others.push_back(check.name);
      add_evidence(finding, when_text(record_.polls[*turned].asked) + " " + check.track->name +
                                ": " + said_at(*check.track, *turned));
    }
    finding.samples = checks_.size();
    finding.observed = others.empty() ? "none of " + names_of_checks() : joined(others);
    finding.verdict = others.empty() ? Verdict::pass : Verdict::fail;
    if (!others.empty()) {
      finding.why = "check " + joined(others) + " turned" + (meant.empty() ? "" : " as well");
    }
    return finding;
  }

  [[nodiscard]] bool is_calm(std::uint32_t poll) const {
    if (!is_readable(record_.polls[poll])) return false;
    return std::all_of(checks_.begin(), checks_.end(), [&](const Check& check) {
      return said_at(*check.track, poll) == said_at(*check.track, *before_);
    });
  }

  [[nodiscard]] Finding back() const {
    Finding finding = finding_on(observed_.window, head() + ": back as before",
                                 "within " + to_text(*health_.back) + " of the healing");
    finding.observed = "nothing that counts";
    const auto healed = last_healing(observed_.result, observed_.window);
    std::string reason = doubt();
    if (reason.empty() && !healed) reason = "nothing was healed by the end of this window";
    if (reason.empty()) {
      const Offset until = std::min(observed_.window.to, *healed + *health_.back);
      reason = still_broken(observed_.result, *healed, until);
    }
    if (reason.empty() && !ever_turned()) reason = "no check had turned, so none can come back";
    if (!reason.empty()) {
      make_inconclusive(finding, reason);
      return finding;
    }
    judge_back(finding, *healed);
    return finding;
  }

  [[nodiscard]] bool ever_turned() const {
    for (std::uint32_t i = *before_; i < record_.polls.size(); ++i) {
      if (is_readable(record_.polls[i]) && !is_calm(i)) return true;
    }
    return false;
  }

  void judge_back(Finding& finding, Offset healed) const {
    Offset last_off = healed;
    bool calm = false;
    Offset calm_since{0};
    for (std::size_t i = 0; i < record_.polls.size(); ++i) {
      const Poll& poll = record_.polls[i];
      if (poll.asked < healed || poll.asked >= observed_.window.to) continue;
      ++finding.samples;
      if (is_calm(static_cast<std::uint32_t>(i))) {
        if (!std::exchange(calm, true)) calm_since = poll.at;
      } else {
        last_off = poll.asked;
        calm = false;
      }
    }
    const Duration limit = *health_.back;
    if (calm && calm_since - healed <= limit) {
      finding.observed = "at most " + to_text(calm_since - healed) + " after the healing";
      finding.verdict = Verdict::pass;
    } else if (last_off - healed > limit) {
      finding.observed =
          (calm ? "not before " : "still not ") + to_text(last_off - healed) + " after the healing";
      finding.verdict = Verdict::fail;
      finding.why = finding.observed;
    } else {
      finding.observed = "not seen";
      make_inconclusive(finding, "the polls do not tell when: ask more often, or longer");
    }
  }

  const spec::HealthExpectation& health_;
  const ObservedCase& observed_;
  const ProbeRecord& record_;
  Offset start_;
  std::vector<std::uint32_t> settled_;  // polls that status and JSON are judged on
  std::vector<Check> checks_;
  std::optional<std::uint32_t> before_;  // the last poll before anything broke
};

}  // namespace

std::vector<Finding> judge_observed(const spec::HealthExpectation& health,
                                    const ObservedCase& observed) {
  std::string reason = observed.window.not_reached;
  if (reason.empty()) reason = unusable_probe(observed.result, health.probe);
  if (!reason.empty()) {
    Finding finding = finding_on(observed.window, health.probe, "is as expected");
    finding.observed = "nothing that counts";
    make_inconclusive(finding, reason);
    return {finding};
  }
  const ProbeRecord& record = *find_probe(observed.result, health.probe);
  std::vector<Finding> findings = HealthJudge{health, observed, record}.findings();
  for (Finding& finding : findings) {
    const bool pass = finding.verdict == Verdict::pass;
    if (pass && !observed.window.cut_short.empty()) {
      make_inconclusive(finding, observed.window.cut_short);
    }
  }
  return findings;
}

std::vector<Moment> turned_moments(const RunResult& result, std::string_view probe, Offset from,
                                   Offset to) {
  std::vector<Moment> moments;
  const ProbeRecord* const record = find_probe(result, probe);
  if (record == nullptr) return moments;
  for (const Check& check : checks_of(*record, "")) {
    for (std::size_t i = 1; i < check.track->points.size(); ++i) {
      const std::uint32_t poll = check.track->points[i].poll;
      const Offset at = record->polls[poll].at;
      if (at < from || at > to) continue;
      moments.push_back(
          {at, MomentKind::check_turned, record->name,
           record->name + ": " + check.name + " says " + said_at(*check.track, poll)});
    }
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at < b.at; });
  return moments;
}

}  // namespace firedrill
