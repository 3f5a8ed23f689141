#include "faults/model/http_pick.hpp"

#include "harness/text/glob.hpp"

#include <algorithm>

namespace firedrill {
namespace {

bool all_match(const std::vector<std::pair<std::string, TextMatcher>>& wanted,
               const HttpPickMatcher::Lookup& lookup) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const std::optional<std::string> value = lookup(one.first);
    return one.second.matches(value ? std::optional<std::string_view>{*value} : std::nullopt);
  });
}

}  // namespace

HttpPickMatcher::HttpPickMatcher(const spec::HttpPick& pick)
    : methods_{pick.methods}, path_{pick.path} {
  for (const auto& [name, value] : pick.query) query_.emplace_back(name, TextMatcher{value});
  for (const auto& [name, value] : pick.headers) headers_.emplace_back(name, TextMatcher{value});
}

bool HttpPickMatcher::matches(const View& request) const {
  const bool method_fits = methods_.empty() || std::find(methods_.begin(), methods_.end(),
                                                         request.method) != methods_.end();
  if (!method_fits) return false;
  if (!path_.empty() && !glob_matches(path_, request.path)) return false;
  return all_match(query_, request.query) && all_match(headers_, request.header);
}

}  // namespace firedrill
