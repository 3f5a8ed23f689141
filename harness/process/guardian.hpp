#pragma once

#include "harness/base/result.hpp"
#include "harness/process/run_state.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace firedrill {

/// The small process that keeps a drill's promises when the runner is killed. It is the same
/// binary, in a session of its own, holding the read end of a pipe; when the runner dies the pipe
/// closes, and the guardian undoes every lease, ends everything that the run had started,
/// grandchildren included, and goes.
///
/// Start it before the first child. Thread: any one.
class Guardian final {
 public:
  /// Starts `executable guardian RUN-ID STATE-FOLDER`. The error says what could not be started.
  /// `env` ("NAME=VALUE") is added to our environment: what it needs to know and no journal holds.
  [[nodiscard]] static Result<Guardian> start(const std::string& executable,
                                              const std::string& run_id,
                                              const std::vector<std::string>& env = {});

  Guardian(Guardian&& other) noexcept;
  Guardian& operator=(Guardian&&) = delete;
  /// Without dismiss(): the guardian does its work, and this waits until it has.
  ~Guardian();

  /// All is healed already: the guardian goes without doing anything. Waits for it.
  void dismiss();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  Guardian(pid_t pid, int pipe) : pid_{pid}, pipe_{pipe} {}
  void wait();

  pid_t pid_ = -1;
  int pipe_ = -1;
};

/// How the guardian undoes faults; the faults room does it.
struct GuardianDuties {
  UndoLeases undo_all;  ///< The runner is dead.
  /// The runner lives, but may hang: only leases that have run out.
  UndoLeases undo_expired;
};

/// The guardian's own main: waits for its runner to die or to dismiss it, and meanwhile undoes
/// leases that run out. Exit code 0, or 114 when something could not be healed (said on stderr).
int guardian_main(const std::string& run_id, const GuardianDuties& duties);

}  // namespace firedrill
