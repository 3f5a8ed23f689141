#pragma once

#include "faults/service_fault.hpp"

#include <memory>

namespace firedrill {

/// A private service that ends and starts again at once: a hit when both happened.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_restart(ServiceFaultRun::Context context);

/// A private service that ends, and starts again when the fault is healed. No lease: it ends with
/// the drill, whose promise to remove it stands.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_stop(ServiceFaultRun::Context context);

}  // namespace firedrill
