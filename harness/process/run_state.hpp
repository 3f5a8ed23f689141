#pragma once

#include "harness/base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace firedrill {

/// Environment variable that marks every process a drill started, and their descendants. Its value
/// is the run's id; it is how leftovers of a killed run are found.
inline constexpr const char* kRunCookie = "FIREDRILL_RUN";

/// A process that can be told from a later one with the same pid.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< Field 22 of /proc/PID/stat; 0 when unknown.

  [[nodiscard]] static ProcessId of(pid_t pid);
  [[nodiscard]] bool alive() const;
};

/// The folder that a run keeps under the user's state directory while it lives:
/// $XDG_STATE_HOME/firedrill/runs/ID (default ~/.local/state). It names the owner, so that
/// `firedrill heal` touches only runs whose owner is dead.
class RunState final {
 public:
  /// Makes the folder and writes the owner, synced to disk. The error names the path.
  [[nodiscard]] static Result<RunState> create(const std::string& id);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// Removes the folder: nothing is left to heal.
  void remove() const;

 private:
  RunState(std::string id, std::string folder) : id_{std::move(id)}, folder_{std::move(folder)} {}
  std::string id_;
  std::string folder_;
};

/// Where runs keep their state. The error says which variable is missing.
[[nodiscard]] Result<std::string> runs_folder();

/// Processes whose environment carries the cookie of run `id`, as far as this user may see.
[[nodiscard]] std::vector<pid_t> processes_of_run(const std::string& id);

/// Ends all of them: SIGTERM, up to `grace` to comply, then SIGKILL. True when none is left.
bool end_processes_of_run(const std::string& id, int grace_ms);

/// What became of the promises that a run left in its folder.
struct Leftovers {
  std::vector<std::string> healed;      ///< One line each.
  std::vector<std::string> not_healed;  ///< One line each, with what to do by hand.
};
/// Undoes the faults whose leases lie in a run's folder: the faults room does it, and hands this
/// room the function.
using UndoLeases = std::function<Leftovers(const std::string& folder)>;

struct HealReport {
  std::vector<std::string> healed;      ///< One line a run.
  std::vector<std::string> not_healed;  ///< One line each, with what to do by hand.
  std::size_t live = 0;                 ///< Runs whose owner is alive: left alone.
};
/// Undoes what dead runs left behind: faults first, then processes. A folder stays as long as
/// anything in it could not be healed.
[[nodiscard]] Result<HealReport> heal_dead_runs(const UndoLeases& undo_leases);

}  // namespace firedrill
