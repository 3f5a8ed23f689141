#pragma once

#include "mocks/stripe/json.hpp"
#include "mocks/stripe/kinds.hpp"

namespace firedrill::stripe {

/// Every field that the API shows of an object of `kind`, at its default.
[[nodiscard]] const Json& template_of(Kind kind);

}  // namespace firedrill::stripe
