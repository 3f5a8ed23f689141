#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::spec {

/// What a process uses up. Memory in bytes, CPU as a share of one core.
enum class Resource : std::uint8_t { memory, cpu, descriptors, connections, threads };
inline constexpr std::size_t kResources = 5;
/// "memory", "cpu", …: as scenarios write them, in the order of the enumeration.
[[nodiscard]] std::vector<std::string> resource_names();
[[nodiscard]] std::string_view name_of(Resource resource);

struct ResourceLimit {
  Resource resource = Resource::memory;
  double at_most = 0;  ///< Bytes, a share of one core, or a number.
};

/// What a system uses up, as a probe saw it. Each part that is set is one thing to hold.
struct ResourcesExpectation {
  std::string probe;    ///< Of resources, or of metrics that show process_*.
  Duration warm_up{0};  ///< Left out at the start of the window.
  /// Memory grows by that many bytes a second at most; negative bounds make no sense and are not
  /// accepted.
  std::optional<double> memory_slope;
  double confidence = 0.95;            ///< Of the slope's interval, above 0.5 and below 1.
  std::uint32_t samples_min = 20;      ///< Fewer prove nothing.
  std::vector<ResourceLimit> at_most;  ///< In each sample; CPU on average.
  /// At the end of the window each is at most so much above what it was in `base`, and has been
  /// since `within` after the window's start.
  std::vector<ResourceLimit> returns;
  Duration within{0};
  std::string base;  ///< A phase; "" is the first.
};

}  // namespace firedrill::spec
