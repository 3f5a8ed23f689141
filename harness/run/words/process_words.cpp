#include "harness/base/time.hpp"
#include "harness/run/words/fault_words.hpp"

namespace firedrill {
namespace {

using Kind = spec::ProcessFault::Kind;

std::string describe(const spec::ProcessFault& fault) {
  switch (fault.kind) {
    case Kind::pause:
      return "stop it with SIGSTOP";
    case Kind::kill:
      return "kill it with SIGKILL";
    case Kind::restart:
      return "end it with SIGTERM and start it again";
    case Kind::slow_start:
      return "end it with SIGTERM, start it again and hold it meanwhile";
    case Kind::descriptors:
      return "leave it " + std::to_string(fault.leave) + " descriptors";
    case Kind::clock:
      return "set its clock " + to_text(fault.skew < Duration{0} ? -fault.skew : fault.skew) +
             (fault.skew < Duration{0} ? " behind" : " ahead");
  }
  return "";
}

std::string undo_of(Kind kind) {
  switch (kind) {
    case Kind::pause:
      return "SIGCONT, by the guardian too when the runner is killed";
    case Kind::kill:
      return "starting it again, until it is ready";
    case Kind::restart:
      return "waiting until it is ready";
    case Kind::slow_start:
      return "SIGCONT, and waiting until it is ready";
    case Kind::descriptors:
      return "its old limit, by the guardian too when the runner is killed";
    case Kind::clock:
      return "setting it right, or the end of the system";
  }
  return "";
}

const char* counted_by(Kind kind) {
  if (kind == Kind::descriptors) return "looks";
  return kind == Kind::clock ? "readings" : "processes";
}

}  // namespace

FaultWords words_of(const spec::ProcessFault& fault) {
  const bool ours = fault.pid_file.empty();
  return {.target = ours ? "the system" : "the process of " + fault.pid_file,
          .does = describe(fault),
          .reach = ours ? "every process of the system that the drill starts"
                        : "the one process whose pid stands in " + fault.pid_file,
          .undo = undo_of(fault.kind),
          .counted = counted_by(fault.kind)};
}

}  // namespace firedrill
