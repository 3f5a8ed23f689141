#include "harness/expect/alert_labels.hpp"

#include "harness/text/match.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace firedrill {

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ", ";
    out += name;
    out += "=\"";
    out += value;
    out += "\"";
  }
  return "{" + out + "}";
}

std::string wanted_text(const spec::ValueMatch& match) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : " and ") + text; };
  if (match.equals) {
    const auto* text = std::get_if<std::string>(&*match.equals);
    add("\"" + (text ? *text : std::string{}) + "\"");
  }
  if (match.matches) add("/" + *match.matches + "/");
  if (match.exists) add(*match.exists ? "there" : "not there");
  return out;
}

bool fits(const std::map<std::string, std::string>& labels,
          const spec::AlertExpectation::LabelMatch& wanted) {
  const auto found = labels.find(wanted.name);
  std::optional<std::string_view> text;
  if (found != labels.end()) text = found->second;
  return TextMatcher{wanted.value}.matches(text);
}

bool fits_all(const std::map<std::string, std::string>& labels,
              const std::vector<spec::AlertExpectation::LabelMatch>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& one) { return fits(labels, one); });
}

}  // namespace firedrill
