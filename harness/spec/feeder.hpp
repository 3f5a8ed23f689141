#pragma once

#include "harness/spec/place.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::spec {

/// Rows of named values, all of the same length.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  /// Index of a column; columns.size() when there is none of that name.
  [[nodiscard]] std::size_t column(std::string_view name) const {
    std::size_t i = 0;
    while (i < columns.size() && columns[i] != name) ++i;
    return i;
  }
};

/// Data for requests, from a file.
struct Feeder {
  enum class Order {
    sequential,  ///< From the top, again and again.
    random,      ///< Any row, by the seed.
    unique,      ///< From the top, each row once in the whole drill.
  };
  /// What happens when the rows of a unique feeder are used up.
  enum class UsedUp {
    inconclusive,  ///< Requests are dropped for want of data, which the generator is blamed for.
    stop,          ///< The stream ends there, as planned.
  };
  std::string name;
  std::string file;  ///< As the scenario names it.
  Order order = Order::sequential;
  UsedUp used_up = UsedUp::inconclusive;
  std::shared_ptr<const Table> table;  ///< At least one row.
  Place place;
};

}  // namespace firedrill::spec
