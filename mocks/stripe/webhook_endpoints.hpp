#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/stripe/store.hpp"

#include <string_view>
#include <vector>

namespace firedrill::stripe {

/// What events are signed with where the scenario names no secret.
inline constexpr std::string_view kDefaultSecret = "whsec_firedrill";

/// Makes the scenario's targets webhook endpoints like any others.
void register_targets(Store& store, const std::vector<spec::WebhookTarget>& targets);

}  // namespace firedrill::stripe
