#include "harness/expect/live_witness.hpp"

#include "harness/expect/alert_labels.hpp"
#include "harness/expect/finding.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace firedrill {
namespace {

std::string alert_name_in(const std::map<std::string, std::string>& labels) {
  const auto found = labels.find("alertname");
  return found == labels.end() ? "" : found->second;
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "nobody" : out;
}

}  // namespace

LiveWitness::LiveWitness(const spec::AlertExpectation& expectation, const LiveAlertRecord& record,
                         const std::vector<PhaseRecord>& phases)
    : expectation_{expectation}, record_{record}, phases_{phases} {
  for (const LiveAlert& alert : record.alerts) {
    const bool meant = alert_name_in(alert.labels) == expectation.alert &&
                       fits_all(alert.labels, expectation.notifies->labels);
    if (meant) alerts_.push_back(&alert);
  }
  for (Page& page : pages_of(record.notices)) {
    const bool ours = std::any_of(page.fingerprints.begin(), page.fingerprints.end(),
                                  [&](const std::string& one) { return is_ours(one); });
    if (ours) pages_.push_back(std::move(page));
  }
  for (const PhaseRecord& phase : phases) end_ = std::max(end_, phase.end);
}

const PhaseRecord* LiveWitness::phase(const std::string& name) const {
  const auto found = std::find_if(phases_.begin(), phases_.end(), [&](const PhaseRecord& phase) {
    return phase.name == name && phase.reached;
  });
  return found == phases_.end() ? nullptr : &*found;
}

std::string LiveWitness::in_production(Duration real) const {
  if (record_.compress == 1) return to_text(real);
  return to_text(played(real)) + " (" + to_text(real) + " of the drill)";
}

bool LiveWitness::is_ours(const std::string& fingerprint) const {
  return std::any_of(alerts_.begin(), alerts_.end(),
                     [&](const LiveAlert* alert) { return alert->fingerprint == fingerprint; });
}

const LiveAlert* LiveWitness::alert_of(const std::string& fingerprint) const {
  const auto found =
      std::find_if(record_.alerts.begin(), record_.alerts.end(),
                   [&](const LiveAlert& alert) { return alert.fingerprint == fingerprint; });
  return found == record_.alerts.end() ? nullptr : &*found;
}

std::vector<const AlertNotice*> LiveWitness::told(const std::string& receiver) const {
  std::vector<const AlertNotice*> out;
  for (const AlertNotice& notice : record_.notices) {
    if (notice.receiver != receiver) continue;
    const bool fires = std::any_of(
        notice.alerts.begin(), notice.alerts.end(),
        [&](const NoticedAlert& alert) { return alert.firing && is_ours(alert.fingerprint); });
    if (fires) out.push_back(&notice);
  }
  return out;
}

std::optional<Offset> LiveWitness::first_told(const std::string& receiver) const {
  if (!record_.attached) {
    const auto all = told(receiver);
    return all.empty() ? std::nullopt : std::optional{all.front()->at};
  }
  std::optional<Offset> first;
  for (const LiveAlert* alert : alerts_) {
    if (!alert->active || !contains(alert->receivers, receiver)) continue;
    first = std::min(first.value_or(*alert->active), *alert->active);
  }
  return first;
}

std::optional<Offset> LiveWitness::told_over(const std::string& receiver) const {
  std::optional<Offset> last;
  if (record_.attached) {
    for (const LiveAlert* alert : alerts_) {
      if (!contains(alert->receivers, receiver)) continue;
      if (!alert->gone) return std::nullopt;
      last = std::max(last.value_or(*alert->gone), *alert->gone);
    }
    return last;
  }
  bool paged = false;
  for (const Page& page : pages_) {
    if (page.receiver != receiver) continue;
    paged = true;
    if (!page.resolved) return std::nullopt;
    last = std::max(last.value_or(*page.resolved), *page.resolved);
  }
  if (paged) return last;
  std::set<std::string> open;
  for (const AlertNotice& notice : record_.notices) {
    if (notice.receiver != receiver) continue;
    for (const NoticedAlert& alert : notice.alerts) {
      if (!is_ours(alert.fingerprint)) continue;
      if (alert.firing) {
        open.insert(alert.fingerprint);
      } else if (open.erase(alert.fingerprint) > 0) {
        last = notice.at;
      }
    }
  }
  return open.empty() ? last : std::nullopt;
}

