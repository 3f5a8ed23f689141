#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/expectation.hpp"

#include <string>
#include <string_view>

namespace firedrill::scenario {

/// "STREAM.METRIC.AGGREGATE OP VALUE", such as "score.response.p95 < 500ms". STREAM may be '*' or
/// left out for all streams together. Units are mandatory wherever a value has one. Whether the
/// stream exists is for the caller to see.
[[nodiscard]] Result<spec::SloExpression> parse_slo(std::string_view text);

/// What parse_slo() accepts, for the schema.
[[nodiscard]] std::string slo_pattern();

/// One line of k6's `thresholds`: a metric of k6, with a `{stream:NAME}` tag or none, and
/// "p(95)<500" or the like. Times are milliseconds, as in k6.
[[nodiscard]] Result<spec::SloExpression> parse_k6_threshold(std::string_view metric,
                                                             std::string_view threshold);

/// True when both have the form that the patterns below describe, whether they go together or not.
[[nodiscard]] bool has_k6_form(std::string_view metric, std::string_view threshold);

/// "http_req_duration{stream:score}"
inline constexpr std::string_view kK6MetricPattern =
    R"(^(http_req_duration|http_req_failed|http_reqs|dropped_iterations|checks))"
    R"((\{stream:[a-z][a-z0-9_-]*\})?$)";
/// "p(95)<500"
inline constexpr std::string_view kK6ThresholdPattern =
    R"(^\s*(p\(\s*\d{1,2}(\.\d{1,6})?\s*\)|avg|min|max|med|rate|count))"
    R"(\s*(<=|>=|===|==|!=|<|>)\s*\d{1,12}(\.\d{1,9})?\s*$)";

}  // namespace firedrill::scenario
