#pragma once

#include "mocks/twilio/parameters.hpp"
#include "mocks/twilio/problem.hpp"

#include <optional>

namespace firedrill::twilio {

/// The first thing wrong with a request to call somebody, in the order in which Twilio looks.
[[nodiscard]] std::optional<Problem> check_call(const Parameters& parameters);

/// The same for URLs and methods alone, which an update may change.
[[nodiscard]] std::optional<Problem> check_call_hooks(const Parameters& parameters);

}  // namespace firedrill::twilio
