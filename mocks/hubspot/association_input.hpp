#pragma once

#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/portal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

/// The two objects of an association.
struct Ends {
  ObjectRef from;
  ObjectRef to;
};

using Types = std::vector<AssociationType>;

/// `[{associationCategory, associationTypeId}]`, at least one, each of them known for these kinds.
[[nodiscard]] Checked<Types> read_types(const nlohmann::ordered_json& types, ObjectKind from,
                                        ObjectKind to);

/// Why these two cannot be associated: one of them is not there.
[[nodiscard]] std::optional<Problem> check_ends(Portal& portal, const Ends& ends);

/// Ends whatever associates them, or only some types of it. Subscriptions hear of it.
void dissociate(const Call& call, const Ends& ends);
void dissociate(const Call& call, const Ends& ends, const Types& types);

// How answers show associations.

/// {"toObjectId", "associationTypes"}
[[nodiscard]] nlohmann::ordered_json to_json(ObjectKind from, const Associations::Link& link);
/// {"from", "to", "associationSpec"} of the default association, once for each direction.
void push_default(nlohmann::ordered_json& results, const Ends& ends);
/// {"fromObjectTypeId", "fromObjectId", "toObjectTypeId", "toObjectId", "labels"}
[[nodiscard]] nlohmann::ordered_json to_json(const Ends& ends, const Types& types);
[[nodiscard]] nlohmann::ordered_json label_of(const AssociationType& type);

}  // namespace firedrill::hubspot
