#pragma once

#include "harness/base/rng.hpp"
#include "harness/spec/feeder.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// Hands out the rows of one feeder to one stream on one thread.
///
/// The streams and threads that share a feeder are numbered; number `part` of `parts` takes every
/// parts-th row, so that no row of a unique feeder is taken twice anywhere.
class FeederRows {
 public:
  using Row = std::vector<std::string>;

  FeederRows(const spec::Feeder& feeder, std::uint64_t seed, std::uint64_t part,
             std::uint64_t parts);

  /// The next row; nullptr when a unique feeder has none left. Valid as long as the feeder's table.
  const Row* next();
  /// The value of a column in one of its rows. @pre the feeder has that column
  [[nodiscard]] const std::string& value(const Row& row, std::string_view column) const;
  [[nodiscard]] const spec::Feeder& feeder() const { return feeder_; }

 private:
  spec::Feeder feeder_;
  Rng rng_;
  std::uint64_t next_;
  std::uint64_t parts_;
};

}  // namespace firedrill
