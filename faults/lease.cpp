#include "faults/lease.hpp"

#include "faults/descriptors.hpp"
#include "faults/process_state.hpp"
#include "harness/base/overloaded.hpp"

#include <cerrno>
#include <cstring>
#include <signal.h>
#include <unistd.h>

namespace firedrill {
namespace {

Result<void> carry_out_one(const ContinueProcess& undo) {
  const ProcessId& process = undo.process;
  if (!process.alive()) return {};  // nobody is left to go on
  if (::kill(process.pid, SIGCONT) != 0) {
    return Error{"process " + std::to_string(process.pid) + " could not be continued (" +
                 std::strerror(errno) + "); do it by hand: kill -CONT " +
                 std::to_string(process.pid)};
  }
  if (wait_until_running(process)) return {};
  return Error{"process " + std::to_string(process.pid) +
               " is still stopped after SIGCONT; somebody else stops it: see /proc/" +
               std::to_string(process.pid) + "/status"};
}

Result<void> carry_out_one(const RemoveFile& undo) {
  if (::unlink(undo.path.c_str()) == 0 || errno == ENOENT) return {};
  return Error{"the file " + undo.path + " could not be removed (" + std::strerror(errno) +
               "); do it by hand: rm " + undo.path};
}

Result<void> carry_out_one(const RestoreLimit& undo) {
  if (!undo.process.alive()) return {};
  const auto restored = set_descriptor_limit(undo.process, undo.limit);
  const auto now = descriptor_limit(undo.process);
  if (now && *now == undo.limit) return {};
  if (!undo.process.alive()) return {};
  const std::string pid = std::to_string(undo.process.pid);
  return Error{
      (restored ? "process " + pid + " keeps its descriptor limit" : restored.error().message) +
      "; do it by hand: prlimit --pid " + pid + " --nofile=" + std::to_string(undo.limit) + ":"};
}

Result<void> carry_out_one(const ServiceUndo& undo) { return carry_out(undo); }

}  // namespace

std::string to_text(const Undo& undo) {
  return std::visit(Overloaded{
                        [](const ContinueProcess& process) {
                          return "process " + std::to_string(process.process.pid) + " goes on";
                        },
                        [](const RemoveFile& file) { return "removed " + file.path; },
                        [](const RestoreLimit& limit) {
                          return "process " + std::to_string(limit.process.pid) +
                                 " may open files up to descriptor " + std::to_string(limit.limit) +
                                 " again";
                        },
                        [](const ServiceUndo& service) { return to_text(service); },
                    },
                    undo);
}

Result<void> carry_out(const Undo& undo) {
  return std::visit([](const auto& one) { return carry_out_one(one); }, undo);
}

}  // namespace firedrill
