#include "harness/expect/alert.hpp"

#include "harness/expect/alert_labels.hpp"
#include "harness/expect/finding.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace firedrill {
namespace {

using Labels = std::map<std::string, std::string>;
using Matches = std::vector<spec::AlertExpectation::LabelMatch>;

const AlertPhase* phase_of(const AlertRecord& record, const std::string& name) {
  const auto found = std::find_if(record.phases.begin(), record.phases.end(),
                                  [&](const AlertPhase& phase) { return phase.name == name; });
  return found == record.phases.end() ? nullptr : &*found;
}

std::string window_text(const AlertPhase& phase) {
  return phase.name + " as played, " + to_text(phase.from) + " .. " + to_text(phase.to);
}

/// The first time that it fires at or after `from`, or is still firing then.
const AlertState* first_firing(const AlertTimeline& timeline, Offset from) {
  for (const AlertState& state : timeline.states) {
    if (state.firing && (state.to > from || !state.ended)) return &state;
  }
  return nullptr;
}

bool fires_in(const AlertTimeline& timeline, const AlertPhase& phase) {
  const AlertState* state = first_firing(timeline, phase.from);
  return state && state->from < phase.to;
}

/// Everything about one expectation.
class Case {
 public:
  Case(const spec::AlertExpectation& expectation, const AlertRecord& record)
      : expectation_{expectation}, record_{record} {
    for (const AlertTimeline& timeline : record.timelines) {
      if (timeline.alert == expectation.alert) all_.push_back(&timeline);
    }
    if (!expectation.fires) return;
    for (const AlertTimeline* timeline : all_) {
      if (fits_all(timeline->labels, expectation.fires->labels)) meant_.push_back(timeline);
    }
    for (const AlertRuleRecord& rule : record.rules) {
      if (rule.alert == expectation.alert && may_fit(rule)) rules_.push_back(&rule);
    }
    // With no rule that gives the right labels, the others show what went wrong.
    if (meant_.empty() && rules_.empty()) meant_ = all_;
  }

  std::vector<Finding> findings(const std::vector<std::string>& during) {
    std::vector<Finding> out;
    if (expectation_.never_fires) out.push_back(never(during));
    if (!expectation_.fires) return out;
    out.push_back(fires());
    for (const auto& label : expectation_.fires->labels) out.push_back(text(label, true));
    for (const auto& one : expectation_.fires->annotations) out.push_back(text(one, false));
    for (const std::string& name : expectation_.fires->reaches) out.push_back(told(name, true));
    for (const std::string& name : expectation_.fires->spares) out.push_back(told(name, false));
    if (expectation_.resolves) out.push_back(resolves());
    if (expectation_.flaps_max) out.push_back(flaps());
    return out;
  }

 private:
  [[nodiscard]] Finding begin(std::string what, std::string required,
                              const AlertPhase* phase) const {
    Finding finding;
    finding.what = std::move(what);
    finding.required = std::move(required);
    if (phase) finding.window = window_text(*phase);
    finding.samples = all_.size();
    return finding;
  }

  static void fail(Finding& finding, std::string why) {
    finding.verdict = Verdict::fail;
    finding.why = std::move(why);
  }

  /// True when nothing can be said, which is then said.
  bool unusable(Finding& finding, const AlertPhase* phase) const {
    if (!record_.unusable.empty()) {
      make_inconclusive(finding, record_.unusable);
    } else if (!phase) {
      make_inconclusive(finding, "the phase was not played");
    } else {
      return false;
    }
    finding.observed = "nothing was evaluated";
    return true;
  }

  [[nodiscard]] std::string required_of_fires() const {
    const auto& fires = *expectation_.fires;
    std::string out;
    if (fires.not_before) out += "not before " + to_text(*fires.not_before);
    if (fires.within) out += (out.empty() ? "within " : ", within ") + to_text(*fires.within);
    return out.empty() ? "while '" + fires.during + "' lasts" : out;
  }

