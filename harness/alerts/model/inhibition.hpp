#pragma once

#include "harness/alerts/model/promql.hpp"
#include "harness/base/result.hpp"
#include "harness/metrics/alert_record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::alerts {

/// While an alert that fits `source` fires, Alertmanager sends nothing about those that fit
/// `target`, if both have the same values of the labels in `equal`.
struct InhibitRule {
  std::vector<Matcher> source;
  std::vector<Matcher> target;
  std::vector<std::string> equal;
};

/// The inhibit_rules of an Alertmanager's configuration, in the old spelling (source_match) and the
/// new.
[[nodiscard]] Result<std::vector<InhibitRule>> parse_inhibit_rules(std::string_view config);

/// `severity="warning", service=~"api|web"`, with or without braces around. The error says what is
/// no matcher.
[[nodiscard]] Result<std::vector<Matcher>> parse_matchers(std::string_view text);

/// Writes into each timeline by which other it was suppressed for as long as it fired. As in
/// Alertmanager, a label that is missing is the same as an empty one, so that `equal: [service]`
/// holds between alerts that have no such label; and an alert does not inhibit itself.
void mark_suppressed(std::vector<AlertTimeline>& timelines, const std::vector<InhibitRule>& rules);

}  // namespace firedrill::alerts
