#include "harness/expect/live_alert.hpp"

#include "harness/expect/live_witness.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Suppression = spec::AlertExpectation::Notifies::Suppression;

/// All about one expectation.
class LiveCase {
 public:
  LiveCase(const LiveWitness& witness, const spec::OnCall& on_call)
      : witness_{witness}, wanted_{witness.wanted()}, on_call_{on_call} {}

  [[nodiscard]] std::vector<Finding> findings() const {
    std::vector<Finding> out;
    for (const std::string& name : wanted_.reaches) out.push_back(reaches(name));
    for (const std::string& name : wanted_.spares) out.push_back(spares(name));
    if (wanted_.suppressed_by != Suppression::none) out.push_back(suppressed());
    for (const std::string& name : wanted_.grouped_with) out.push_back(grouped(name));
    if (wanted_.at_most) {
      for (const std::string& name : wanted_.reaches) out.push_back(at_most(name));
    }
    if (wanted_.acknowledged_within) out.push_back(acknowledged());
    if (wanted_.escalations) out.push_back(escalated());
    if (wanted_.resolves) {
      for (const std::string& name : wanted_.reaches) out.push_back(resolves(name));
    }
    return out;
  }

 private:
  [[nodiscard]] Finding reaches(const std::string& receiver) const {
    const PhaseRecord* phase = witness_.phase(wanted_.during);
    Finding finding =
        witness_.begin((witness_.attached() ? "is routed to " : "reaches ") + receiver,
                       wanted_.within ? "within " + to_text(*wanted_.within)
                                      : "while '" + wanted_.during + "' lasts",
                       phase);
    if (witness_.unusable(finding, phase)) return finding;
    const auto told = witness_.first_told(receiver);
    if (!told) {
      finding.observed = "not told";
      const Duration watched = witness_.played(witness_.end() - phase->start);
      if (wanted_.within && watched < *wanted_.within && witness_.alerts().empty()) {
        LiveWitness::leave_open(finding, "the drill was over after " + to_text(watched));
      } else {
        LiveWitness::fail(finding, witness_.why_not_told(receiver));
      }
      return finding;
    }
    const Duration after = *told - phase->start;
    if (after < Duration{0}) {
      finding.observed = "told " + witness_.in_production(-after) + " before";
      LiveWitness::fail(finding, "it was told already when '" + wanted_.during + "' began");
      return finding;
    }
    finding.observed = "told after " + witness_.in_production(after);
    finding.verdict = Verdict::pass;
    if (wanted_.within && witness_.played(after) > *wanted_.within) {
      LiveWitness::fail(finding, receiver + " was told " +
                                     to_text(witness_.played(after) - *wanted_.within) +
                                     " too late");
    } else if (!wanted_.within && *told >= phase->end) {
      LiveWitness::fail(finding,
                        receiver + " was told only after '" + wanted_.during + "' was over");
    }
    return finding;
  }

  [[nodiscard]] Finding spares(const std::string& receiver) const {
    Finding finding = witness_.begin("spares " + receiver, "not told", nullptr);
    if (witness_.unusable(finding)) return finding;
    if (witness_.alerts().empty()) return did_not_fire(std::move(finding));
    const auto told = witness_.first_told(receiver);
    finding.observed = "not told";
    finding.verdict = Verdict::pass;
    if (told) {
      finding.observed = "told";
      LiveWitness::fail(finding, receiver + " was told at " + to_text(*told) +
                                     " of the drill, and should have been spared");
    }
    return finding;
  }

  [[nodiscard]] Finding did_not_fire(Finding finding) const {
    finding.observed = "it did not fire";
    LiveWitness::leave_open(finding,
                            "what does not fire tells nobody anyway: " + witness_.why_silent());
    return finding;
  }

