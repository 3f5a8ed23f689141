#pragma once

#include "harness/spec/place.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenario {

struct Entry;

/// A value of a scenario document and where it stands. Trees are at most kDepthMax deep, so that
/// recursion over them is safe.
struct Node {
  enum class Kind { scalar, list, map };

  Kind kind = Kind::scalar;
  std::string text;         ///< Of a scalar. After resolve_env(): a template without ${env.*}.
  bool plain = true;        ///< Not quoted: YAML decides its type by its look.
  bool from_env = false;    ///< Holds text from the environment, which fits wherever its text fits.
  bool broken = false;      ///< Already reported; whatever it would lead to is not worth a line.
  std::vector<Node> items;  ///< Of a list.
  std::vector<Entry> entries;  ///< Of a map, in the order written; keys are unique.

  std::shared_ptr<const std::string> file;  ///< Shared: 50,000 copies of a long path are too many.
  int line = 0;
  int column = 0;

  [[nodiscard]] spec::Place place() const;
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }

  /// The value of `key`, or nullptr when there is none or this is no map.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] std::vector<std::string> keys() const;
};

/// A key of a map with its value.
struct Entry {
  std::string key;
  int line = 0;  ///< Of the key; in the file of the value unless `file` says otherwise.
  int column = 0;
  std::shared_ptr<const std::string> file;
  Node value;

  [[nodiscard]] spec::Place place() const;
};

enum class Type { null, boolean, integer, number, string, list, map };

/// The type by the YAML 1.2 core schema: plain 12 is an integer, quoted "12" is a string. Text from
/// the environment is a string.
[[nodiscard]] Type type_of(const Node& node);

/// The type that plain text has by its look; never list or map.
[[nodiscard]] Type type_of_plain(std::string_view text);

/// The number that a scalar of type integer or number names; infinities and NaN are none.
[[nodiscard]] std::optional<double> number_of(std::string_view text);
/// The integer 0..2^64-1 that `text` names.
[[nodiscard]] std::optional<std::uint64_t> unsigned_of(std::string_view text);
/// The integer that `text` names, when it fits.
[[nodiscard]] std::optional<std::int64_t> signed_of(std::string_view text);
[[nodiscard]] std::optional<bool> boolean_of(std::string_view text);

/// What stands there, for "…, not X": "the integer 500", "'abc'", "a list", "nothing".
[[nodiscard]] std::string seen(const Node& node);

}  // namespace firedrill::scenario
