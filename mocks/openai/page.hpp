#pragma once

#include "mocks/json_text.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::openai {

/// Which part of a list a caller asks for.
struct PageQuery {
  std::size_t limit = 20;  ///< 1..100.
  std::string after;       ///< The id that comes before the page; "" for the first page.
  std::string order;       ///< "asc", "desc" or "" for the list's own.

  [[nodiscard]] static PageQuery parse(std::string_view query);
};

/// One page of a list of the API while it is being filled.
template <typename Json>
class Page {
 public:
  explicit Page(PageQuery query) : query_{std::move(query)} {}

  /// Offers the next item, which has an `id`. False when the page is full and more is not needed.
  bool offer(const std::string& id, Json item) {
    if (!begun()) {
      if (id == query_.after) query_.after.clear();
      return true;
    }
    more_ = data_.size() == query_.limit;
    if (more_) return false;
    data_.push_back(std::move(item));
    return true;
  }

  /// Whether the item that comes before the page has been offered.
  [[nodiscard]] bool begun() const { return query_.after.empty(); }

  [[nodiscard]] std::string body() && {
    const Json first = data_.empty() ? Json(nullptr) : Json(data_.front()["id"]);
    const Json last = data_.empty() ? Json(nullptr) : Json(data_.back()["id"]);
    return dump(Json{{"object", "list"},
                     {"data", std::move(data_)},
                     {"first_id", first},
                     {"last_id", last},
                     {"has_more", more_}});
  }

 private:
  PageQuery query_;
  Json data_ = Json::array();
  bool more_ = false;
};

}  // namespace firedrill::openai
