#pragma once

#include "harness/scenario/shape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenario {

// Expectations on privacy, on resources, and on what must come by itself.

[[nodiscard]] std::vector<Field> evidence_fields();
[[nodiscard]] std::vector<std::string> evidence_kinds();
[[nodiscard]] std::vector<Rule> evidence_rules();
/// What a probe of resources looks at.
[[nodiscard]] ShapePtr resources_probe_shape();

// Upper bounds; "<=" may stand before them.

/// "1MiB/min": bytes a second. Up to 1 TiB a time.
[[nodiscard]] Result<double> parse_growth(std::string_view text);
inline constexpr std::string_view kGrowthPattern =
    R"(^\s*(<=)?\s*\d+(\.\d+)?\s*(B|KB|MB|GB|KiB|MiB|GiB)\s*/\s*(s|min|h)\s*$)";
/// "200MiB": bytes.
[[nodiscard]] Result<double> parse_memory(std::string_view text);
inline constexpr std::string_view kMemoryPattern =
    R"(^\s*(<=)?\s*\d+(\.\d+)?\s*(B|KB|MB|GB|KiB|MiB|GiB)\s*$)";
/// "80%" of one core: 0.8. Up to 100,000 %.
[[nodiscard]] Result<double> parse_cpu(std::string_view text);
inline constexpr std::string_view kCpuPattern = R"(^\s*(<=)?\s*\d{1,6}(\.\d{1,6})?\s*%\s*$)";

}  // namespace firedrill::scenario
