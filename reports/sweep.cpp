#include "reports/sweep.hpp"

#include "reports/clean.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const SweepLevel& level, const Clean& clean) {
  return {{"level", level.level.value},           {"rate_per_s", level.rate.per_second},
          {"recovered", name_of(level.recovery)}, {"why", clean(level.why)},
          {"exit_code", level.exit_code},         {"out_dir", clean(level.out_dir)}};
}

const char* word_of(Recovery recovery) {
  switch (recovery) {
    case Recovery::yes:
      return "recovers";
    case Recovery::no:
      return "does NOT recover";
    case Recovery::unknown:
      return "unknown";
  }
  return "";
}

}  // namespace

std::string to_json(const SweepResult& sweep, const Redactor& secrets) {
  const Clean clean{secrets};
  const auto highest = sweep.highest();
  Json json;
  json["schema"] = "firedrill.sweep/1";
  json["scenario"] = clean(sweep.scenario);
  json["stream"] = clean(sweep.stream);
  json["capacity_per_s"] = sweep.capacity.per_second;
  json["measured"] = clean(sweep.measured);
  json["at_least"] = sweep.at_least.value;
  json["highest"] = highest ? Json(highest->value) : Json(nullptr);
  json["verdict"] = name_of(sweep.verdict());
  json["levels"] = Json::array();
  for (const SweepLevel& level : sweep.levels) json["levels"].push_back(json_of(level, clean));
  return json.dump(2) + "\n";
}

std::string sweep_text(const SweepResult& sweep, const Redactor& secrets) {
  const Clean clean{secrets};
  std::string text = "\nSWEEP " + clean.line(sweep.scenario) + ": " + clean.line(sweep.stream) +
                     " at levels of " + to_text(sweep.capacity) +
                     (sweep.measured.empty() ? "" : ", measured: " + clean.line(sweep.measured)) +
                     "\n";
  for (const SweepLevel& level : sweep.levels) {
    text +=
        fmt::format("  {:>7}  {:>9}  {}{}\n", to_text(level.level), to_text(level.rate),
                    word_of(level.recovery), level.why.empty() ? "" : ": " + clean.line(level.why));
  }
  return text + "  " + clean.line(to_text(sweep)) + "; required: " + to_text(sweep.at_least) +
         ": " + name_of(sweep.verdict()) + "\n";
}

}  // namespace firedrill
