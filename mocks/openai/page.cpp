#include "mocks/openai/page.hpp"

#include "mocks/routes.hpp"

#include <algorithm>
#include <charconv>

namespace firedrill::openai {

PageQuery PageQuery::parse(std::string_view query) {
  static constexpr std::size_t kMost = 100;
  PageQuery page;
  page.after = query_value(query, "after").value_or("");
  page.order = query_value(query, "order").value_or("");
  const std::string limit = query_value(query, "limit").value_or("");
  std::size_t number = page.limit;
  const char* end = limit.data() + limit.size();
  const auto [stopped, error] = std::from_chars(limit.data(), end, number);
  if (error == std::errc{} && stopped == end)
    page.limit = std::clamp<std::size_t>(number, 1, kMost);
  return page;
}

}  // namespace firedrill::openai
