#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/expectation.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill {

// How numbers read in findings.

/// "1 call", "12 calls"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);
/// "3 of 1200"
[[nodiscard]] std::string part_of(std::uint64_t part, std::uint64_t whole);
/// "0.25 % (3 of 1200)"; "nothing" when whole is 0.
[[nodiscard]] std::string share_text(std::uint64_t part, std::uint64_t whole);
/// Four significant digits at most: "12.5", "1200".
[[nodiscard]] std::string number_text(double value);
/// "5.00 s .. 9.00 s"
[[nodiscard]] std::string span_text(Offset from, Offset to);
/// "< 500 ms", ">= 99 %", "== 0", "> 40/s": the bound of an SLO with the unit of its quantity.
[[nodiscard]] std::string bound_text(const spec::SloExpression& slo);
/// ">= 99 %"
[[nodiscard]] std::string share_bound_text(spec::Comparison comparison, double share);

}  // namespace firedrill
