#include "faults/descriptors.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

Error failed(const ProcessId& process, const std::string& what, const std::string& why) {
  return Error{what + " of process " + std::to_string(process.pid) + ": " + why};
}

Result<rlimit> limits_of(const ProcessId& process) {
  rlimit limits{};
  const std::string what = "cannot read the descriptor limit";
  if (!process.alive()) return failed(process, what, "it does not run");
  if (::prlimit(process.pid, RLIMIT_NOFILE, nullptr, &limits) != 0) {
    return failed(process, what, std::strerror(errno));
  }
  return limits;
}

/// Sorted.
Result<std::vector<std::uint64_t>> open_descriptors(const ProcessId& process) {
  std::vector<std::uint64_t> open;
  std::error_code ec;
  for (fs::directory_iterator it{"/proc/" + std::to_string(process.pid) + "/fd", ec};
       !ec && it != fs::directory_iterator{}; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    std::uint64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    open.push_back(number);
  }
  if (ec) return failed(process, "cannot read the descriptors", ec.message());
  std::sort(open.begin(), open.end());
  return open;
}

}  // namespace

Result<std::uint64_t> descriptor_limit(const ProcessId& process) {
  const auto limits = limits_of(process);
  if (!limits) return limits.error();
  return std::uint64_t{limits->rlim_cur};
}

Result<void> set_descriptor_limit(const ProcessId& process, std::uint64_t limit) {
  auto limits = limits_of(process);
  if (!limits) return limits.error();
  limits->rlim_cur = limit;
  if (::prlimit(process.pid, RLIMIT_NOFILE, &*limits, nullptr) == 0) return {};
  return failed(process, "cannot set the descriptor limit", std::strerror(errno));
}

Result<std::uint64_t> free_descriptors(const ProcessId& process, std::uint64_t limit) {
  const auto open = open_descriptors(process);
  if (!open) return open.error();
  const auto below = std::lower_bound(open->begin(), open->end(), limit) - open->begin();
  return limit - static_cast<std::uint64_t>(below);
}

Result<std::uint64_t> limit_that_leaves(const ProcessId& process, std::uint64_t leave) {
  const auto open = open_descriptors(process);
  if (!open) return open.error();
  std::uint64_t limit = 0;
  for (const std::uint64_t number : *open) {
    const std::uint64_t gap = number - limit;
    if (gap > leave) break;
    leave -= gap;
    limit = number + 1;
  }
  return limit + leave;
}

}  // namespace firedrill
