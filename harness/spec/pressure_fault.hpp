#pragma once

#include "harness/base/units.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace firedrill::spec {

// Something that the machine has too little of. Each has a ceiling that it never passes.

/// Processor time that others want too.
struct CpuPressure {
  std::uint32_t workers = 1;  ///< 1 and more; each takes one processor at most.
  Ratio share{1};             ///< Of its time that each works.
  Ratio ceiling{0.95};  ///< With more of the machine busy than this, whoever it is, they rest.
};

/// Memory that is taken, and used.
struct MemoryPressure {
  std::uint64_t bytes = 0;    ///< At most so much …
  std::uint64_t reserve = 0;  ///< … and only while the machine has so much available.
};

/// A file that takes the space of a file system.
struct DiskPressure {
  std::string directory;      ///< Where the file is made; exists.
  std::uint64_t bytes = 0;    ///< At most so much …
  std::uint64_t reserve = 0;  ///< … and only while so much is free.
};

struct PressureFault {
  std::variant<CpuPressure, MemoryPressure, DiskPressure> what;
};

}  // namespace firedrill::spec
