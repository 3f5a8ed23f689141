#pragma once

#include "mocks/bounded_map.hpp"
#include "mocks/twilio/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::twilio {

/// Which part of a list is asked for, by PageSize, Page and PageToken.
struct Page {
  std::size_t size = 50;  ///< 1..1000
  std::size_t number = 0;
  std::string after;  ///< Sid of the last item of the page before; "" when not given.
};

[[nodiscard]] Page read_page(const Parameters& parameters);

/// One page of a list, newest first.
template <typename Value>
struct Slice {
  std::vector<const Value*> items;
  bool more = false;
};

/// The page of those values that `wanted` picks. Follows the token, so that items that are added
/// meanwhile do not shift the pages; by number when the item of the token is gone.
template <typename Value, typename Wanted>
[[nodiscard]] Slice<Value> slice_of(const BoundedMap<Value>& all, const Page& page, Wanted wanted) {
  Slice<Value> slice;
  std::size_t skip = page.number * page.size;
  const auto take = [&](bool by_token) {
    bool begun = !by_token;
    all.newest_first([&](const std::string& sid, const Value& value) {
      if (!begun) {
        begun = sid == page.after;
      } else if (wanted(value)) {
        if (!by_token && skip > 0) {
          --skip;
        } else if (slice.items.size() == page.size) {
          slice.more = true;
          return false;
        } else {
          slice.items.push_back(&value);
        }
      }
      return true;
    });
    return begun;
  };
  if (page.after.empty() || !take(true)) take(false);
  return slice;
}

/// The page as the API of 2010 writes it, with paths: `{"messages":[…],"end",…}`. `items` are JSON.
[[nodiscard]] std::string page_of_2010(const Request& request, const Page& page,
                                       std::string_view key, const std::vector<std::string>& items,
                                       const std::string& last_sid, bool more);

/// The page as everything newer writes it, with absolute URLs: `{"meta":{…},"services":[…]}`.
[[nodiscard]] std::string page_with_meta(const Request& request, const Page& page,
                                         std::string_view key,
                                         const std::vector<std::string>& items,
                                         const std::string& last_sid, bool more);

/// "http://127.0.0.1:12113" as the caller named it.
[[nodiscard]] std::string origin_of(const HttpRequest& request);

}  // namespace firedrill::twilio
