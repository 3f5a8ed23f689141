#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/live_alerts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

// What the APIs of Prometheus and Alertmanager answer, taken into the record of a drill. Each
// function fails on what is no answer of that API, and says so.

/// `GET /api/v1/alerts` of Prometheus, asked at `now`: alerts that are new, that fire now, that
/// have gone. At most 2000 are kept.
[[nodiscard]] Result<void> add_prometheus_alerts(LiveAlertRecord& record, std::string_view body,
                                                 Offset now);

/// `GET /api/v2/alerts` of Alertmanager, likewise.
[[nodiscard]] Result<void> add_alertmanager_alerts(LiveAlertRecord& record, std::string_view body,
                                                   Offset now);

/// Names of the alerts in `GET /api/v1/rules?type=alert` of Prometheus.
[[nodiscard]] Result<std::vector<std::string>> alerts_defined(std::string_view body);

/// "2.42.0" in `GET /api/v1/status/buildinfo` of Prometheus, or in `GET /api/v2/status` of
/// Alertmanager; "" when there is none.
[[nodiscard]] std::string version_in(std::string_view body);

/// The body of `POST /api/v2/silences` for the matchers of a silence, such as `severity="warning"`.
[[nodiscard]] Result<std::string> silence_body(std::string_view matchers, WallTime from,
                                               WallTime to);

}  // namespace firedrill::alerts
