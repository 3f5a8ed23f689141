#include "mocks/clinic/scoring_rules.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace firedrill::clinic {
namespace {

/// What a message can be about, and what that is worth.
struct Rule {
  std::string_view reason;
  int points;
  std::span<const std::string_view> keywords;  // as normalised() writes them
};

constexpr std::array<std::string_view, 11> kMajorTreatment{
    "all on 4",   "all on four", "all on 6", "all on six", "all on x",  "full arch",
    "full mouth", "implant",     "implants", "bone graft", "sinus lift"};
constexpr std::array<std::string_view, 10> kUrgency{"urgent", "urgently", "emergency", "asap",
                                                    "pain",   "painful",  "bleeding",  "swollen",
                                                    "today",  "tomorrow"};
constexpr std::array<std::string_view, 12> kBuyingIntent{
    "price",     "prices",      "cost",        "costs", "quote",        "offer",
    "financing", "instalments", "appointment", "book",  "consultation", "schedule"};

constexpr std::array<Rule, 3> kRules{{{"major treatment", 2, kMajorTreatment},
                                      {"urgency", 1, kUrgency},
                                      {"intent to buy", 1, kBuyingIntent}}};

constexpr int kBase = 2;
constexpr int kLowest = 1;
constexpr int kHighest = 5;
/// Somebody who cannot be called back is never a hot lead.
constexpr int kHighestWithoutPhone = 2;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Lower case, every run of blanks and punctuation as one blank, and a blank at both ends, so that
/// " word " finds whole words only. Bytes beyond ASCII belong to words.
std::string normalised(std::string_view text) {
  std::string out{" "};
  for (const char c : to_lower(text)) {
    const bool in_word =
        is_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) > 127;
    if (in_word) {
      out += c;
    } else if (out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

bool mentions(std::string_view text, std::span<const std::string_view> keywords) {
  return std::any_of(keywords.begin(), keywords.end(), [&](std::string_view keyword) {
    return text.find(" " + std::string{keyword} + " ") != std::string_view::npos;
  });
}

}  // namespace

std::string_view name_of(ScoreSource source) { return source == ScoreSource::ai ? "ai" : "rules"; }

LeadScore score_by_rules(const Lead& lead) {
  const std::string text = normalised(lead.message);
  LeadScore result{.score = kBase, .confidence = kRulesConfidence, .reason = "rules: "};
  std::string applied;
  for (const Rule& rule : kRules) {
    if (!mentions(text, rule.keywords)) continue;
    result.score += rule.points;
    applied += (applied.empty() ? "" : ", ") + std::string{rule.reason};
  }
  int highest = kHighest;
  if (!is_plausible_phone(lead.phone)) {
    highest = kHighestWithoutPhone;
    applied += (applied.empty() ? "" : ", ") + std::string{"phone number not usable"};
  }
  result.score = std::clamp(result.score, kLowest, highest);
  result.reason += applied.empty() ? "general enquiry" : applied;
  return result;
}

bool is_plausible_phone(std::string_view phone) {
  if (phone.starts_with('+')) {
    phone.remove_prefix(1);
  } else if (phone.starts_with("00")) {
    phone.remove_prefix(2);
  }
  constexpr std::string_view between = " .-()";
  const bool known = std::all_of(phone.begin(), phone.end(), [&](char c) {
    return is_digit(c) || between.find(c) != std::string_view::npos;
  });
  const auto digits = std::count_if(phone.begin(), phone.end(), is_digit);
  return known && digits >= 8 && digits <= 15;
}

}  // namespace firedrill::clinic
