#pragma once

#include "harness/base/rng.hpp"

#include <string>
#include <string_view>

namespace firedrill {

/// A JSON document that conforms to a JSON Schema (draft 2020-12 as providers accept it): types,
/// enum, const, properties, items, bounds, lengths, common formats, $ref within the document,
/// anyOf, oneOf, allOf. Not understood, and then possibly violated: pattern, not, if/then,
/// dependencies, patternProperties, uniqueItems.
///
/// Bounded whatever the schema asks: recursion ends, arrays and strings are capped. `{}` for a text
/// that is no schema. Deterministic in (schema, rng).
[[nodiscard]] std::string sample_json(std::string_view schema, Rng& rng);

}  // namespace firedrill
