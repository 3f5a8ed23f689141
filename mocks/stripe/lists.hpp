#pragma once

#include "mocks/stripe/call.hpp"

#include <array>
#include <functional>
#include <string>

namespace firedrill::stripe {

/// Parameters of a list, on top of what it filters by.
template <std::size_t N>
constexpr std::array<Param, N + 3> paged(const std::array<Param, N>& filters) {
  Param limit = integer("limit");
  limit.min = 1;
  limit.max = 100;
  return both(filters, std::array<Param, 3>{limit, text("starting_after"), text("ending_before")});
}

/// Parameters of a search.
inline constexpr std::array<Param, 3> kSearchParams{[] {
  Param limit = integer("limit");
  limit.min = 1;
  limit.max = 100;
  return std::array<Param, 3>{required(text("query")), limit, text("page")};
}()};

/// `{"object":"list",…}` of everything given, with nothing more to come.
[[nodiscard]] Json whole_list(const std::string& url, Json data);

/// The page that the parameters ask for, of the objects that `is_in` accepts and whose fields equal
/// the remaining parameters, newest first.
[[nodiscard]] Answer list_where(Call& call, Kind kind, const std::string& url,
                                const std::function<bool(const Json&)>& is_in);

/// The page that the parameters ask for, of a list that is part of an object.
[[nodiscard]] Answer slice_list(const Call& call, const Json& all);

/// All objects of the operation's kind.
[[nodiscard]] Answer list(Call& call);

/// What a search for the parameter `query` finds, newest first.
[[nodiscard]] Answer search(Call& call);

}  // namespace firedrill::stripe
