#pragma once

#include "faults/service_undo.hpp"
#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/process/run_state.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace firedrill {

/// A stopped process must go on.
struct ContinueProcess {
  ProcessId process;
};

/// A file that we made must go.
struct RemoveFile {
  std::string path;
};

/// A process may have as many files open as before.
struct RestoreLimit {
  ProcessId process;
  std::uint64_t limit = 0;  ///< The soft one.
};

/// How a fault is undone by whoever comes after the one who made it. Everything that is needed
/// stands in it: the runner may be gone.
using Undo = std::variant<ContinueProcess, RemoveFile, RestoreLimit, ServiceUndo>;

/// A fault's promise to be undone.
struct Lease {
  std::uint64_t number = 0;  ///< In order of promise, from 1.
  std::string fault;         ///< Its name in the scenario.
  Undo undo;
  WallTime expires{};  ///< From then on the guardian undoes it, even while the runner lives.
};

/// "the process 4711 goes on", for reports.
[[nodiscard]] std::string to_text(const Undo& undo);

/// Undoes it, and looks whether it is undone. Harmless when it is undone already. The error says
/// what to do by hand. Blocks: processes for at most a second, services for some.
[[nodiscard]] Result<void> carry_out(const Undo& undo);

}  // namespace firedrill