  [[nodiscard]] Finding suppressed() const {
    const bool silence = wanted_.suppressed_by == Suppression::silence;
    Finding finding =
        witness_.begin(silence ? "suppressed by a silence" : "suppressed by inhibition",
                       "nobody is told", nullptr);
    if (witness_.unusable(finding)) return finding;
    if (witness_.alerts().empty()) return did_not_fire(std::move(finding));
    const std::string told = witness_.who_was_told();
    const bool seen = std::all_of(
        witness_.alerts().begin(), witness_.alerts().end(),
        [&](const LiveAlert* alert) { return silence ? alert->silenced : alert->inhibited; });
    finding.observed = told.empty() ? "nobody was told" : "told " + told;
    if (!told.empty()) {
      LiveWitness::fail(finding, "it was suppressed too late or not at all: " + told + " was told");
    } else if (!seen) {
      LiveWitness::leave_open(finding,
                              "nobody was told, but Alertmanager did not call it suppressed");
    } else {
      finding.verdict = Verdict::pass;
      const std::string by = witness_.inhibitor();
      if (!silence && !by.empty()) finding.observed += ", inhibited by " + by;
    }
    return finding;
  }

  [[nodiscard]] Finding grouped(const std::string& other) const {
    Finding finding = witness_.begin("grouped with " + other, "one notification for both", nullptr);
    if (witness_.unusable(finding)) return finding;
    if (witness_.attached()) {
      finding.observed = "not seen";
      LiveWitness::leave_open(finding,
                              "what receivers get of an attached Alertmanager is not seen");
      return finding;
    }
    bool any = false;
    for (const std::string& receiver : wanted_.reaches) {
      for (const AlertNotice* notice : witness_.told(receiver)) {
        any = true;
        const std::string names = witness_.names_in(*notice);
        if (finding.observed.find(names) == std::string::npos)
          finding.observed += (finding.observed.empty() ? "" : "; ") + names;
        if (witness_.tells_of(*notice, other)) finding.verdict = Verdict::pass;
      }
    }
    if (!any) {
      finding.observed = "nobody was told";
      LiveWitness::leave_open(finding, "without a notification there is nothing to group");
    } else if (finding.verdict != Verdict::pass) {
      LiveWitness::fail(finding, "no notification told of both");
    }
    return finding;
  }

  [[nodiscard]] Finding at_most(const std::string& receiver) const {
    Finding finding = witness_.begin("notifications to " + receiver,
                                     "<= " + std::to_string(*wanted_.at_most), nullptr);
    if (witness_.unusable(finding)) return finding;
    const std::size_t count = witness_.told(receiver).size();
    finding.observed = std::to_string(count);
    if (count == 0 || witness_.attached()) {
      LiveWitness::leave_open(finding, "no notification was seen");
    } else if (count <= *wanted_.at_most) {
      finding.verdict = Verdict::pass;
    } else {
      LiveWitness::fail(finding, receiver + " was told " + std::to_string(count) + " times");
    }
    return finding;
  }

  /// The first page of it; says that there is none.
  [[nodiscard]] const Page* page_or_open(Finding& finding) const {
    if (witness_.unusable(finding)) return nullptr;
    for (const Page& page : witness_.pages()) {
      const auto& all = wanted_.reaches;
      if (std::find(all.begin(), all.end(), page.receiver) != all.end()) return &page;
    }
    finding.observed = "nobody was paged";
    LiveWitness::leave_open(finding, "PagerDuty was not told of it");
    return nullptr;
  }

  [[nodiscard]] Finding acknowledged() const {
    Finding finding =
        witness_.begin("acknowledged", "within " + to_text(*wanted_.acknowledged_within), nullptr);
    const Page* const page = page_or_open(finding);
    if (!page) return finding;
    const Duration limit = *wanted_.acknowledged_within;
    if (page->acknowledged) {
      const Duration after = *page->acknowledged - page->triggered;
      finding.observed = "after " + witness_.in_production(after);
      finding.verdict = Verdict::pass;
      if (witness_.played(after) > limit)
        LiveWitness::fail(finding, to_text(witness_.played(after) - limit) + " too late");
      return finding;
    }
    finding.observed = "nobody did";
    const Duration open = page->resolved.value_or(witness_.end()) - page->triggered;
    if (!page->resolved && witness_.played(open) < limit) {
      LiveWitness::leave_open(
          finding, "the drill was over " + witness_.in_production(open) + " after the page");
    } else {
      LiveWitness::fail(finding, "nobody acknowledged the page");
    }
    return finding;
  }

