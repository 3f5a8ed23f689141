#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/alert_notice.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// What a real Prometheus and a real Alertmanager did during a drill. Times are the drill's own;
// times `compress` they are production's.

/// One alert in Prometheus, as it was seen whenever we looked. An alert that came back is another.
struct LiveRuleState {
  std::map<std::string, std::string> labels;  ///< `alertname` among them.
  Offset pending{0};                          ///< First seen, pending or firing.
  std::optional<Offset> firing;
  std::optional<Offset> gone;  ///< Unset when it was there to the end.
  friend bool operator==(const LiveRuleState&, const LiveRuleState&) = default;
};

/// One alert in Alertmanager.
struct LiveAlert {
  std::string fingerprint;
  std::map<std::string, std::string> labels;  ///< `alertname` among them.
  Offset seen{0};
  std::optional<Offset> gone;             ///< Unset when it was there to the end.
  std::vector<std::string> receivers;     ///< Where its routes lead.
  std::optional<Offset> active;           ///< First seen neither inhibited nor silenced.
  bool inhibited = false;                 ///< Seen so.
  bool silenced = false;                  ///< Seen so.
  std::vector<std::string> inhibited_by;  ///< Fingerprints.
  friend bool operator==(const LiveAlert&, const LiveAlert&) = default;
};

struct LiveAlertRecord {
  bool asked = false;
  bool attached = false;  ///< Those that run there anyway: what receivers got was not seen.
  std::uint32_t compress = 1;
  std::string engine;                ///< "prometheus 2.42.0, alertmanager 0.25.0"
  std::vector<std::string> defined;  ///< Alerts that the rules of that Prometheus define.
  std::vector<LiveRuleState> states;
  std::vector<LiveAlert> alerts;
  std::vector<AlertNotice> notices;  ///< In order of time.
  /// Why what was seen is not all, or why there is nothing at all; "" when all is well.
  std::string unusable;
  friend bool operator==(const LiveAlertRecord&, const LiveAlertRecord&) = default;
};

}  // namespace firedrill
