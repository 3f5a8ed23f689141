#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// How a search for the breaking point ended.
enum class SearchEnd : std::uint8_t {
  found,            ///< The knee holds, the next rate breaks, and they lie within the precision.
  never_broke,      ///< Even the highest rate held.
  broke_at_once,    ///< The lowest rate broke already.
  generator_limit,  ///< The generator gave out before the system did.
  out_of_time,      ///< The phase was over first.
};
[[nodiscard]] const char* name_of(SearchEnd end);

/// One window of a search.
struct BreakpointStep {
  Offset start{0};
  Rate rate;
  std::uint64_t planned = 0;
  std::uint64_t sent = 0;
  bool held = false;
  std::string why;  ///< What broke, or what the generator could not do; "" when it held.
  friend bool operator==(const BreakpointStep&, const BreakpointStep&) = default;
};

/// What a search for the breaking point of a stream found.
struct BreakpointRecord {
  std::string stream;
  std::vector<BreakpointStep> steps{};
  SearchEnd end = SearchEnd::out_of_time;
  std::optional<Rate> knee{};      ///< Highest rate that held.
  std::optional<Rate> broke_at{};  ///< Lowest rate that broke.
  friend bool operator==(const BreakpointRecord&, const BreakpointRecord&) = default;
};

/// "812/s; breaks at 820/s: response.p95 was 231 ms", or why no knee was found.
[[nodiscard]] std::string to_text(const BreakpointRecord& record);

}  // namespace firedrill
