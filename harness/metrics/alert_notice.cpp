#include "harness/metrics/alert_notice.hpp"

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::size_t kAlertsMax = 1000;

}  // namespace

const char* name_of(AlertNotice::Action action) {
  switch (action) {
    case AlertNotice::Action::trigger:
      return "trigger";
    case AlertNotice::Action::acknowledge:
      return "acknowledge";
    case AlertNotice::Action::resolve:
      return "resolve";
  }
  return "?";
}

std::vector<NoticedAlert> parse_notice_mark(std::string_view text) {
  std::vector<NoticedAlert> out;
  while (!text.empty() && out.size() < kAlertsMax) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos || colon + 1 == word.size()) continue;
    const std::string_view status = word.substr(0, colon);
    if (status != "firing" && status != "resolved") continue;
    out.push_back({std::string{word.substr(colon + 1)}, status == "firing"});
  }
  return out;
}

}  // namespace firedrill
