#pragma once

#include "harness/load/sender.hpp"

namespace firedrill {

/// What libcurl's result means for a request; `os_error` is the errno of connecting. Internal to
/// the room.
[[nodiscard]] SendResult::Kind kind_of_curl(int code, long os_error);

/// What a transfer that is over tells beside its answer. `easy` is a CURL*.
[[nodiscard]] Exchange exchange_of_curl(void* easy);

}  // namespace firedrill
