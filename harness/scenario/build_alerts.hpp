#pragma once

#include "harness/scenario/build.hpp"
#include "harness/spec/alert.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::scenario {

void build_alerts(Context& context, const Node& root);
/// `services.prometheus` and `services.alertmanager`; before build_alerts(): build_live_alerts.cpp
void build_live_alerts(Context& context, const Node& root);
/// @pre `node` has `notifies`, a map: build_live_alerts.cpp
[[nodiscard]] spec::AlertExpectation::Notifies build_notifies(Context& context, const Node& node);
[[nodiscard]] spec::AlertExpectation build_alert(Context& context, const Node& node);

// Parts that both files need.

[[nodiscard]] std::vector<spec::AlertExpectation::LabelMatch> label_matches_of(Context& context,
                                                                               const Node* node);
/// The phase under `during`; that of the only fault unless given. `what` needs it.
[[nodiscard]] std::string phase_of_alert(Context& context, const Node& what);
/// `resolves`; unset when there is none. `phase` is where the alert fires.
[[nodiscard]] std::optional<spec::AlertExpectation::Resolves> build_resolves(
    Context& context, const Node* resolves, const std::string& phase);

}  // namespace firedrill::scenario
