#include "harness/run/inject/pressure_injection.hpp"

#include "faults/pressure.hpp"
#include "faults/process_state.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr Duration kTick = 10ms;
constexpr Duration kPressureLookEvery = 50ms;

}  // namespace

PressureInjection::PressureInjection(const FaultTools& tools, const spec::Fault& fault,
                                     const spec::PressureFault& pressure)
    : tools_{tools}, fault_{fault}, pressure_{pressure} {}

net::awaitable<Result<void>> PressureInjection::begin(FaultRecord& record, WallTime expires) {
  const auto left = expires - std::chrono::system_clock::now();
  const PressureOrder order{pressure_, fault_.ramp, std::chrono::duration_cast<Duration>(left)};
  Child::Options child;
  child.argv = {tools_.executable, "pressure"};
  const std::vector<std::string> words = words_of(order);
  child.argv.insert(child.argv.end(), words.begin(), words.end());
  child.run_id = tools_.run_id;
  auto started = Child::start(tools_.io, std::move(child));
  if (!started) co_return started.error();
  child_ = std::move(started).value();
  before_ = record.hits;
  if (const auto* memory = std::get_if<spec::MemoryPressure>(&pressure_.what)) {
    record.seen = memory->bytes / kMiB;
  }
  co_return Result<void>{};
}

std::optional<Duration> PressureInjection::look_every() const { return kPressureLookEvery; }

/// By the child that runs now.
std::uint64_t PressureInjection::taken() const {
  std::uint64_t sum = 0;
  for (const ProcessId& process : processes_of_group(child_->pid())) {
    sum += std::holds_alternative<spec::CpuPressure>(pressure_.what)
               ? static_cast<std::uint64_t>(processor_time(process) / kTick)
               : anonymous_bytes(process) / kMiB;
  }
  return sum;
}

void PressureInjection::look(FaultRecord& record) {
  if (!child_) return;
  if (std::holds_alternative<spec::CpuPressure>(pressure_.what)) {
    record.hits = std::max(record.hits, before_ + taken());
    record.seen = record.hits;
  } else {
    record.hits = std::max(record.hits, taken());
  }
}

net::awaitable<Result<std::string>> PressureInjection::end(FaultRecord& record, bool /*ending*/) {
  if (!child_) co_return std::string{"there was nothing to undo"};
  look(record);
  const auto early = child_->ended();
  const pid_t group = child_->pid();
  child_.reset();
  if (!processes_of_group(group).empty()) {
    co_return Error{"process group " + std::to_string(group) +
                    " still takes what it was told to; end it by hand: kill -9 -" +
                    std::to_string(group)};
  }
  co_return record.target + " has it back" + (early ? "; it ended early: " + *early : "");
}

}  // namespace firedrill
