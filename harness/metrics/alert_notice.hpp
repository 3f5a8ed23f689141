#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// An alert as one notification tells of it.
struct NoticedAlert {
  std::string fingerprint;  ///< Alertmanager's.
  bool firing = false;      ///< Else resolved.
  friend bool operator==(const NoticedAlert&, const NoticedAlert&) = default;
};

/// One notification that a receiver of alerts accepted, or one acknowledgement.
struct AlertNotice {
  enum class Action : std::uint8_t {
    trigger,      ///< Something fires.
    acknowledge,  ///< Somebody has seen it.
    resolve,      ///< All that it tells of is over.
  };
  Offset at{0};
  std::string mock;      ///< That took it: "pagerduty".
  std::string receiver;  ///< Of Alertmanager's configuration; "" when nobody said.
  Action action = Action::trigger;
  /// What belongs together: PagerDuty's dedup key, the group key of a webhook; "" where the
  /// receiver has none.
  std::string key;
  std::string severity;  ///< As told to PagerDuty; "" elsewhere.
  std::vector<NoticedAlert> alerts;
  friend bool operator==(const AlertNotice&, const AlertNotice&) = default;
};
[[nodiscard]] const char* name_of(AlertNotice::Action action);

/// A template of Alertmanager that tells which alerts a notification is about:
/// "firing:d5e08c84ef09a8b8 resolved:2cdd4f0d0379464b ". Live drills put it where people do not see
/// it; a receiver that is told anything else knows of no alerts.
inline constexpr std::string_view kNoticeMark =
    "{{ range .Alerts }}{{ .Status }}:{{ .Fingerprint }} {{ end }}";

/// Reads what kNoticeMark became; words of another form are passed over. At most 1000 alerts.
[[nodiscard]] std::vector<NoticedAlert> parse_notice_mark(std::string_view text);

}  // namespace firedrill
