#pragma once

#include "mocks/stripe/call.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace firedrill::stripe {

/// A fresh object of `kind` with an id, all fields of the API at their defaults. Not kept yet.
[[nodiscard]] Json make_object(Kind kind, ProviderContext& context);

/// Copies every parameter that `object` has as a field; metadata is merged, where null and ""
/// remove.
void assign(Json& object, const Json& params);

/// Changes a kept object and announces it as `<kind>.updated` with what its fields were before;
/// an object that stays as it was is not announced.
void change(Call& call, Kind kind, Json& object, const std::function<void(Json&)>& how);

// Operations that many objects share.

[[nodiscard]] Answer retrieve(Call& call);
[[nodiscard]] Answer update(Call& call);

/// Removes the object; its id is gone.
[[nodiscard]] Answer remove(Call& call);

}  // namespace firedrill::stripe
