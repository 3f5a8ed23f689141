#include "harness/run/inject/process_injection.hpp"

#include "faults/descriptors.hpp"
#include "harness/run/inject/freeze.hpp"
#include "harness/run/inject/victims.hpp"

#include <algorithm>
#include <chrono>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;
using Kind = spec::ProcessFault::Kind;

constexpr Duration kProcessLookEvery = 50ms;

}  // namespace

ProcessInjection::ProcessInjection(const FaultTools& tools, const spec::ProcessFault& fault)
    : io_{tools.io}, system_{tools.system}, fault_{fault}, leases_{tools.journal} {}

net::awaitable<Result<void>> ProcessInjection::begin(FaultRecord& record, WallTime expires) {
  const auto victims = victims_of(fault_, system_);
  if (!victims) co_return victims.error();
  if (fault_.kind == Kind::pause) {
    record.seen += victims->size();
    co_return co_await freeze(io_, leases_, *victims, record, expires);
  }
  Result<void> limited;
  for (const ProcessId& victim : *victims) {
    if (auto one = limit(victim, record, expires); !one) limited = one;
  }
  look(record);
  co_return limited;
}

Result<void> ProcessInjection::limit(const ProcessId& victim, const FaultRecord& record,
                                     WallTime expires) {
  const auto before = descriptor_limit(victim);
  if (!before) return before.error();
  const auto wanted = limit_that_leaves(victim, fault_.leave);
  if (!wanted) return wanted.error();
  const std::uint64_t limit = std::min(*wanted, *before);  // never more than it had
  if (auto promised = leases_.promise(record.name, RestoreLimit{victim, *before}, expires);
      !promised) {
    return promised;
  }
  if (auto set = set_descriptor_limit(victim, limit); !set) return set;
  limited_.emplace_back(victim, limit);
  return {};
}

std::optional<Duration> ProcessInjection::look_every() const {
  if (fault_.kind != Kind::descriptors) return std::nullopt;
  return kProcessLookEvery;
}

void ProcessInjection::look(FaultRecord& record) {
  if (limited_.empty()) return;
  ++record.seen;
  const bool exhausted = std::any_of(limited_.begin(), limited_.end(), [](const auto& victim) {
    const auto left = free_descriptors(victim.first, victim.second);
    return left && *left == 0;
  });
  if (exhausted) ++record.hits;
}

net::awaitable<Result<std::string>> ProcessInjection::end(FaultRecord& record, bool /*ending*/) {
  limited_.clear();
  if (const auto kept = leases_.keep(); !kept) co_return kept.error();
  if (fault_.kind == Kind::pause) co_return record.target + " goes on";
  co_return record.target + " may open as many files as before";
}

}  // namespace firedrill
