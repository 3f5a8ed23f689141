#pragma once

#include <string>
#include <string_view>

namespace firedrill::clinic {

/// A person who asked about a treatment. Personal data: never logged.
struct Lead {
  std::string phone;
  std::string name;  ///< May be empty.
  std::string message;
};

/// Who scored a lead.
enum class ScoreSource { ai, rules };

/// "ai" or "rules".
[[nodiscard]] std::string_view name_of(ScoreSource source);

/// How much a lead is worth calling back soon.
struct LeadScore {
  int score = 1;          ///< 1 (cold) .. 5 (hot).
  double confidence = 0;  ///< 0..1
  std::string reason;
};

/// Confidence of every score by the rules: below the AI's lowest, so that the two can be told
/// apart.
inline constexpr double kRulesConfidence = 0.7;

/// The fallback: a score from what the message mentions and whether the person can be called back.
/// The reason names the rules that applied, never the lead's own words. Pure, and needs no
/// dependency.
[[nodiscard]] LeadScore score_by_rules(const Lead& lead);

/// 8 to 15 digits, with "+", "00" or nothing before them and blanks, dots, dashes or parentheses
/// between them.
[[nodiscard]] bool is_plausible_phone(std::string_view phone);

}  // namespace firedrill::clinic
