#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/composition.hpp"
#include "harness/spec/pressure_fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// Pressure comes from a child process of the drill, `firedrill pressure …`, so that it dies with
// its runner and the kernel counts what it took. It ends by itself at the latest after `length`.

struct PressureOrder {
  spec::PressureFault pressure;  ///< Of processors or memory.
  std::optional<spec::Ramp> ramp;
  Duration length{0};
};

/// The words of the command line after the program's name, and what they mean. They are made by us
/// and read by us only; the error is for whoever types them.
[[nodiscard]] std::vector<std::string> words_of(const PressureOrder& order);
[[nodiscard]] std::optional<PressureOrder> order_of(const std::vector<std::string>& words);

/// The child's own main. Returns when its time is over.
void exert(const PressureOrder& order);

/// Share of the machine's processors that was busy between two looks; nothing when that is unknown.
/// Pure but for reading /proc/stat.
class ProcessorWatch final {
 public:
  [[nodiscard]] std::optional<double> busy_since_last_look();

 private:
  std::uint64_t busy_ = 0;
  std::uint64_t all_ = 0;
};

/// Memory that can be had without swapping: the machine's, or less when a control group allows
/// less. 0 when it cannot be known.
[[nodiscard]] std::uint64_t available_memory();

}  // namespace firedrill
