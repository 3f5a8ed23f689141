#include "harness/scenario/shape.hpp"

#include "harness/base/strings.hpp"

#include <utility>

namespace firedrill::scenario {
namespace {

template <typename Form>
ShapePtr make(std::string def, Form form) {
  return std::make_shared<const Shape>(Shape{std::move(form), std::move(def)});
}

struct What {
  std::string operator()(const TextShape& text) const { return text.what; }
  std::string operator()(const NamesShape& names) const { return join_or(names.names); }
  std::string operator()(const IntegerShape& integer) const { return integer.what; }
  std::string operator()(const NumberShape& number) const { return number.what; }
  std::string operator()(const BooleanShape& boolean) const {
    return boolean.only_true ? "true" : "true or false";
  }
  std::string operator()(const ScalarShape& /*scalar*/) const {
    return "a text, number or boolean";
  }
  std::string operator()(const JsonShape& /*json*/) const { return "a JSON value"; }
  std::string operator()(const ListShape& list) const { return list.what; }
  std::string operator()(const MapShape& map) const { return map.what; }
  std::string operator()(const UnionShape& options) const {
    std::vector<std::string> whats;
    for (const ShapePtr& option : options.options) whats.push_back(what_of(*option));
    return join_or(whats);
  }
};

}  // namespace

ShapePtr text_shape(std::string def, TextShape text) {
  return make(std::move(def), std::move(text));
}

ShapePtr names_shape(std::string what, std::vector<std::string> names) {
  return make("", NamesShape{std::move(what), std::move(names)});
}

ShapePtr integer_shape(std::string what, std::uint64_t min, std::uint64_t max) {
  return make("", IntegerShape{std::move(what), min, max});
}

ShapePtr list_shape(std::string what, ShapePtr item, std::size_t min, std::size_t max) {
  return make("", ListShape{std::move(what), std::move(item), min, max});
}

ShapePtr map_shape(std::string def, MapShape map) { return make(std::move(def), std::move(map)); }

ShapePtr either(std::vector<ShapePtr> options) { return make("", UnionShape{std::move(options)}); }

Rule exactly_one(std::vector<std::string> keys) {
  return {Rule::Kind::exactly_one, "", std::move(keys)};
}
Rule at_most_one(std::vector<std::string> keys) {
  return {Rule::Kind::at_most_one, "", std::move(keys)};
}
Rule at_least_one(std::vector<std::string> keys) {
  return {Rule::Kind::at_least_one, "", std::move(keys)};
}
Rule needs(std::string subject, std::vector<std::string> keys) {
  return {Rule::Kind::needs, std::move(subject), std::move(keys)};
}
Rule excludes(std::string subject, std::vector<std::string> keys) {
  return {Rule::Kind::excludes, std::move(subject), std::move(keys)};
}

std::string what_of(const Shape& shape) { return std::visit(What{}, shape.form); }

}  // namespace firedrill::scenario
