#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>

namespace firedrill::spec {

/// A process that something is done to.
struct ProcessFault {
  enum class Kind {
    pause,    ///< SIGSTOP; undone by SIGCONT.
    kill,     ///< SIGKILL; undone by starting it again, so only for a system that the drill starts.
    restart,  ///< SIGTERM, SIGKILL when that is not enough, and started again at once; the same.
    slow_start,   ///< The same, but the new process is held until the fault is over.
    descriptors,  ///< It may open `leave` descriptors more, and no further ones.
    clock,        ///< Its clock is wrong by `skew`; only for a system that the drill starts.
  };
  Kind kind = Kind::pause;
  std::string pid_file;  ///< The process whose pid stands there; "" for the system under drill.
  std::uint32_t leave = 0;
  Duration skew{0};  ///< Above 0: its clock is ahead.
};

}  // namespace firedrill::spec
