#pragma once

#include "harness/base/result.hpp"
#include "harness/process/run_state.hpp"

#include <cstdint>

namespace firedrill {

// How many files another process may have open: the soft limit of RLIMIT_NOFILE, which is one above
// the highest descriptor that it may be given. Lowering it closes nothing.

/// The error says why it cannot be known: the process is gone, or belongs to somebody else.
[[nodiscard]] Result<std::uint64_t> descriptor_limit(const ProcessId& process);

/// Sets the soft limit; the hard one stays, so that it can be set back.
[[nodiscard]] Result<void> set_descriptor_limit(const ProcessId& process, std::uint64_t limit);

/// Descriptors below `limit` that it has not open just now.
[[nodiscard]] Result<std::uint64_t> free_descriptors(const ProcessId& process, std::uint64_t limit);

/// The limit at which just `leave` are free, as far as what is open now goes.
[[nodiscard]] Result<std::uint64_t> limit_that_leaves(const ProcessId& process,
                                                      std::uint64_t leave);

}  // namespace firedrill
