#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/hubspot/object_types.hpp"
#include "mocks/hubspot/problem.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::hubspot {

/// Values by property; a value "" means that the property is to be cleared.
using Values = std::map<std::string, std::string, std::less<>>;

struct PropertyOption {
  std::string label;
  std::string value;
};

/// The definition of a property, as the properties API has it.
struct Property {
  std::string name;
  std::string label;
  std::string type = "string";  ///< string, number, date, datetime, enumeration, bool.
  std::string field_type = "text";
  std::string group;
  std::string description;
  std::vector<PropertyOption> options;  ///< None: any value, for types that have options.
  std::int64_t display_order = -1;
  bool built_in = false;
  bool read_only = false;
  bool unique = false;
  bool hidden = false;
  bool form_field = false;
  bool archived = false;
  WallTime created{};
  WallTime updated{};
};

struct PropertyGroup {
  std::string name;
  std::string label;
  std::int64_t display_order = -1;
};

/// The properties that one kind of object has: HubSpot's and those that callers defined.
class Schema {
 public:
  static constexpr std::size_t kCustomMax = 1000;
  static constexpr std::size_t kUniqueMax = 10;  ///< HubSpot's own limit.

  explicit Schema(ObjectKind kind);

  [[nodiscard]] ObjectKind kind() const { return kind_; }

  /// nullptr for an unknown or an archived one.
  [[nodiscard]] const Property* find(std::string_view name) const;
  [[nodiscard]] const Property* find_archived(std::string_view name) const;
  /// In no particular order but always the same.
  [[nodiscard]] std::vector<const Property*> all(bool archived) const;
  /// Adds, replaces or brings back. Built-in ones are replaced in place.
  void put(Property property);
  /// False for an unknown one.
  bool archive(std::string_view name, WallTime now);
  /// Names of the properties whose values no two objects share.
  [[nodiscard]] std::vector<std::string> unique_names() const;

  [[nodiscard]] BoundedMap<PropertyGroup>& groups() { return groups_; }
  [[nodiscard]] std::size_t custom_count() const { return custom_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return custom_.evicted(); }

  /// Brings values into the form in which they are kept; a problem that names every wrong one.
  [[nodiscard]] std::optional<Problem> check(Values& values) const;

 private:
  ObjectKind kind_;
  std::map<std::string, Property, std::less<>> built_in_;
  mutable BoundedMap<Property> custom_{kCustomMax};
  BoundedMap<PropertyGroup> groups_{kCustomMax};
};

/// The properties that HubSpot defines for objects of a kind.
[[nodiscard]] std::vector<Property> built_in_properties(ObjectKind kind);

/// Why `value` is none for `property`: a message and the code of the API; unset when it is one.
/// Otherwise `value` has the form in which it is kept.
struct InvalidValue {
  std::string message;
  std::string code;
};
[[nodiscard]] std::optional<InvalidValue> check_value(const Property& property, std::string& value);

/// The problem of one property alone.
[[nodiscard]] Problem invalid_value(const std::string& property, InvalidValue why);

/// Unix milliseconds of "2026-11-25", "2026-11-25T10:00:00Z" or "1795600000000".
[[nodiscard]] std::optional<std::int64_t> parse_time_ms(std::string_view text);
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text);

}  // namespace firedrill::hubspot
