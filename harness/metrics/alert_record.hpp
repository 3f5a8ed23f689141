#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/live_alerts.hpp"
#include "harness/metrics/verdict.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// What the rules of an alerting system made of a drill. Times are played time: 0 is the beginning
// of the steady phase, and phases are as long as production would have had them.

/// From the evaluation that saw it first to the first that saw it differently.
struct AlertState {
  bool firing = false;  ///< Else pending.
  Offset from{0};
  Offset to{0};
  bool ended = true;  ///< False when it was still so when the play was over.
  friend bool operator==(const AlertState&, const AlertState&) = default;
};

/// One alert with one set of labels.
struct AlertTimeline {
  std::string alert;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  ///< When it first fired; only if asked for.
  std::vector<AlertState> states;                  ///< In order; gaps are inactive.
  std::vector<std::string> receivers;  ///< Of Alertmanager; empty without its configuration.
  /// The alert that inhibited it for as long as it fired; "" when somebody was told.
  std::string suppressed_by;
  friend bool operator==(const AlertTimeline&, const AlertTimeline&) = default;
};

/// What is known of an alert besides what it did.
struct AlertRuleRecord {
  std::string alert;
  std::map<std::string, std::string> labels;  ///< That the rule adds, as written.
  std::string place;                          ///< "alerts/clinic.yml:12"
  Duration hold{0};                           ///< `for`
  /// From the beginning of the first phase with a fault, by arithmetic; unset where there is no
  /// closed form. The engine's answer is what counts.
  std::optional<Duration> predicted;
  std::string predicted_never;  ///< Why arithmetic says that it cannot fire; "" when it can.
  std::string blind;  ///< Why its silence would prove nothing: "never saw http_requests_total".
  friend bool operator==(const AlertRuleRecord&, const AlertRuleRecord&) = default;
};

struct AlertPhase {
  std::string name;
  Offset from{0};
  Offset to{0};
  Duration recorded{0};  ///< How much of it is the drill itself; the rest is its plateau, held.
  friend bool operator==(const AlertPhase&, const AlertPhase&) = default;
};

struct AlertRecord {
  bool asked = false;  ///< False for a drill without alerts.
  std::string engine;  ///< "promtool 2.42.0"
  Duration scrape{0};
  Duration eval{0};
  Duration lead_in{0};
  std::vector<AlertPhase> phases;
  std::vector<AlertTimeline> timelines;
  std::vector<AlertRuleRecord> rules;
  std::vector<Finding> findings;  ///< About the rules themselves and about what they read.
  std::string unusable;           ///< Why nothing was evaluated, and what to do; "" when it was.
  std::string unrouted;           ///< Why nobody knows whom it would have reached; "" when known.
  LiveAlertRecord live;           ///< What was seen of the real ones.
  friend bool operator==(const AlertRecord&, const AlertRecord&) = default;
};

}  // namespace firedrill
