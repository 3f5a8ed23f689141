#pragma once

#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/schema.hpp"

#include <nlohmann/json_fwd.hpp>

namespace firedrill::hubspot {

/// The definition that `json` asks for: name, label, type, fieldType and groupName must be there.
/// Whether the schema has room for it is not asked.
[[nodiscard]] Checked<Property> read_property(const nlohmann::ordered_json& json, Schema& schema);

/// `property` with the changes of `json`.
[[nodiscard]] Checked<Property> read_property_changes(const nlohmann::ordered_json& json,
                                                      Property property, Schema& schema);

[[nodiscard]] nlohmann::ordered_json to_json(const Property& property);
[[nodiscard]] nlohmann::ordered_json to_json(const PropertyGroup& group);

}  // namespace firedrill::hubspot
