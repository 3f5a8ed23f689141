#include "mocks/hubspot/search.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kGroupsMax = 5;
constexpr std::size_t kFiltersMax = 6;
constexpr std::size_t kLimitMax = 200;
constexpr std::size_t kQueryMax = 3000;

constexpr std::array<std::pair<std::string_view, Operator>, 13> kOperators{{
    {"EQ", Operator::eq},
    {"NEQ", Operator::neq},
    {"LT", Operator::lt},
    {"LTE", Operator::lte},
    {"GT", Operator::gt},
    {"GTE", Operator::gte},
    {"BETWEEN", Operator::between},
    {"IN", Operator::in},
    {"NOT_IN", Operator::not_in},
    {"HAS_PROPERTY", Operator::has_property},
    {"NOT_HAS_PROPERTY", Operator::not_has_property},
    {"CONTAINS_TOKEN", Operator::contains_token},
    {"NOT_CONTAINS_TOKEN", Operator::not_contains_token},
}};

const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Text, or a number or boolean as text; unset for anything else.
std::optional<std::string> scalar(const Json* value) {
  if (value == nullptr || value->is_structured()) return std::nullopt;
  return value->is_string() ? value->get<std::string>() : value->dump();
}

Problem unknown_property(const std::string& name) {
  return invalid_argument("There was a problem with the request. Property \"" + name +
                          "\" does not exist");
}

Checked<Filter> read_filter(const Json& json, const Schema& schema) {
  if (!json.is_object()) return unreadable_json("a filter is not an object");
  const auto name = scalar(member(json, "propertyName"));
  const auto op = scalar(member(json, "operator"));
  if (!name) return missing_fields({"propertyName"});
  if (!op) return missing_fields({"operator"});
  Filter filter;
  filter.property = schema.find(*name);
  if (filter.property == nullptr) return unknown_property(*name);
  const auto* known = std::find_if(kOperators.begin(), kOperators.end(),
                                   [&](const auto& row) { return row.first == *op; });
  if (known == kOperators.end()) {
    return unreadable_json("Cannot deserialize value of type `Filter$Operator` from String \"" +
                           *op + "\"");
  }
  filter.op = known->second;
  filter.value = scalar(member(json, "value")).value_or("");
  filter.high = scalar(member(json, "highValue")).value_or("");
  if (const Json* values = member(json, "values"); values != nullptr && values->is_array()) {
    for (const Json& value : *values) filter.values.push_back(scalar(&value).value_or(""));
  }
  const bool bare = filter.op == Operator::has_property || filter.op == Operator::not_has_property;
  const bool list = filter.op == Operator::in || filter.op == Operator::not_in;
  if (list && filter.values.empty()) {
    return invalid_argument("operator " + *op + " requires values");
  }
  if (!bare && !list && member(json, "value") == nullptr) {
    return invalid_argument("operator " + *op + " requires a value");
  }
  if (filter.op == Operator::between && filter.high.empty()) {
    return invalid_argument("operator BETWEEN requires a highValue");
  }
  return filter;
}

std::optional<Problem> read_groups(const Json& body, const Schema& schema, Search& search) {
  const Json* groups = member(body, "filterGroups");
  if (groups == nullptr) return std::nullopt;
  if (!groups->is_array()) return unreadable_json("filterGroups is not an array");
  if (groups->size() > kGroupsMax) {
    return invalid_argument("The number of filterGroups must not exceed " +
                            std::to_string(kGroupsMax));
  }
  for (const Json& group : *groups) {
    const Json* filters = group.is_object() ? member(group, "filters") : nullptr;
    if (filters == nullptr || !filters->is_array()) return missing_fields({"filters"});
    if (filters->size() > kFiltersMax) {
      return invalid_argument("The number of filters in a group must not exceed " +
                              std::to_string(kFiltersMax));
    }
    std::vector<Filter> all;
    for (const Json& one : *filters) {
      auto filter = read_filter(one, schema);
      if (const auto* problem = std::get_if<Problem>(&filter)) return *problem;
      all.push_back(std::get<Filter>(std::move(filter)));
    }
    search.groups.push_back(std::move(all));
  }
  return std::nullopt;
}

std::optional<Problem> read_sorts(const Json& body, const Schema& schema, Search& search) {
  const Json* sorts = member(body, "sorts");
  if (sorts == nullptr) return std::nullopt;
  if (!sorts->is_array()) return unreadable_json("sorts is not an array");
  if (sorts->size() > 1) return invalid_argument("Only one sort is supported");
  if (sorts->empty()) return std::nullopt;
  const Json& sort = sorts->front();
  std::string name;
  if (sort.is_object()) {
    name = scalar(member(sort, "propertyName")).value_or("");
    search.descending = scalar(member(sort, "direction")).value_or("") == "DESCENDING";
  } else {
    name = scalar(&sort).value_or("");
    search.descending = name.starts_with('-');
    if (search.descending) name.erase(0, 1);
  }
  search.sort = schema.find(name);
  if (search.sort == nullptr) return unknown_property(name);
  return std::nullopt;
}

std::optional<Problem> read_page(const Json& body, Search& search) {
  if (const Json* limit = member(body, "limit")) {
    const bool fits = limit->is_number_unsigned() && limit->get<std::uint64_t>() <= kLimitMax;
    if (!fits) {
      return invalid_argument("limit must be between 0 and " + std::to_string(kLimitMax));
    }
    search.limit = limit->get<std::size_t>();
  }
  const std::string after = scalar(member(body, "after")).value_or("");
  const auto offset = after.empty() ? 0 : parse_id(after);
  if (!offset) return invalid_argument("after is not a position: " + after);
  // In this order, so that a huge position cannot wrap around.
  if (*offset > kSearchMax || *offset + search.limit > kSearchMax) {
    return invalid_argument("Search pages must not reach beyond the first " +
                            std::to_string(kSearchMax) + " results");
  }
  search.after = static_cast<std::size_t>(*offset);
  return std::nullopt;
}

}  // namespace

Checked<Search> read_search(const Json& body, const Schema& schema) {
  Search search;
  search.kind = schema.kind();
  if (auto problem = read_groups(body, schema, search)) return *std::move(problem);
  if (auto problem = read_sorts(body, schema, search)) return *std::move(problem);
  if (auto problem = read_page(body, search)) return *std::move(problem);
  search.query = scalar(member(body, "query")).value_or("");
  if (search.query.size() > kQueryMax) {
    return invalid_argument("The query must not be longer than " + std::to_string(kQueryMax) +
                            " characters");
  }
  if (const Json* properties = member(body, "properties")) {
    if (!properties->is_array()) return unreadable_json("properties is not an array");
    for (const Json& name : *properties) search.properties.push_back(scalar(&name).value_or(""));
  }
  return search;
}

}  // namespace firedrill::hubspot