std::string LiveWitness::who_was_told() const {
  std::vector<std::string> names;
  for (const AlertNotice& notice : record_.notices) {
    const bool fires = std::any_of(
        notice.alerts.begin(), notice.alerts.end(),
        [&](const NoticedAlert& alert) { return alert.firing && is_ours(alert.fingerprint); });
    if (fires && !contains(names, notice.receiver)) names.push_back(notice.receiver);
  }
  return names.empty() ? "" : listed(names);
}

bool LiveWitness::tells_of(const AlertNotice& notice, const std::string& alert) const {
  return std::any_of(notice.alerts.begin(), notice.alerts.end(), [&](const NoticedAlert& one) {
    const LiveAlert* known = alert_of(one.fingerprint);
    const bool other = known && !is_ours(one.fingerprint);
    return one.firing && other && alert_name_in(known->labels) == alert;
  });
}

std::string LiveWitness::names_in(const AlertNotice& notice) const {
  std::vector<std::string> names;
  for (const NoticedAlert& one : notice.alerts) {
    const LiveAlert* known = alert_of(one.fingerprint);
    const std::string name = known ? alert_name_in(known->labels) : "an alert that nobody saw";
    if (one.firing && !contains(names, name)) names.push_back(name);
  }
  return listed(names);
}

std::string LiveWitness::inhibitor() const {
  for (const LiveAlert* alert : alerts_) {
    for (const std::string& by : alert->inhibited_by) {
      const LiveAlert* source = alert_of(by);
      return source ? labels_text(source->labels) : by;
    }
  }
  return "";
}

std::string LiveWitness::why_silent() const {
  const std::string& name = expectation_.alert;
  if (!record_.defined.empty() && !contains(record_.defined, name))
    return "no rule of this Prometheus defines " + name;
  std::string other;
  const LiveRuleState* pending = nullptr;
  for (const LiveRuleState& state : record_.states) {
    if (alert_name_in(state.labels) != name) continue;
    const bool meant = fits_all(state.labels, wanted().labels);
    if (meant && state.firing) return "it fired in Prometheus, and Alertmanager never had it";
    if (meant) pending = &state;
    if (!meant && state.firing) other = labels_text(state.labels);
  }
  if (pending) {
    return "it was pending in Prometheus for " +
           in_production(pending->gone.value_or(end_) - pending->pending) + " and never fired";
  }
  if (!other.empty()) return "it fired only with other labels: " + other;
  return "it never fired in Prometheus, it was not even pending";
}

std::string LiveWitness::why_not_told(const std::string& receiver) const {
  if (alerts_.empty()) return why_silent();
  bool routed = false;
  bool active = false;
  for (const LiveAlert* alert : alerts_) {
    routed = routed || contains(alert->receivers, receiver);
    active = active || alert->active.has_value();
  }
  if (!routed) {
    return "it fired, and Alertmanager sends it to " + listed(alerts_.front()->receivers) +
           ", not to " + receiver;
  }
  const std::string by = inhibitor();
  if (!active && !by.empty()) return "it fired, and was inhibited by " + by;
  if (!active) return "it fired, and was silenced";
  return "it fired, Alertmanager sends it to " + receiver + ", and nothing arrived there";
}

Finding LiveWitness::begin(std::string what, std::string required, const PhaseRecord* phase) const {
  Finding finding;
  finding.what = std::move(what);
  finding.required = std::move(required);
  finding.window = phase ? phase->name + ", " + to_text(phase->start) + " .. " + to_text(phase->end)
                         : "the whole drill";
  finding.samples = alerts_.size();
  return finding;
}

bool LiveWitness::unusable(Finding& finding) const {
  if (record_.unusable.empty() && record_.asked) return false;
  finding.observed = "not all was seen";
  make_inconclusive(finding, record_.asked ? record_.unusable : "no alerts were watched");
  return true;
}

bool LiveWitness::unusable(Finding& finding, const PhaseRecord* phase) const {
  if (unusable(finding)) return true;
  if (phase) return false;
  finding.observed = "not seen";
  make_inconclusive(finding, "the phase never began");
  return true;
}

void LiveWitness::fail(Finding& finding, std::string why) {
  finding.verdict = Verdict::fail;
  finding.why = std::move(why);
}

void LiveWitness::leave_open(Finding& finding, std::string why) {
  make_inconclusive(finding, std::move(why));
}

}  // namespace firedrill