  [[nodiscard]] Finding escalated() const {
    const std::size_t limit = *wanted_.escalations;
    Finding finding = witness_.begin("escalations", std::to_string(limit), nullptr);
    const Page* const page = page_or_open(finding);
    if (!page) return finding;
    std::vector<Duration> clocks;
    for (const auto& [severity, after] : on_call_.escalation) {
      if (severity == page->severity) clocks = after;
    }
    const auto seen = page->acknowledged ? page->acknowledged : page->resolved;
    const Duration open = witness_.played(seen.value_or(witness_.end()) - page->triggered);
    const auto passed = static_cast<std::size_t>(
        std::count_if(clocks.begin(), clocks.end(), [&](Duration clock) { return clock <= open; }));
    finding.observed = std::to_string(passed) + ", as nobody had seen the " + page->severity +
                       " page for " + to_text(open);
    const bool may_go_on = !seen && passed < clocks.size();
    if (passed > limit) {
      LiveWitness::fail(finding,
                        "somebody else was woken " + to_text(clocks[limit]) + " after the page");
    } else if (may_go_on) {
      LiveWitness::leave_open(finding, "the drill was over before the next clock ran out, " +
                                           to_text(clocks[passed]) + " after the page");
    } else if (passed < limit) {
      LiveWitness::fail(finding, "somebody had seen the page before, or no clock is set for it");
    } else {
      finding.verdict = Verdict::pass;
    }
    return finding;
  }

  [[nodiscard]] Finding resolves(const std::string& receiver) const {
    const auto& over = *wanted_.resolves;
    const PhaseRecord* phase = witness_.phase(over.during);
    Finding finding = witness_.begin(
        receiver + " is told that it is over",
        over.within ? "within " + to_text(*over.within) : "while '" + over.during + "' lasts",
        phase);
    if (witness_.unusable(finding, phase)) return finding;
    if (!witness_.first_told(receiver)) {
      finding.observed = "never told of it";
      LiveWitness::leave_open(finding, "what was not told cannot be over");
      return finding;
    }
    const auto at = witness_.told_over(receiver);
    const Duration watched = witness_.played(witness_.end() - phase->start);
    if (!at) {
      finding.observed = "not told";
      if (over.within && watched < *over.within) {
        LiveWitness::leave_open(finding, "the drill was over after " + to_text(watched));
      } else {
        LiveWitness::fail(finding, receiver + " still takes it for firing when the drill ends");
      }
      return finding;
    }
    const Duration after = *at - phase->start;
    if (after < Duration{0}) {
      finding.observed = "told " + witness_.in_production(-after) + " before";
      LiveWitness::fail(finding, receiver + " was told so while things were still broken");
      return finding;
    }
    finding.observed = "told after " + witness_.in_production(after);
    finding.verdict = Verdict::pass;
    if (over.within && witness_.played(after) > *over.within) {
      LiveWitness::fail(finding, to_text(witness_.played(after) - *over.within) + " too late");
    }
    return finding;
  }

  const LiveWitness& witness_;
  const spec::AlertExpectation::Notifies& wanted_;
  const spec::OnCall& on_call_;
};

}  // namespace

std::vector<Page> pages_of(const std::vector<AlertNotice>& notices) {
  std::vector<Page> pages;
  for (const AlertNotice& notice : notices) {
    if (notice.mock != "pagerduty" || notice.key.empty()) continue;
    const auto open = std::find_if(pages.rbegin(), pages.rend(), [&](const Page& page) {
      return page.key == notice.key && !page.resolved;
    });
    Page* page = open == pages.rend() ? nullptr : &*open;
    if (notice.action == AlertNotice::Action::trigger) {
      if (!page) {
        page = &pages.emplace_back();
        page->key = notice.key;
        page->receiver = notice.receiver;
        page->triggered = notice.at;
      }
      page->severity = notice.severity;
      for (const NoticedAlert& alert : notice.alerts) page->fingerprints.insert(alert.fingerprint);
    } else if (page && notice.action == AlertNotice::Action::resolve) {
      page->resolved = notice.at;
    } else if (page && !page->acknowledged) {
      page->acknowledged = notice.at;
    }
  }
  return pages;
}

std::vector<Finding> judge_notifies(const spec::AlertExpectation& expectation,
                                    const spec::OnCall& on_call, const LiveAlertRecord& record,
                                    const std::vector<PhaseRecord>& phases) {
  const LiveWitness witness{expectation, record, phases};
  return LiveCase{witness, on_call}.findings();
}

}  // namespace firedrill
