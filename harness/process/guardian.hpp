#pragma once

#include "harness/base/result.hpp"

#include <string>
#include <sys/types.h>

namespace firedrill {

/// The small process that keeps a drill's promises when the runner is killed. It is the same
/// binary, in a session of its own, holding the read end of a pipe; when the runner dies the pipe
/// closes, and the guardian ends everything that the run had started, grandchildren included, and
/// goes.
///
/// Start it before the first child. Thread: any one.
class Guardian final {
 public:
  /// Starts `executable guardian RUN-ID STATE-FOLDER`. The error says what could not be started.
  [[nodiscard]] static Result<Guardian> start(const std::string& executable,
                                              const std::string& run_id);

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

/// The guardian's own main: waits for its runner to die or to dismiss it. Exit code 0, or 114 when
/// something could not be ended (said on stderr).
int guardian_main(const std::string& run_id);

}  // namespace firedrill
