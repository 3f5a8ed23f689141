#pragma once

#include "mocks/stripe/call.hpp"

#include <string_view>

namespace firedrill::stripe {

/// The operation behind `method` and `path`.
[[nodiscard]] RouteMatch<Operation> find_operation(std::string_view method, std::string_view path);

}  // namespace firedrill::stripe
