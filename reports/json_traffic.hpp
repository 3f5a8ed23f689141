#pragma once

#include "harness/metrics/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

namespace firedrill {

// Parts of result.json, uncleaned. Internal to the room.

/// Seconds, to the microsecond.
[[nodiscard]] double json_seconds(Duration duration);
/// A share, to the millionth.
[[nodiscard]] double json_share(double share);

[[nodiscard]] nlohmann::ordered_json traffic_json(const RunResult& result,
                                                  const StreamSeries& series);
/// Counts, and what a health endpoint said when.
[[nodiscard]] nlohmann::ordered_json probe_json(const ProbeRecord& probe);
[[nodiscard]] nlohmann::ordered_json privacy_json(const PrivacyRecord& record);
[[nodiscard]] nlohmann::ordered_json state_json(const StateRecord& record);
[[nodiscard]] nlohmann::ordered_json webhook_json(const WebhookLedger& ledger);
/// Times are played time.
[[nodiscard]] nlohmann::ordered_json alerts_json(const AlertRecord& record);
/// Times are the drill's own.
[[nodiscard]] nlohmann::ordered_json live_alerts_json(const LiveAlertRecord& record);
[[nodiscard]] nlohmann::ordered_json ledger_json(const RunResult& result, const Ledger& ledger);

}  // namespace firedrill
