#pragma once

#include "harness/expect/live_alert.hpp"
#include "harness/metrics/live_alerts.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/alert.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What a live drill saw of the alert of one expectation. All that it is made with outlives it.
class LiveWitness final {
 public:
  using Notifies = spec::AlertExpectation::Notifies;

  /// @pre expectation.notifies
  LiveWitness(const spec::AlertExpectation& expectation, const LiveAlertRecord& record,
              const std::vector<PhaseRecord>& phases);

  [[nodiscard]] const Notifies& wanted() const { return *expectation_.notifies; }
  [[nodiscard]] bool attached() const { return record_.attached; }
  /// Those with the name and the labels, in Alertmanager.
  [[nodiscard]] const std::vector<const LiveAlert*>& alerts() const { return alerts_; }
  /// Pages that told of them.
  [[nodiscard]] const std::vector<Page>& pages() const { return pages_; }
  /// nullptr when it never began.
  [[nodiscard]] const PhaseRecord* phase(const std::string& name) const;
  [[nodiscard]] Offset end() const { return end_; }

  /// A stretch of the drill as production would have had it.
  [[nodiscard]] Duration played(Duration real) const { return real * record_.compress; }
  /// "7 m 50 s (7.83 s of the drill)"
  [[nodiscard]] std::string in_production(Duration real) const;

  /// Notifications to `receiver` that say that one of alerts() fires, in order.
  [[nodiscard]] std::vector<const AlertNotice*> told(const std::string& receiver) const;
  /// The first of them; of attached ones, when Alertmanager first had it there and would tell.
  [[nodiscard]] std::optional<Offset> first_told(const std::string& receiver) const;
  /// When `receiver` was last told that all that it was told of is over; unset when it still waits.
  [[nodiscard]] std::optional<Offset> told_over(const std::string& receiver) const;
  /// "pagerduty, slack"; "" for nobody.
  [[nodiscard]] std::string who_was_told() const;
  /// Whether it says that another alert, of that name, fires.
  [[nodiscard]] bool tells_of(const AlertNotice& notice, const std::string& alert) const;
  /// "A, B": the alerts that it is about.
  [[nodiscard]] std::string names_in(const AlertNotice& notice) const;
  /// The labels of what inhibited it; "" when nothing did.
  [[nodiscard]] std::string inhibitor() const;

  /// Why Alertmanager never had it.
  [[nodiscard]] std::string why_silent() const;
  /// Why `receiver` was not told, as far as that can be seen: rule, labels, route, suppression.
  [[nodiscard]] std::string why_not_told(const std::string& receiver) const;

  // Findings.

  [[nodiscard]] Finding begin(std::string what, std::string required,
                              const PhaseRecord* phase) const;
  /// True when nothing can be said, which is then said.
  bool unusable(Finding& finding) const;
  bool unusable(Finding& finding, const PhaseRecord* phase) const;
  static void fail(Finding& finding, std::string why);
  /// Inconclusive, for a reason.
  static void leave_open(Finding& finding, std::string why);

 private:
  [[nodiscard]] bool is_ours(const std::string& fingerprint) const;
  [[nodiscard]] const LiveAlert* alert_of(const std::string& fingerprint) const;

  const spec::AlertExpectation& expectation_;
  const LiveAlertRecord& record_;
  const std::vector<PhaseRecord>& phases_;
  std::vector<const LiveAlert*> alerts_;
  std::vector<Page> pages_;
  Offset end_{0};
};

}  // namespace firedrill
