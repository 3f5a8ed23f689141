#include "harness/metrics/sweep.hpp"

namespace firedrill {

const char* name_of(Recovery recovery) {
  switch (recovery) {
    case Recovery::yes:
      return "yes";
    case Recovery::no:
      return "no";
    case Recovery::unknown:
      return "unknown";
  }
  return "";
}

std::optional<Ratio> SweepResult::highest() const {
  std::optional<Ratio> highest;
  for (const SweepLevel& level : levels) {
    if (level.recovery != Recovery::yes) break;
    highest = level.level;
  }
  return highest;
}

Verdict SweepResult::verdict() const {
  Verdict verdict = levels.empty() ? Verdict::inconclusive : Verdict::pass;
  for (const SweepLevel& level : levels) {
    if (level.level.value > at_least.value) continue;
    if (level.recovery == Recovery::no) return Verdict::fail;
    if (level.recovery == Recovery::unknown) verdict = Verdict::inconclusive;
  }
  // A sweep that was broken off before the level that is required has not shown it.
  const bool reached = !levels.empty() && levels.back().level.value >= at_least.value;
  return reached ? verdict : Verdict::inconclusive;
}

std::string to_text(const SweepResult& sweep) {
  const auto rate_at = [&](Ratio level) {
    return to_text(level) + " of " + to_text(sweep.capacity) + " (" +
           to_text(Rate{level.value * sweep.capacity.per_second}) + ")";
  };
  const auto highest = sweep.highest();
  std::string text =
      highest ? "recovers by itself up to " + rate_at(*highest) : "recovers by itself at no level";
  for (const SweepLevel& level : sweep.levels) {
    if (level.recovery == Recovery::yes) continue;
    text += "; at " + to_text(level.level) + ": " + level.why;
    break;
  }
  return text;
}

}  // namespace firedrill
