#include "harness/expect/wording.hpp"

#include "harness/base/units.hpp"
#include "harness/spec/names.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace firedrill {

std::string counted(std::uint64_t count, std::string_view noun) {
  std::string text = std::to_string(count) + " " + std::string{noun};
  return count == 1 ? text : text + "s";
}

std::string part_of(std::uint64_t part, std::uint64_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole);
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "nothing";
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return to_text(Ratio{share}) + " (" + part_of(part, whole) + ")";
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.4g", value);
  return text.data();
}

std::string span_text(Offset from, Offset to) { return to_text(from) + " .. " + to_text(to); }

std::string bound_text(const spec::SloExpression& slo) {
  const std::string symbol = std::string{spec::symbol_of(slo.comparison)} + " ";
  switch (slo.aggregate) {
    case spec::SloExpression::Aggregate::quantile:
    case spec::SloExpression::Aggregate::mean:
    case spec::SloExpression::Aggregate::min:
    case spec::SloExpression::Aggregate::max:
      return symbol + to_text(from_seconds(slo.threshold));
    case spec::SloExpression::Aggregate::share:
    case spec::SloExpression::Aggregate::within:
      return symbol + to_text(Ratio{slo.threshold});
    case spec::SloExpression::Aggregate::per_second:
      return symbol + to_text(Rate{slo.threshold});
    case spec::SloExpression::Aggregate::count:
    case spec::SloExpression::Aggregate::apdex:
      break;
  }
  return symbol + number_text(slo.threshold);
}

std::string share_bound_text(spec::Comparison comparison, double share) {
  return std::string{spec::symbol_of(comparison)} + " " + to_text(Ratio{share});
}

}  // namespace firedrill
