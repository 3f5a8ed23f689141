#include "harness/load/breakpoint_finder.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill {

BreakpointFinder::BreakpointFinder(Limits limits) : limits_{limits}, rate_{limits.from} {
  FD_ASSERT(limits.from.per_second > 0 && limits.from.per_second < limits.to.per_second);
  FD_ASSERT(limits.breaches > 0 && limits.precision > 0);
}

std::optional<Rate> BreakpointFinder::next() const {
  if (end_) return std::nullopt;
  return rate_;
}

void BreakpointFinder::report(WindowVerdict verdict) {
  FD_ASSERT(!end_);
  if (verdict == WindowVerdict::generator) {
    end_ = SearchEnd::generator_limit;
    return;
  }
  if (verdict == WindowVerdict::breached) {
    if (++breaches_in_a_row_ < limits_.breaches) return;  // once more at the same rate
    broken_ = rate_;
  } else {
    held_ = rate_;
  }
  breaches_in_a_row_ = 0;
  move_on();
}

void BreakpointFinder::move_on() {
  if (!held_) {
    end_ = SearchEnd::broke_at_once;
  } else if (!broken_) {
    if (held_->per_second >= limits_.to.per_second) {
      end_ = SearchEnd::never_broke;
    } else {
      rate_ = Rate{std::min(2 * held_->per_second, limits_.to.per_second)};
    }
  } else if ((broken_->per_second - held_->per_second) / held_->per_second <= limits_.precision) {
    end_ = SearchEnd::found;
  } else {
    rate_ = Rate{(held_->per_second + broken_->per_second) / 2};
  }
}

void BreakpointFinder::give_up() {
  if (!end_) end_ = SearchEnd::out_of_time;
}

}  // namespace firedrill
