#include "harness/run/fault_director.hpp"

#include "faults/model/fault_schedule.hpp"
#include "harness/aio/steady_now.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// A lease outlives its fault by this much, before the guardian takes a hanging runner's place.
constexpr auto kLeaseSlack = 10s;
/// How often a ramp takes a step.
constexpr Duration kRampStep = 50ms;

}  // namespace

FaultDirector::FaultDirector(const FaultTools& tools, Note note)
    : scenario_{tools.scenario}, note_{std::move(note)}, waiting_(tools.scenario.faults.size()) {
  std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
  for (const std::size_t fault : waiting_) injections_.push_back(make_injection(tools, fault));
  std::stable_sort(waiting_.begin(), waiting_.end(), [this](std::size_t a, std::size_t b) {
    return scenario_.span_of(scenario_.faults[a]).first <
           scenario_.span_of(scenario_.faults[b]).first;
  });
}

std::optional<Offset> FaultDirector::next_event() const {
  std::optional<Offset> next;
  if (!waiting_.empty()) next = scenario_.span_of(scenario_.faults[waiting_.front()]).first;
  for (const Active& active : active_) {
    const Offset at = next_event_of(active);
    next = next ? std::min(*next, at) : at;
  }
  return next;
}

Offset FaultDirector::next_event_of(const Active& active) const {
  const spec::Fault& fault = scenario_.faults[active.fault];
  const auto [from, to] = scenario_.span_of(fault);
  Offset next = to;
  if (fault.flap) next = std::min(next, from + next_turn(*fault.flap, acted_ - from));
  if (!active.full) next = std::min(next, acted_ + kRampStep);
  if (active.on && injections_[active.fault]->look_every()) next = std::min(next, active.look);
  return next;
}

net::awaitable<Result<void>> FaultDirector::act(TimeOrigin origin,
                                                std::vector<FaultRecord>& records) {
  acted_ = steady_now() - origin.steady;
  Result<void> healed;
  for (std::size_t i = active_.size(); i-- > 0;) {
    Active& active = active_[i];
    const bool over = scenario_.span_of(scenario_.faults[active.fault]).second <= acted_;
    FaultRecord& record = records[active.fault];
    // Not in one expression: g++ 12 destroys what either of two co_awaits gives twice.
    Result<void> done;
    if (over) {
      done = co_await end(active, false, origin, record);
    } else {
      done = co_await steer(active, acted_, origin, record);
    }
    if (!done) healed = done;
    if (over || !done) active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (!waiting_.empty() &&
         scenario_.span_of(scenario_.faults[waiting_.front()]).first <= acted_) {
    const spec::Fault& fault = scenario_.faults[waiting_.front()];
    Active& active = active_.emplace_back(Active{waiting_.front(), false, !fault.ramp, Offset{0}});
    waiting_.erase(waiting_.begin());
    co_await begin(active, origin, records[active.fault]);
  }
  co_return healed;
}

net::awaitable<Result<void>> FaultDirector::heal_all(TimeOrigin origin,
                                                     std::vector<FaultRecord>& records) {
  waiting_.clear();
  Result<void> healed;
  while (!active_.empty()) {
    Active last = active_.back();
    active_.pop_back();
    if (auto one = co_await end(last, true, origin, records[last.fault]); !one) healed = one;
  }
  co_return healed;
}

net::awaitable<Result<void>> FaultDirector::steer(Active& active, Offset now, TimeOrigin origin,
                                                  FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[active.fault];
  const Duration since = now - scenario_.span_of(fault).first;
  Injection& injection = *injections_[active.fault];
  if (!active.full) {
    injection.set_strength(strength_at(*fault.ramp, since));
    active.full = since >= fault.ramp->over;
  }
  if (fault.flap && is_on(*fault.flap, since) != active.on) {
    if (active.on) co_return co_await end(active, false, origin, record);
    co_await begin(active, origin, record);
  } else if (const auto every = injection.look_every(); every && active.on && active.look <= now) {
    injection.look(record);
    active.look = now + *every;
  }
  co_return Result<void>{};
}

net::awaitable<void> FaultDirector::begin(Active& active, TimeOrigin origin, FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[active.fault];
  Injection& injection = *injections_[active.fault];
  const auto [from, to] = scenario_.span_of(fault);
  const Offset now = steady_now() - origin.steady;
  if (!record.injected_at) record.injected_at = now;  // before: no hit may come earlier than this
  record.healed_at.reset();
  if (fault.ramp) injection.set_strength(strength_at(*fault.ramp, now - from));
  active.on = true;
  const WallTime expires = std::chrono::system_clock::now() + (to - now) + kLeaseSlack;
  const Result<void> broken = co_await injection.begin(record, expires);
  note_(MomentKind::fault_injected, fault.name,
        record.target + ": " + record.description +
            (broken ? "" : ", which did not happen: " + broken.error().message));
}

/// Nothing when it is off.
net::awaitable<Result<void>> FaultDirector::end(Active& active, bool ending, TimeOrigin origin,
                                                FaultRecord& record) {
  if (!std::exchange(active.on, false)) co_return Result<void>{};
  const spec::Fault& fault = scenario_.faults[active.fault];
  const Result<std::string> healed = co_await injections_[active.fault]->end(record, ending);
  if (!healed) co_return Error{"fault " + fault.name + ": " + healed.error().message};
  record.healed_at = steady_now() - origin.steady;
  note_(MomentKind::fault_healed, fault.name, *healed);
  co_return Result<void>{};
}

}  // namespace firedrill
