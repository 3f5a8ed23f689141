#include "tests/support/calls_sim.hpp"

#include "harness/base/rng.hpp"
#include "harness/text/request_id.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>

namespace firedrill::testing {
namespace {

using namespace std::chrono_literals;

class Simulation {
 public:
  explicit Simulation(const CallsSim& sim) : sim_{sim}, rng_{Rng::derive(sim.seed, "calls")} {}

  SimulatedDrill run() {
    lay_out();
    std::uint64_t index = 0;
    for (Offset due = next(0ns); due < sim_.length; due = next(due)) request(due, index++);
    auto& entries = drill_.result.ledgers.front().entries;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.arrived < b.arrived; });
    return std::move(drill_);
  }

 private:
  void lay_out() {
    drill_.scenario.timeline.push_back({"shaky", sim_.length, {}});
    drill_.scenario.mocks.emplace_back("openai", spec::Mock{});
    drill_.result.seed = sim_.seed;
    drill_.result.phases.push_back({"shaky", 0ns, sim_.length, sim_.length, true});
    StreamSeries series;
    series.name = "score";
    for (Offset start{0}; start < sim_.length; start += 100ms) {
      Slice slice;
      slice.start = start;
      slice.length = 100ms;
      series.slices.push_back(slice);
    }
    drill_.result.streams.push_back(std::move(series));
    drill_.result.ledgers.push_back({"openai", {}, 0});
    spec::Fault fault;
    fault.name = "openai@shaky";
    fault.phase = "shaky";
    spec::MockFault of_mock;
    of_mock.mock = "openai";
    spec::MockAction action;
    action.hang = spec::MockAction::Hang{};
    of_mock.steps = {{spec::FaultStep::Ends::never, 0, action}};
    fault.what = of_mock;
    drill_.scenario.faults.push_back(fault);
    FaultRecord record;
    record.name = fault.name;
    record.injected_at = 0ns;
    record.healed_at = sim_.length + 10s;
    record.hits = 1;
    drill_.result.faults.push_back(record);
  }

  Offset next(Offset last) { return last + from_seconds(rng_.exponential() / sim_.rate); }

  void request(Offset due, std::uint64_t index) {
    Slice& slice =
        drill_.result.streams.front().slices[static_cast<std::size_t>(due / Duration{100ms})];
    ++slice.planned;
    ++slice.sent;
    ++slice.sent_here;
    while (!under_way_.empty() && under_way_.top() <= due) under_way_.pop();
    if (under_way_.size() >= sim_.in_flight_max) return;
    const std::string id = request_id_prefix(sim_.seed) + "score-" + std::to_string(index);
    Offset at = due;
    for (std::uint32_t made = 1;; ++made) {
      const LedgerEntry entry = call(at, id, made);
      drill_.result.ledgers.front().entries.push_back(entry);
      const Duration wait = wait_after(entry, made);
      const bool refused = entry.status >= 400 && entry.status < 500 && entry.status != 429;
      const bool last = entry.ok() || made >= sim_.tries || (refused && !sim_.repeats_refusals) ||
                        entry.done + wait - due >= sim_.budget;
      at = entry.done + (last ? 0ns : wait);
      if (last) break;
    }
    under_way_.push(at);
  }

  Duration wait_after(const LedgerEntry& entry, std::uint32_t made) {
    const double longest =
        seconds(sim_.backoff) * (sim_.doubles ? static_cast<double>(1U << (made - 1)) : 1);
    Duration wait = from_seconds(longest * (1 - sim_.jitter * rng_.uniform()));
    if (entry.retry_after && sim_.honours_retry_after) wait += *entry.retry_after;
    return wait + from_seconds(rng_.exponential() * 0.0005);
  }

  LedgerEntry call(Offset at, const std::string& id, std::uint32_t made) {
    LedgerEntry entry;
    entry.arrived = at;
    entry.status = 200;
    entry.correlation_id = rng_.chance(sim_.loses_id) ? "" : id;
    entry.idempotency_key = sim_.keeps_key ? id : id + "-" + std::to_string(made);
    entry.done = at + 40ms;
    if (!rng_.chance(sim_.fails)) return entry;
    entry.fault = 0;
    entry.status = sim_.status;
    entry.done = at + 1ms;
    entry.retry_after = sim_.retry_after;
    if (sim_.status == 0) {
      entry.delivery = Delivery::hung;
      entry.done = at + sim_.timeout;
    }
    return entry;
  }

  const CallsSim& sim_;
  Rng rng_;
  SimulatedDrill drill_;
  std::priority_queue<Offset, std::vector<Offset>, std::greater<>> under_way_;
};

}  // namespace

SimulatedDrill simulate(const CallsSim& sim) { return Simulation{sim}.run(); }

}  // namespace firedrill::testing
