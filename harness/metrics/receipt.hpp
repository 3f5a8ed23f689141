#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <string>

namespace firedrill {

inline constexpr std::size_t kReceiptsMax = 200'000;  ///< Of one stream on one thread.

/// What a client was told about one request: for expectations that hold the system to it.
struct Receipt {
  std::string correlation_id;  ///< That it was sent with; "" for none.
  std::string id;              ///< Taken out of the answer; "" when nothing was to be taken.
  Offset sent{0};
  Offset done{0};
  int status = 0;  ///< 0: nobody knows what became of it.
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

}  // namespace firedrill
