#include "harness/run/inject/victims.hpp"

#include "faults/process_state.hpp"

namespace firedrill {

Result<std::vector<ProcessId>> victims_of(const spec::ProcessFault& fault,
                                          const SystemUnderDrill& system) {
  if (fault.pid_file.empty()) {
    if (system.group() == 0) {
      return Error{"the system was not started by the drill; name its process by a pid_file"};
    }
    return processes_of_group(system.group());
  }
  const auto one = process_of_pid_file(fault.pid_file);
  if (!one) return one.error();
  return std::vector{*one};
}

}  // namespace firedrill
