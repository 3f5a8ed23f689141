#include "harness/run/fault_director.hpp"

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

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

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
  for (const std::size_t fault : active_) {
    const Offset over = scenario_.span_of(scenario_.faults[fault]).second;
    next = next ? std::min(*next, over) : over;
  }
  return next;
}

net::awaitable<Result<void>> FaultDirector::act(TimeOrigin origin,
                                                std::vector<FaultRecord>& records) {
  const Offset now = steady_now() - origin.steady;
  Result<void> healed;
  for (std::size_t i = active_.size(); i-- > 0;) {
    const std::size_t fault = active_[i];
    if (scenario_.span_of(scenario_.faults[fault]).second > now) continue;
    active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
    if (auto one = co_await end(fault, false, origin, records[fault]); !one) healed = one;
  }
  while (!waiting_.empty() && scenario_.span_of(scenario_.faults[waiting_.front()]).first <= now) {
    const std::size_t fault = waiting_.front();
    waiting_.erase(waiting_.begin());
    co_await begin(fault, origin, records[fault]);
  }
  co_return healed;
}

net::awaitable<Result<void>> FaultDirector::heal_all(TimeOrigin origin,
                                                     std::vector<FaultRecord>& records) {
  waiting_.clear();
  Result<void> healed;
  while (!active_.empty()) {
    const std::size_t fault = active_.back();
    active_.pop_back();
    if (auto one = co_await end(fault, true, origin, records[fault]); !one) healed = one;
  }
  co_return healed;
}

net::awaitable<void> FaultDirector::begin(std::size_t index, TimeOrigin origin,
                                          FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[index];
  const auto [from, to] = scenario_.span_of(fault);
  record.injected_at = steady_now() - origin.steady;  // before: no hit may come earlier than this
  const WallTime expires = std::chrono::system_clock::now() + (to - from) + kLeaseSlack;
  const Result<void> broken = co_await injections_[index]->begin(record, expires);
  active_.push_back(index);
  note_(MomentKind::fault_injected, fault.name,
        record.target + ": " + record.description +
            (broken ? "" : ", which did not happen: " + broken.error().message));
}

net::awaitable<Result<void>> FaultDirector::end(std::size_t index, bool ending, TimeOrigin origin,
                                                FaultRecord& record) {
  const spec::Fault& fault = scenario_.faults[index];
  const Result<std::string> healed = co_await injections_[index]->end(record, ending);
  if (!healed) co_return Error{"fault " + fault.name + ": " + healed.error().message};
  record.healed_at = steady_now() - origin.steady;
  note_(MomentKind::fault_healed, fault.name, *healed);
  co_return Result<void>{};
}

}  // namespace firedrill
