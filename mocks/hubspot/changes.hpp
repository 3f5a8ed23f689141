#pragma once

#include "mocks/hubspot/associations.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::hubspot {

/// What can happen to an object, as far as subscriptions tell.
enum class ChangeKind : std::uint8_t {
  creation,
  deletion,
  merge,
  restore,
  privacy_deletion,
  property_change,
  association_change,
};

/// Something that happened to an object. Value type.
struct Change {
  ChangeKind kind = ChangeKind::creation;
  ObjectRef object = {};
  std::string property = {};  ///< Of a property change.
  std::string value = {};     ///< Of a property change.
  ObjectRef other = {};       ///< Of an association change, and what was merged in.
  bool removed = false;       ///< Of an association change.
  bool is_primary = false;    ///< Of an association change.
};

/// "propertyChange"
[[nodiscard]] std::string_view name_of(ChangeKind kind);

}  // namespace firedrill::hubspot
