#include "harness/observe/log_watcher.hpp"

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kTextsOfSecond = 5;

}  // namespace

void LogWatcher::watch(const std::string& expectation, const spec::LogExpectation& log) {
  Watch watch;
  if (log.matches) {
    spec::ValueMatch pattern;
    pattern.matches = log.matches;
    watch.pattern.emplace(pattern);
  }
  if (!log.json.empty()) {
    spec::ResponseMatch fields;
    fields.json = log.json;
    watch.json.emplace(fields);
  }
  watches_.push_back(std::move(watch));
  record_.watches.push_back({expectation, {}, 0});
}

bool LogWatcher::Watch::fits(const std::string& text) const {
  if (pattern && !pattern->matches(text)) return false;
  if (!json) return true;
  ResponseMatcher::View view;
  view.body = &text;
  return json->matches(view);
}

void LogWatcher::line(Offset at, const std::string& text) {
  ++record_.lines;
  record_.times.add(at);
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    Watch& watch = watches_[i];
    if (!watch.fits(text)) continue;
    LogWatch& kept = record_.watches[i];
    if (kept.hits.size() == kLogHitsMax) {
      ++kept.not_kept;
      continue;
    }
    const Offset second = std::chrono::floor<std::chrono::seconds>(at);
    if (std::exchange(watch.second, second) != second) watch.texts = 0;
    const bool keep_text = watch.texts++ < kTextsOfSecond;
    kept.hits.push_back({at, keep_text ? text.substr(0, kLogTextMax) : ""});
  }
}

}  // namespace firedrill
