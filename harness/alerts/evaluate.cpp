#include "harness/alerts/evaluate.hpp"

#include "harness/alerts/model/closed_form.hpp"
#include "harness/alerts/model/lints.hpp"
#include "harness/alerts/model/plan.hpp"
#include "harness/alerts/model/test_file.hpp"
#include "harness/alerts/model/timeline.hpp"
#include "harness/process/run_tool.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdlib.h>
#include <utility>

namespace firedrill::alerts {
namespace {

namespace fs = std::filesystem;

/// Three days of samples take seconds, and minutes on a machine with other things to do.
constexpr Duration kPatience = std::chrono::minutes{10};
constexpr std::uint64_t kSamplesMax = 10'000'000;
constexpr std::uintmax_t kFileMax = 4 * 1024 * 1024;
constexpr std::int64_t kTicksMax = 20'000;

/// A folder that goes with its owner.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "firedrill-alerts-XXXXXX").string();
    if (::mkdtemp(pattern.data())) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Path of the new file, or "" when it could not be written.
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    if (path_.empty()) return "";
    const fs::path path = path_ / name;
    std::ofstream out{path, std::ios::binary};
    out << text;
    out.close();
    return out ? path.string() : "";
  }

 private:
  fs::path path_;
};

Result<std::string> read_file(const std::string& path) {
  std::error_code ec;
  if (!fs::is_regular_file(path, ec)) return Error{path + ": there is no such file"};
  if (fs::file_size(path, ec) > kFileMax) return Error{path + ": a rule file may have 4 MiB"};
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return Error{path + ": cannot be read"};
  return text.str();
}

/// "promtool 2.42.0+ds"
Result<std::string> engine_of(const Inquiry& inquiry) {
  const auto run = run_tool({inquiry.promtool, "--version"}, inquiry.run_id, kPatience);
  if (!run) {
    return Error{"promtool, which evaluates alert rules, cannot be started (" +
                 run.error().message + "): apt-get install prometheus"};
  }
  for (const auto* lines : {&run->out, &run->err}) {
    for (const std::string& line : *lines) {
      const std::size_t at = line.find("version ");
      if (at == std::string::npos) continue;
      return "promtool " + line.substr(at + 8, line.find(' ', at + 8) - at - 8);
    }
  }
  return Error{inquiry.promtool + " --version does not say which version it is"};
}

PlayPlan plan_for(const Inquiry& inquiry, const RunClass& run) {
  return {inquiry.phases, run.spacing, run.reach + run.spacing, run.eval};
}

/// What would be too much for promtool or for us; "" when all is well.
std::string too_much(const Inquiry& inquiry, const RunClass& run) {
  Duration length{0};
  for (const PlayPhase& phase : inquiry.phases) {
    length += std::max(phase.length, phase.to - phase.from);
  }
  if (length / run.eval > kTicksMax) {
    return "a play of " + to_text(length) + " has more than 20,000 evaluations: shorten play.hold";
  }
  const auto samples =
      static_cast<std::uint64_t>(length / run.spacing) * inquiry.recording.series.size();
  return samples > kSamplesMax ? "the play has more than 10,000,000 samples: shorten play.hold"
                               : "";
}

Result<std::vector<AlertTimeline>> run_class(const Inquiry& inquiry, const RunClass& run,
                                             const Scratch& scratch) {
  if (const std::string much = too_much(inquiry, run); !much.empty()) return Error{much};
  const Played played = play(inquiry.recording, plan_for(inquiry, run));
  TestFile test;
  test.eval = run.eval;
  test.external_labels = inquiry.external_labels;
  for (const std::string& name : inquiry.annotated) {
    const bool here = std::find(run.alerts.begin(), run.alerts.end(), name) != run.alerts.end();
    if (here) test.annotated.push_back(name);
  }
  if (run.whole) {
    for (const std::string& file : inquiry.rule_files) {
      test.rule_files.push_back(fs::absolute(file).string());
    }
    for (std::size_t i = 0; i < inquiry.made_rules.size(); ++i) {
      const std::string name = "made-" + std::to_string(i) + ".yml";
      test.rule_files.push_back(scratch.write(name, inquiry.made_rules[i]));
    }
  } else {
    test.rule_files.push_back(scratch.write("rules.json", rules_json(run.groups)));
  }
  const std::string file = scratch.write("test.yml", test_file_text(played, test));
  const bool unwritten =
      std::find(test.rule_files.begin(), test.rule_files.end(), "") != test.rule_files.end();
  if (file.empty() || unwritten) {
    return Error{"the temporary folder cannot be written to"};
  }
  const auto tool = run_tool({inquiry.promtool, "test", "rules", file}, inquiry.run_id, kPatience);
  if (!tool) return tool.error();
  const Answers answers = parse_answers(tool->err);
  if (!answers.errors.empty()) return Error{"promtool: " + answers.errors.front()};
  const bool silent = answers.alerts.empty() && tool->how != "exit code 0";
  if (silent) return Error{"promtool ended with " + tool->how + " and said nothing"};
  return timelines_of(answers, {played.lead_in(), run.eval, played.length()});
}

