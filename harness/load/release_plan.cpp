#include "harness/load/release_plan.hpp"

#include "harness/base/assert.hpp"

#include <utility>

namespace firedrill {

std::optional<Drop> drop_reason(Offset due, Offset now, std::uint64_t in_flight,
                                std::uint64_t in_flight_max, const GeneratorHealth& health) {
  const Duration lag = now - due;
  if (lag > kLateLimit) return health.cpu_share > kCpuSaturated ? Drop::cpu : Drop::late;
  if (in_flight < in_flight_max) return std::nullopt;
  // Slots may be full because answers wait for us to read them.
  if (health.cpu_share > kCpuSaturated) return Drop::cpu;
  if (lag > kHealthyLag) return Drop::late;
  return Drop::in_flight_limit;
}

ReleasePlan::ReleasePlan(std::vector<ArrivalSchedule> schedules)
    : schedules_{std::move(schedules)} {
  for (ArrivalSchedule& schedule : schedules_) heads_.push_back(schedule.next());
}

std::size_t ReleasePlan::earliest() const {
  std::size_t best = heads_.size();
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i] && (best == heads_.size() || heads_[i]->at < heads_[best]->at)) best = i;
  }
  return best;
}

std::optional<ReleasePlan::Due> ReleasePlan::peek() const {
  const std::size_t stream = earliest();
  if (stream == heads_.size()) return std::nullopt;
  return Due{heads_[stream]->at, stream, heads_[stream]->index};
}

void ReleasePlan::extend(std::size_t stream, const std::vector<spec::RateStretch>& stretches) {
  schedules_[stream].extend(stretches);
  if (!heads_[stream]) heads_[stream] = schedules_[stream].next();
}

void ReleasePlan::pop() {
  const std::size_t stream = earliest();
  FD_ASSERT(stream < heads_.size());
  heads_[stream] = schedules_[stream].next();
}

}  // namespace firedrill
