#include "harness/load/self_watch.hpp"

#include <algorithm>
#include <fstream>
#include <sys/resource.h>
#include <utility>

namespace firedrill {
namespace {

/// Stretch over which a share of processor time is taken: shorter ones are mostly scheduler noise.
constexpr Duration kCpuStretch = std::chrono::milliseconds{100};

}  // namespace

void SelfWatch::look(Offset planned, Offset at, Duration cpu) {
  const Duration late = std::max(Duration{0}, at - planned);
  if (late > kStallLimit) ++health_.stalls;
  health_.longest_stall = std::max(health_.longest_stall, late);
  recent_stall_ = std::max(recent_stall_, late);
  if (!first_) first_ = last_ = Look{at, cpu};
  if (at - last_->at < kCpuStretch) return;
  cpu_share_ = seconds(cpu - last_->cpu) / seconds(at - last_->at);
  health_.cpu_share_max = std::max(health_.cpu_share_max, cpu_share_);
  health_.cpu_share = seconds(cpu - first_->cpu) / seconds(at - first_->at);
  last_ = Look{at, cpu};
}

void SelfWatch::connections(std::uint64_t open) {
  health_.connections_max = std::max(health_.connections_max, open);
}

Duration SelfWatch::take_recent_stall() { return std::exchange(recent_stall_, Duration{0}); }

Duration thread_cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

OpenLimits open_limits() {
  OpenLimits limits;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) limits.descriptors = files.rlim_cur;
  std::ifstream range{"/proc/sys/net/ipv4/ip_local_port_range"};
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (range >> low >> high && high >= low) limits.ports = high - low + 1;
  return limits;
}

}  // namespace firedrill
