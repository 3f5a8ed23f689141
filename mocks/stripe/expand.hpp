#pragma once

#include "mocks/stripe/json.hpp"
#include "mocks/stripe/problem.hpp"
#include "mocks/stripe/store.hpp"

#include <optional>
#include <string>

namespace firedrill::stripe {

/// Puts the object in the place of each id that the parameter `expand` of `params` names, or what
/// belongs to an object and is shown only on demand: a session's `line_items`, a charge's
/// `refunds`. Returns what is wrong with one of the paths.
[[nodiscard]] std::optional<Problem> expand(Json& answer, const Json& params, Store& store);

/// What can be said against `expand` before an object of `kind` is made or changed.
[[nodiscard]] std::optional<Problem> check_expand(const Json& params, Kind kind);

}  // namespace firedrill::stripe
