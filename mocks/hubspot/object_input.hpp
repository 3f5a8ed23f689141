#pragma once

#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/portal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace firedrill::hubspot {

/// What a request wants an object to be; some of it, by the kind of request.
struct ObjectInput {
  struct Link {
    ObjectRef to;
    AssociationType type;
  };

  std::string id;
  std::string id_property;
  Values values;
  std::vector<Link> links;
  std::string trace_id;
};

/// Reads `properties` and, when given, `associations`, `id`, `idProperty` and `objectWriteTraceId`.
/// Numbers and booleans become text, as in the API; null clears. Values are not checked yet.
[[nodiscard]] Checked<ObjectInput> read_input(const nlohmann::ordered_json& input, ObjectKind kind);

/// Why these values cannot be stored: unknown properties, wrong values, a duplicate. Brings the
/// values into the form in which they are kept. `self` is the object that may have them already.
[[nodiscard]] std::optional<Problem> check_input(Portal& portal, ObjectKind kind,
                                                 ObjectInput& input, std::uint64_t self = 0);
/// The same for an object that is to be created.
[[nodiscard]] std::optional<Problem> check_new(Portal& portal, ObjectKind kind, ObjectInput& input);

/// The object with this id, or with this value of a unique property.
[[nodiscard]] Checked<Record*> find_object(Portal& portal, ObjectKind kind, const std::string& id,
                                           const std::string& id_property, bool archived = false);

// Changes that subscriptions hear of. @pre the input was checked

Record& create_object(const Call& call, ObjectKind kind, const ObjectInput& input);
void update_object(const Call& call, Record& record, const ObjectInput& input);
void archive_object(const Call& call, Record& record);
void associate(const Call& call, ObjectRef from, ObjectRef to, const AssociationType& type);

}  // namespace firedrill::hubspot
