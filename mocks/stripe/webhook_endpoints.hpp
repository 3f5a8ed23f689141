#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/stripe/store.hpp"

#include <vector>

namespace firedrill::stripe {

/// Makes the scenario's targets webhook endpoints like any others. Where one names no secret,
/// whoever delivers its events chooses.
void register_targets(Store& store, const std::vector<spec::WebhookTarget>& targets);

}  // namespace firedrill::stripe
