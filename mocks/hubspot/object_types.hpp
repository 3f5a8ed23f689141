#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

enum class ObjectKind : std::uint8_t { contact, company, deal, ticket };

inline constexpr std::array kObjectKinds{ObjectKind::contact, ObjectKind::company, ObjectKind::deal,
                                         ObjectKind::ticket};

/// The names of a kind of object, and the properties that the API treats specially.
struct ObjectType {
  std::string_view plural;    ///< "contacts": in paths.
  std::string_view singular;  ///< "contact": in the names of events.
  std::string_view upper;     ///< "CONTACT": in messages.
  std::string_view title;     ///< "Contact": at the beginning of messages.
  std::string_view type_id;   ///< "0-1": in paths and associations.
  std::string_view modified;  ///< The property that holds when the object was last changed.
  std::span<const std::string_view> shown;     ///< Properties of an answer unless others are asked.
  std::span<const std::string_view> searched;  ///< Properties that a search's `query` looks into.
};

[[nodiscard]] const ObjectType& object_type(ObjectKind kind);

/// By plural, singular or type id, ignoring case; unset for an object that this mock has not.
[[nodiscard]] std::optional<ObjectKind> find_object_kind(std::string_view name);

/// One way in which two objects can be associated, seen from the first.
struct AssociationType {
  std::uint32_t id;
  std::uint32_t inverse;   ///< Its id seen from the other object.
  std::string_view label;  ///< "": none.
};

inline constexpr std::string_view kPrimary = "Primary";

/// The first one is the default.
[[nodiscard]] std::span<const AssociationType> association_types(ObjectKind from, ObjectKind to);

[[nodiscard]] const AssociationType* find_association_type(ObjectKind from, ObjectKind to,
                                                           std::uint32_t id);

}  // namespace firedrill::hubspot
