#pragma once

#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What was read of the system's own state. A reading that was cut at a bound is no evidence.

inline constexpr std::size_t kStateRowsMax = 50'000;                   ///< Of one reading.
inline constexpr std::size_t kStateValueMax = 300;                     ///< Bytes of one value.
inline constexpr std::size_t kStateBytesMax = std::size_t{16} << 20U;  ///< Of one answer.

/// The rows of one reading at one time.
struct StateRows {
  /// By field; unset where the row has none, or null. Texts as they are, all else as JSON.
  using Row = std::vector<std::optional<std::string>>;
  std::vector<Row> rows;
  std::uint64_t not_kept = 0;  ///< Rows beyond a bound, or with a value beyond it.
  std::string failure;         ///< Why there is nothing, as a sentence; "" for a reading.
  friend bool operator==(const StateRows&, const StateRows&) = default;
};

struct StateRecord {
  std::string name;
  std::string source;  ///< "GET /api/events", "SELECT …", "LRANGE dlq 0 -1"
  std::vector<std::string> fields;
  std::optional<StateRows> before;  ///< Unset when the scenario does not want it.
  StateRows after;
  Offset at{0};             ///< When `after` was asked for: what came later need not be in it.
  std::uint64_t reads = 0;  ///< After the drill; 0 when it never came to that.
  bool settled = false;     ///< Nothing had changed for as long as the scenario asks.
  Duration settling{0};     ///< From the end of the load to `at`.

  /// Where a field's value stands in a row; unset for a field that it does not have.
  [[nodiscard]] std::optional<std::size_t> field(std::string_view wanted) const {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i] == wanted) return i;
    }
    return std::nullopt;
  }
  friend bool operator==(const StateRecord&, const StateRecord&) = default;
};

}  // namespace firedrill
