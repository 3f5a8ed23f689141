#include "harness/run/inject/service_injection.hpp"

#include "harness/run/service_host.hpp"

#include <chrono>
#include <utility>

namespace firedrill {

namespace net = boost::asio;

ServiceInjection::ServiceInjection(const FaultTools& tools, std::size_t index,
                                   const spec::ServiceFault& fault)
    : tools_{tools}, index_{index}, fault_{fault}, leases_{tools.journal} {}

void ServiceInjection::count(FaultRecord& record) const {
  record.hits = hits_before_ + run_->hits();
  record.seen = seen_before_ + run_->seen();
}

net::awaitable<Result<void>> ServiceInjection::begin(FaultRecord& record, WallTime expires) {
  const auto [from, to] = tools_.scenario.span_of(tools_.scenario.faults[index_]);
  hits_before_ = record.hits;
  seen_before_ = record.seen;
  run_ = make_service_fault(
      fault_, {tools_.io, tools_.services.named(fault_.service),
               "firedrill/" + tools_.services.run_id() + "/" + std::to_string(index_), to - from,
               [this, name = record.name, expires](Undo undo) {
                 return leases_.promise(name, std::move(undo), expires);
               },
               strength_});
  auto begun = co_await run_->begin();
  count(record);
  co_return begun;
}

void ServiceInjection::set_strength(double strength) {
  strength_ = strength;
  if (run_) run_->set_strength(strength);
}

net::awaitable<Result<std::string>> ServiceInjection::end(FaultRecord& record, bool ending) {
  const auto ended = co_await run_->end(ending);
  count(record);
  run_.reset();
  const auto kept = leases_.keep();
  if (!kept) co_return kept.error();
  // Interrupted while it starts again: it ends with the drill, and nothing is left to heal.
  const bool gave_up = tools_.system.gave_up();
  if (!ended && !gave_up) co_return ended.error();
  const bool down = !tools_.services.named(fault_.service).running();
  co_return record.target + (down ? " ends with the drill" : " is as before");
}

}  // namespace firedrill