  /// Whether the rule can give the labels that are wanted; templates are not looked into.
  [[nodiscard]] bool may_fit(const AlertRuleRecord& rule) const {
    const Matches& wanted = expectation_.fires->labels;
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
      const auto found = rule.labels.find(one.name);
      const bool known =
          found != rule.labels.end() && found->second.find("{{") == std::string::npos;
      return !known || fits(rule.labels, one);
    });
  }

  /// What arithmetic says, to set beside what the engine says.
  [[nodiscard]] std::string arithmetic() const {
    for (const AlertRuleRecord* rule : rules_) {
      if (rule->predicted) return "arithmetic: " + to_text(*rule->predicted);
      if (!rule->predicted_never.empty()) return "arithmetic: never, as " + rule->predicted_never;
    }
    return "";
  }

  /// Why it could not fire, as far as that is known.
  [[nodiscard]] std::string cause() const {
    for (const AlertRuleRecord* rule : rules_) {
      if (!rule->blind.empty()) return rule->blind;
      if (!rule->predicted_never.empty()) return rule->predicted_never;
    }
    return "";
  }

  /// Why the silence of the alert proves nothing.
  [[nodiscard]] std::string blindness() const {
    for (const AlertRuleRecord& rule : record_.rules) {
      if (rule.alert == expectation_.alert && !rule.blind.empty()) return rule.blind;
    }
    return "";
  }

  /// The earliest firing of those meant.
  [[nodiscard]] const AlertState* earliest(Offset from) const {
    const AlertState* best = nullptr;
    for (const AlertTimeline* timeline : meant_) {
      const AlertState* state = first_firing(*timeline, from);
      if (state && (!best || state->from < best->from)) best = state;
    }
    return best;
  }

  [[nodiscard]] std::string silence(const AlertPhase& phase) const {
    for (const AlertTimeline* timeline : meant_) {
      for (const AlertState& state : timeline->states) {
        if (state.firing || state.from < phase.from) continue;
        return "pending " + to_text(state.from - phase.from) + " after its beginning for " +
               to_text(state.to - state.from) + ", never firing";
      }
    }
    return "not even pending";
  }

  Finding fires() {
    const auto& wanted = *expectation_.fires;
    const AlertPhase* phase = phase_of(record_, wanted.during);
    Finding finding = begin("fires in " + wanted.during, required_of_fires(), phase);
    if (unusable(finding, phase)) return finding;
    const AlertState* state = earliest(phase->from);
    const std::string beside = arithmetic();
    if (!state) {
      finding.observed = silence(*phase) + (beside.empty() ? "" : " (" + beside + ")");
      const std::string known = cause();
      fail(finding, "it never fired" + (known.empty() ? "" : ": " + known));
      return finding;
    }
    const Duration after = state->from - phase->from;
    if (after < Duration{0}) {
      finding.observed = "firing since " + to_text(-after) + " before";
      fail(finding, "it fired already when '" + wanted.during + "' began");
      return finding;
    }
    finding.observed =
        "fired after " + to_text(after) + (beside.empty() ? "" : " (" + beside + ")");
    finding.verdict = Verdict::pass;
    if (state->from >= phase->to) {
      fail(finding, "it fired only after '" + wanted.during + "' was over");
    } else if (wanted.within && after > *wanted.within) {
      fail(finding, "it fired " + to_text(after - *wanted.within) + " too late");
    } else if (wanted.not_before && after < *wanted.not_before) {
      fail(finding, "it fired " + to_text(*wanted.not_before - after) + " too early");
    }
    return finding;
  }

  /// A label or an annotation of what fired in the phase.
  Finding text(const spec::AlertExpectation::LabelMatch& wanted, bool label) {
    const AlertPhase* phase = phase_of(record_, expectation_.fires->during);
    Finding finding =
        begin((label ? "label " : "annotation ") + wanted.name, wanted_text(wanted.value), phase);
    if (unusable(finding, phase)) return finding;
    bool any = false;
    bool right = true;
    for (const AlertTimeline* timeline : meant_) {
      if (!fires_in(*timeline, *phase)) continue;
      const Labels& labels = label ? timeline->labels : timeline->annotations;
      any = true;
      right = right && fits(labels, wanted);
      const auto found = labels.find(wanted.name);
      const std::string seen = found == labels.end() ? "not there" : "\"" + found->second + "\"";
      if (finding.observed.find(seen) == std::string::npos) {
        finding.observed += (finding.observed.empty() ? "" : ", ") + seen;
      }
    }
    if (!any) {
      finding.observed = "nothing fired";
      make_inconclusive(finding, "the alert did not fire in this phase");
    } else if (right) {
      finding.verdict = Verdict::pass;
    } else {
      fail(finding, "it fired with " + finding.observed + ", not " + finding.required);
    }
    return finding;
  }

  /// Whether Alertmanager tells a receiver of what fired in the phase.
  Finding told(const std::string& receiver, bool wanted) {
    const AlertPhase* phase = phase_of(record_, expectation_.fires->during);
    Finding finding =
        begin((wanted ? "reaches " : "spares ") + receiver, wanted ? "told" : "not told", phase);
    if (unusable(finding, phase)) return finding;
    bool any = false;
    bool right = true;
    for (const AlertTimeline* timeline : meant_) {
      if (!fires_in(*timeline, *phase)) continue;
      any = true;
      const auto& all = timeline->receivers;
      const bool routed = std::find(all.begin(), all.end(), receiver) != all.end();
      const bool is_told = routed && timeline->suppressed_by.empty();
      right = right && is_told == wanted;
      std::string names;
      for (const std::string& name : all) names += (names.empty() ? "" : ", ") + name;
      finding.observed = timeline->suppressed_by.empty()
                             ? "reaches " + (names.empty() ? "nobody" : names)
                             : "inhibited by " + timeline->suppressed_by;
      if (!right) break;
    }
    if (!any || !record_.unrouted.empty()) {
      make_inconclusive(finding, any ? record_.unrouted : "the alert did not fire in this phase");
    } else if (right) {
      finding.verdict = Verdict::pass;
    } else {
      fail(finding,
           "it fired and " + finding.observed + (wanted ? ", not " : ", and so ") + receiver);
    }
    return finding;
  }

  /// The last firing that began before the end of the phase, of those meant.
  [[nodiscard]] const AlertState* latest(const AlertPhase& phase) const {
    const AlertState* best = nullptr;
    for (const AlertTimeline* timeline : meant_) {
      for (const AlertState& state : timeline->states) {
        if (!state.firing || state.from >= phase.to) continue;
        if (!best || !state.ended || (best->ended && state.to > best->to)) best = &state;
      }
    }
    return best;
  }

  Finding resolves() {
    const auto& wanted = *expectation_.resolves;
    const AlertPhase* phase = phase_of(record_, wanted.during);
    Finding finding = begin(
        "resolves in " + wanted.during,
        wanted.within ? "within " + to_text(*wanted.within) : "while '" + wanted.during + "' lasts",
        phase);
    if (unusable(finding, phase)) return finding;
    const AlertState* state = latest(*phase);
    if (!state) {
      finding.observed = "it never fired";
      make_inconclusive(finding, "what did not fire cannot resolve");
      return finding;
    }
    if (!state->ended || state->to > phase->to) {
      finding.observed = "still firing at the end";
      fail(finding, "it still fired " + to_text(phase->to - phase->from) + " after '" +
                        wanted.during + "' had begun");
      return finding;
    }
    const Duration after = state->to - phase->from;
    if (after < Duration{0}) {
      finding.observed = "resolved " + to_text(-after) + " before";
      fail(finding, "it resolved while things were still broken");
      return finding;
    }
    finding.observed = "resolved after " + to_text(after);
    finding.verdict = Verdict::pass;
    if (wanted.within && after > *wanted.within) {
      fail(finding, "it resolved " + to_text(after - *wanted.within) + " too late");
    }
    return finding;
  }

  Finding flaps() {
    Finding finding = begin("flaps", "<= " + std::to_string(*expectation_.flaps_max), nullptr);
    const AlertPhase* phase = phase_of(record_, expectation_.fires->during);
    if (unusable(finding, phase)) return finding;
    std::uint32_t worst = 0;
    for (const AlertTimeline* timeline : meant_) {
      std::uint32_t returns = 0;
      for (std::size_t i = 1; i < timeline->states.size(); ++i) {
        if (timeline->states[i].from > timeline->states[i - 1].to) ++returns;
      }
      worst = std::max(worst, returns);
    }
    finding.observed = std::to_string(worst);
    finding.window = "the whole play";
    if (meant_.empty()) {
      make_inconclusive(finding, "the alert was never even pending");
    } else if (worst <= *expectation_.flaps_max) {
      finding.verdict = Verdict::pass;
    } else {
      fail(finding, "it went away and came back " + std::to_string(worst) + " times");
    }
    return finding;
  }

  Finding never(const std::vector<std::string>& during) {
    Finding finding = begin("never fires", "silent", nullptr);
    std::vector<AlertPhase> phases;
    for (const AlertPhase& phase : record_.phases) {
      const bool meant =
          during.empty() || std::find(during.begin(), during.end(), phase.name) != during.end();
      if (meant) phases.push_back(phase);
    }
    if (unusable(finding, phases.empty() ? nullptr : &phases.front())) return finding;
    finding.window = phases.front().name == phases.back().name
                         ? window_text(phases.front())
                         : phases.front().name + " to " + phases.back().name + " as played";
    for (const AlertPhase& phase : phases) {
      for (const AlertTimeline* timeline : all_) {
        const AlertState* state = first_firing(*timeline, phase.from);
        if (!state || state->from >= phase.to) continue;
        finding.observed = "fired in " + phase.name + " after " +
                           to_text(std::max(Duration{0}, state->from - phase.from)) + " with " +
                           labels_text(timeline->labels);
        fail(finding, "it fired, and nobody should have been woken");
        return finding;
      }
    }
    finding.observed = "silent";
    const std::string blind = blindness();
    if (blind.empty()) {
      finding.verdict = Verdict::pass;
    } else {
      make_inconclusive(finding, "its silence proves nothing: " + blind);
    }
    return finding;
  }

  const spec::AlertExpectation& expectation_;
  const AlertRecord& record_;
  std::vector<const AlertTimeline*> all_;
  std::vector<const AlertTimeline*> meant_;
  std::vector<const AlertRuleRecord*> rules_;
};

}  // namespace

std::vector<Finding> judge_alert(const spec::AlertExpectation& expectation,
                                 const std::vector<std::string>& during,
                                 const AlertRecord& record) {
  return Case{expectation, record}.findings(during);
}

Finding judge_strict(const AlertRecord& record, const std::set<std::string>& expected) {
  Finding finding;
  finding.what = "no other alert fires";
  finding.required = "silent";
  finding.window = "the whole play";
  if (!record.unusable.empty()) {
    finding.observed = "nothing was evaluated";
    make_inconclusive(finding, record.unusable);
    return finding;
  }
  for (const AlertTimeline& timeline : record.timelines) {
    const AlertState* state = first_firing(timeline, Offset{0});
    if (!state || expected.contains(timeline.alert)) continue;
    finding.observed += (finding.observed.empty() ? "" : "; ") + timeline.alert + " fired at " +
                        to_text(state->from) + " as played";
  }
  finding.verdict = finding.observed.empty() ? Verdict::pass : Verdict::fail;
  if (finding.verdict == Verdict::fail) finding.why = "nothing expects them: " + finding.observed;
  if (finding.observed.empty()) finding.observed = "silent";
  return finding;
}

}  // namespace firedrill
