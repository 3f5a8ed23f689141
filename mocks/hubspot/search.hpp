#pragma once

#include "mocks/hubspot/call.hpp"
#include "mocks/hubspot/portal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace firedrill::hubspot {

enum class Operator : std::uint8_t {
  eq,
  neq,
  lt,
  lte,
  gt,
  gte,
  between,
  in,
  not_in,
  has_property,
  not_has_property,
  contains_token,
  not_contains_token,
};

/// One condition on one property.
struct Filter {
  const Property* property = nullptr;
  Operator op = Operator::eq;
  std::string value;
  std::string high;                 ///< Of between, included.
  std::vector<std::string> values;  ///< Of in and not_in.
};

/// A search as `POST …/search` describes it. Filters of a group must all hold, and one of the
/// groups.
struct Search {
  ObjectKind kind = ObjectKind::contact;
  std::vector<std::vector<Filter>> groups;
  std::string query;  ///< Must be somewhere in the kind's searched properties; "" is everywhere.
  const Property* sort = nullptr;  ///< nullptr: by creation.
  bool descending = false;
  std::vector<std::string> properties;
  std::size_t limit = 10;
  std::size_t after = 0;
};

inline constexpr std::size_t kSearchMax = 10'000;  ///< No page may reach beyond.

/// `schema` outlives the search.
[[nodiscard]] Checked<Search> read_search(const nlohmann::ordered_json& body, const Schema& schema);

/// Everything that fits, in order up to the end of the page that is asked for; never archived
/// objects. A filter for one unique value is looked up, anything else looks at each object once.
[[nodiscard]] std::vector<const Record*> run(const Search& search, Portal& portal);

}  // namespace firedrill::hubspot
