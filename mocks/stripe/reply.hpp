#pragma once

#include "mocks/stripe/problem.hpp"
#include "mocks/stripe/store.hpp"

#include <string>

namespace firedrill::stripe {

/// The body of an error. Objects that it names are shown as they are by now.
[[nodiscard]] std::string error_body(const Problem& problem, const std::string& request_id,
                                     Store& store);

}  // namespace firedrill::stripe
