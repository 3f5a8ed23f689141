#include "harness/load/feeder_rows.hpp"

#include "harness/base/assert.hpp"

namespace firedrill {

FeederRows::FeederRows(const spec::Feeder& feeder, std::uint64_t seed, std::uint64_t part,
                       std::uint64_t parts)
    : feeder_{feeder},
      rng_{Rng::derive(seed, "feeder:" + feeder.name, part)},
      next_{part},
      parts_{parts} {
  FD_ASSERT(feeder_.table && !feeder_.table->rows.empty() && part < parts);
}

const FeederRows::Row* FeederRows::next() {
  const auto& rows = feeder_.table->rows;
  if (feeder_.order == spec::Feeder::Order::random) return &rows[rng_.below(rows.size())];
  if (feeder_.order == spec::Feeder::Order::unique && next_ >= rows.size()) return nullptr;
  const Row& row = rows[next_ % rows.size()];
  next_ += parts_;
  return &row;
}

const std::string& FeederRows::value(const Row& row, std::string_view column) const {
  const std::size_t index = feeder_.table->column(column);
  FD_ASSERT(index < row.size());
  return row[index];
}

}  // namespace firedrill
