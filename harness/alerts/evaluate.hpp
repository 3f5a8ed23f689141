#pragma once

#include "harness/alerts/model/play.hpp"
#include "harness/alerts/model/rules.hpp"
#include "harness/metrics/alert_record.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace firedrill::alerts {

struct Inquiry {
  std::vector<std::string> rule_files;
  std::vector<std::string> made_rules;  ///< Texts of rule files that are in no file.
  Recording recording;
  std::vector<PlayPhase> phases;  ///< The first is the steady one.
  Duration scrape{0};             ///< Of production. Above 0.
  Duration eval{0};               ///< Of production. Above 0.
  Labels external_labels;
  std::set<std::string> expected;   ///< Alerts that an expectation names.
  std::set<std::string> annotated;  ///< Those whose annotations matter.
  bool strict = false;
  std::optional<std::size_t> broken;  ///< The first of `phases` with a fault.
  std::string promtool = "promtool";
  std::string run_id;  ///< Marks the processes as ours.
};

/// Plays the recording and lets Prometheus judge it. Blocks for as long as promtool takes: seconds
/// for hours. Writes into a folder of its own under the temporary folder, and removes it.
[[nodiscard]] AlertRecord evaluate(const Inquiry& inquiry);

/// Reads all files, and the texts that are in none; the error names the first that cannot be used.
[[nodiscard]] Result<std::vector<RuleGroup>> read_rules(const std::vector<std::string>& files,
                                                        const std::vector<std::string>& made = {});

}  // namespace firedrill::alerts
