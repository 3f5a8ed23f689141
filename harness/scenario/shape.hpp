#pragma once

#include "harness/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::scenario {

// What a scenario may look like, as data. The loader's structural checks (validate.hpp) and the
// JSON Schema (schema.hpp) are both made from it, so that an editor and the loader cannot disagree.

struct Shape;
using ShapePtr = std::shared_ptr<const Shape>;

/// Tells what is wrong with a text, in words for the person who wrote it.
using TextCheck = Result<void> (*)(std::string_view text);

/// A string.
struct TextShape {
  std::string what{};  ///< "a duration": begins the error when something else stands there.
  /// ECMAScript and RE2 alike, anchored; "" accepts every text.
  std::string pattern{};
  std::vector<std::string> examples{};
  TextCheck check = nullptr;  ///< Accepts at most what `pattern` accepts, and has better words.
  bool any_scalar = false;    ///< Numbers and booleans are taken as they are written.
};

/// One of a list of names.
struct NamesShape {
  std::string what{};  ///< "defect": for "unknown defect 'x'".
  std::vector<std::string> names{};
};

struct IntegerShape {
  std::string what{};
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
};

struct NumberShape {
  std::string what{};
};

struct BooleanShape {
  bool only_true = false;  ///< A flag that is left out rather than set to false.
};

/// A string, number, boolean or null.
struct ScalarShape {};

/// Whatever JSON can say.
struct JsonShape {};

struct ListShape {
  std::string what{};
  ShapePtr item;
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;
};

struct Field {
  std::string name;
  ShapePtr shape;
  bool required = false;
  std::string description{};
};

/// How the keys of one map go together.
struct Rule {
  enum class Kind {
    exactly_one,   ///< of `keys`
    at_most_one,   ///< of `keys`
    at_least_one,  ///< of `keys`
    needs,         ///< `subject` only together with one of `keys`
    excludes,      ///< `subject` with none of `keys`
  };
  Kind kind;
  std::string subject{};
  std::vector<std::string> keys{};
};

/// Keys that the scenario names itself: streams, headers, variables.
struct OpenKeys {
  TextShape key;
  ShapePtr value;
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;  ///< With fields beside them, min and max must agree, or be unset.
  /// A key that each value of these must have, and whose absence means that a field was misspelt;
  /// "" takes every key for one of these.
  std::string marked_by{};
};

/// A map with known keys, with keys of the scenario's own choice, or with both.
struct MapShape {
  std::string what{};
  std::vector<Field> fields{};
  std::vector<Rule> rules{};
  std::optional<OpenKeys> open{};
};

/// The first of `options` whose YAML type is the one that stands there.
struct UnionShape {
  std::vector<ShapePtr> options{};
};

struct Shape {
  std::variant<TextShape, NamesShape, IntegerShape, NumberShape, BooleanShape, ScalarShape,
               JsonShape, ListShape, MapShape, UnionShape>
      form;
  /// Name under `$defs` of the schema; "" writes the shape out wherever it is used.
  std::string def;
};

// Short forms, so that the grammar reads like one.
[[nodiscard]] ShapePtr text_shape(std::string def, TextShape text);
[[nodiscard]] ShapePtr names_shape(std::string what, std::vector<std::string> names);
[[nodiscard]] ShapePtr integer_shape(std::string what, std::uint64_t min, std::uint64_t max);
[[nodiscard]] ShapePtr list_shape(std::string what, ShapePtr item, std::size_t min = 0,
                                  std::size_t max = SIZE_MAX);
[[nodiscard]] ShapePtr map_shape(std::string def, MapShape map);
[[nodiscard]] ShapePtr either(std::vector<ShapePtr> options);

[[nodiscard]] Rule exactly_one(std::vector<std::string> keys);
[[nodiscard]] Rule at_most_one(std::vector<std::string> keys);
[[nodiscard]] Rule at_least_one(std::vector<std::string> keys);
[[nodiscard]] Rule needs(std::string subject, std::vector<std::string> keys);
[[nodiscard]] Rule excludes(std::string subject, std::vector<std::string> keys);

/// "a duration", "a list": what is wanted, for errors.
[[nodiscard]] std::string what_of(const Shape& shape);

}  // namespace firedrill::scenario
