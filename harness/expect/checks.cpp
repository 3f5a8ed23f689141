#include "harness/expect/checks.hpp"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::array<std::string_view, 5> kBases{"/checks", "/dependencies", "/components",
                                                 "/details", "/services"};
/// In order of preference.
constexpr std::array<std::string_view, 4> kStates{"status", "state", "healthy", "ok"};

bool holds_checks(const ProbeRecord& record, std::string_view base) {
  const std::string prefix = std::string{base} + "/";
  return std::any_of(record.tracks.begin(), record.tracks.end(),
                     [&](const Track& track) { return track.name.starts_with(prefix); });
}

std::string base_of(const ProbeRecord& record, std::string_view given) {
  if (!given.empty()) return std::string{given};
  for (const std::string_view base : kBases) {
    if (holds_checks(record, base)) return std::string{base};
  }
  return "";
}

/// How well the rest of a pointer behind a check's name tells its state: 0 is best, -1 not at all.
int rank_of(std::string_view rest, bool nested_only) {
  if (rest.empty()) return nested_only ? -1 : 0;
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (rest.substr(1) == kStates[i]) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::vector<Check> checks_of(const ProbeRecord& record, std::string_view base) {
  const std::string prefix = base_of(record, base) + "/";
  // At the top of a document stand the time and the version, too: only objects are checks there.
  const bool nested_only = prefix == "/";
  std::vector<Check> checks;
  std::vector<int> ranks;
  for (const Track& track : record.tracks) {
    if (!track.name.starts_with(prefix)) continue;
    const std::string_view tail = std::string_view{track.name}.substr(prefix.size());
    const std::size_t slash = tail.find('/');
    const std::string name{tail.substr(0, slash)};
    const int rank =
        rank_of(slash == std::string_view::npos ? "" : tail.substr(slash), nested_only);
    if (rank < 0) continue;
    const auto known = std::find_if(checks.begin(), checks.end(),
                                    [&](const Check& check) { return check.name == name; });
    if (known == checks.end()) {
      checks.push_back({name, &track});
      ranks.push_back(rank);
    } else if (int& best = ranks[static_cast<std::size_t>(known - checks.begin())]; rank < best) {
      best = rank;
      known->track = &track;
    }
  }
  return checks;
}

std::string said_at(const Track& track, std::uint32_t poll) {
  const TrackPoint* const point = track.at(poll);
  if (point == nullptr) return "nothing";
  const std::string& text = point->text;
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace firedrill
