#pragma once

#include "harness/metrics/live_alerts.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/spec/alert.hpp"
#include "harness/spec/live_alerts.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace firedrill {

/// From the first trigger to the resolve with the same dedup key.
struct Page {
  std::string key;
  std::string receiver;
  std::string severity;  ///< Of the latest trigger.
  Offset triggered{0};
  std::optional<Offset> acknowledged;
  std::optional<Offset> resolved;
  std::set<std::string> fingerprints;  ///< Of all alerts that it told of.
};

/// What was paged, in order. A trigger after the resolve is another page; an acknowledgement or a
/// resolve of what is not open is nobody's. `notices` are in order of time.
[[nodiscard]] std::vector<Page> pages_of(const std::vector<AlertNotice>& notices);

/// One finding for each thing that is demanded of `expectation.notifies`. Times are judged, and
/// told, as production would have had them. What was only routed, since the receivers are not ours,
/// is called so. @pre expectation.notifies
[[nodiscard]] std::vector<Finding> judge_notifies(const spec::AlertExpectation& expectation,
                                                  const spec::OnCall& on_call,
                                                  const LiveAlertRecord& record,
                                                  const std::vector<PhaseRecord>& phases);

}  // namespace firedrill
