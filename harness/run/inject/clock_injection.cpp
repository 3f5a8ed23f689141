#include "harness/run/inject/clock_injection.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr Duration kClockLookEvery = 20ms;

}  // namespace

ClockInjection::ClockInjection(const FaultTools& tools, const spec::ProcessFault& fault)
    : clock_{tools.clock}, fault_{fault} {}

ClockInjection::~ClockInjection() {
  if (watch_ >= 0) ::close(watch_);
}

net::awaitable<Result<void>> ClockInjection::begin(FaultRecord& /*record*/, WallTime /*expires*/) {
  if (clock_ == nullptr) co_return Error{"the system was not started by the drill"};
  // No lease: the system ends with its runner, and its clock with it.
  if (auto set = clock_->set(fault_.skew); !set) co_return set;
  watch_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch_ < 0 || ::inotify_add_watch(watch_, clock_->file().c_str(), IN_OPEN) < 0) {
    co_return Error{"nobody can see whether the system reads its clock: " +
                    std::string{std::strerror(errno)}};
  }
  co_return Result<void>{};
}

/// Nobody but the system opens the file; events without a name are of one size.
std::uint64_t ClockInjection::readings() const {
  std::array<inotify_event, 64> events{};
  std::uint64_t count = 0;
  while (watch_ >= 0) {
    const ssize_t bytes = ::read(watch_, events.data(), sizeof events);
    if (bytes <= 0) break;
    count += static_cast<std::uint64_t>(bytes) / sizeof(inotify_event);
  }
  return count;
}

std::optional<Duration> ClockInjection::look_every() const { return kClockLookEvery; }

void ClockInjection::look(FaultRecord& record) {
  const std::uint64_t more = readings();
  record.seen += more;
  record.hits += more;
}

net::awaitable<Result<std::string>> ClockInjection::end(FaultRecord& record, bool /*ending*/) {
  look(record);
  if (watch_ >= 0) ::close(watch_);
  watch_ = -1;
  if (clock_ != nullptr) {
    if (const auto set = clock_->set(Duration{0}); !set) co_return set.error();
  }
  co_return record.target + " knows the right time";
}

}  // namespace firedrill