/// Another run may have been asked for the same alert: its own interval decides who answers.
bool counts(const AlertRecord& record, const RunClass& run, const AlertTimeline& timeline) {
  if (std::find(run.alerts.begin(), run.alerts.end(), timeline.alert) == run.alerts.end()) {
    return false;
  }
  return std::none_of(record.timelines.begin(), record.timelines.end(),
                      [&](const AlertTimeline& known) {
                        return known.alert == timeline.alert && known.labels == timeline.labels;
                      });
}

void record_rules(AlertRecord& record, const Inquiry& inquiry, const std::vector<RuleGroup>& groups,
                  const Lints& lints) {
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (rule.alert.empty()) continue;
      AlertRuleRecord out;
      out.alert = rule.alert;
      out.labels = rule.labels;
      out.place = group.file + ":" + std::to_string(rule.line);
      out.hold = rule.hold;
      const auto blind = lints.blind.find(rule.alert);
      if (blind != lints.blind.end()) out.blind = blind->second;
      if (inquiry.broken) {
        const PlayPhase& steady = inquiry.phases.front();
        const PlayPhase& broken = inquiry.phases[*inquiry.broken];
        const Prediction prediction =
            predict(rule, groups, inquiry.recording, {steady.from, steady.to},
                    {plateau_of(broken), broken.to});
        out.predicted = prediction.fires;
        out.predicted_never = prediction.never;
      }
      record.rules.push_back(std::move(out));
    }
  }
}

void record_phases(AlertRecord& record, const Inquiry& inquiry) {
  Offset at{0};
  for (const PlayPhase& phase : inquiry.phases) {
    const Duration recorded = phase.to - phase.from;
    const Offset to = at + std::max(recorded, phase.length);
    record.phases.push_back({phase.name, at, to, recorded});
    at = to;
  }
}

}  // namespace

Result<std::vector<RuleGroup>> read_rules(const std::vector<std::string>& files,
                                          const std::vector<std::string>& made) {
  std::vector<RuleGroup> groups;
  for (const std::string& file : files) {
    const auto text = read_file(file);
    if (!text) return text.error();
    auto parsed = parse_rules(*text, file);
    if (!parsed) return parsed.error();
    for (RuleGroup& group : *parsed) groups.push_back(std::move(group));
  }
  for (const std::string& text : made) {
    auto parsed = parse_rules(text, "made for an objective");
    if (!parsed) return parsed.error();
    for (RuleGroup& group : *parsed) groups.push_back(std::move(group));
  }
  return groups;
}

AlertRecord evaluate(const Inquiry& inquiry) {
  AlertRecord record;
  record.asked = true;
  record.scrape = inquiry.scrape;
  record.eval = inquiry.eval;
  record_phases(record, inquiry);
  const auto fail = [&record](const std::string& why) {
    record.timelines.clear();
    record.unusable = why;
    return record;
  };
  const auto groups = read_rules(inquiry.rule_files, inquiry.made_rules);
  if (!groups) return fail(groups.error().message);
  const auto engine = engine_of(inquiry);
  if (!engine) return fail(engine.error().message);
  record.engine = *engine;
  const std::vector<RunClass> classes = classes_of(*groups, inquiry.scrape, inquiry.eval);
  const PlayPlan plan{inquiry.phases, inquiry.scrape, Duration{0}, inquiry.eval};
  Lints lints = lint({*groups, inquiry.recording, plan, inquiry.expected, inquiry.strict});
  record.findings = std::move(lints.findings);
  record_rules(record, inquiry, *groups, lints);
  const Scratch scratch;
  for (const RunClass& run : classes) {
    auto timelines = run_class(inquiry, run, scratch);
    if (!timelines) return fail(timelines.error().message);
    record.lead_in = std::max(record.lead_in, run.reach);
    for (AlertTimeline& timeline : *timelines) {
      if (counts(record, run, timeline)) record.timelines.push_back(std::move(timeline));
    }
  }
  return record;
}

}  // namespace firedrill::alerts
