#pragma once

#include "harness/base/tick_counts.hpp"
#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What probes saw while the drill ran. Values are kept as they change, so that a quiet system costs
// nothing however often it is asked; every bound counts what it turned away.

inline constexpr std::size_t kPollsMax = 100'000;        ///< Of one probe: seven hours at 250 ms.
inline constexpr std::size_t kTrackPointsMax = 400'000;  ///< Of one probe, all its values together.
inline constexpr std::size_t kTrackTextMax = 200;        ///< Longer texts are not kept.
inline constexpr std::size_t kLogHitsMax = 100'000;      ///< Of one expectation.
inline constexpr std::size_t kLogTextMax = 400;          ///< Bytes kept of one line.

/// One question to the system, and how it ended.
struct Poll {
  Offset asked{0};
  Offset at{0};         ///< Answered, or given up.
  int status = 0;       ///< HTTP status; 0 without an answer.
  std::string failure;  ///< Why there was no answer that can be read; "" for one.
  [[nodiscard]] bool answered() const { return status != 0; }
  friend bool operator==(const Poll&, const Poll&) = default;
};

/// A value from one poll on, until the next point.
struct TrackPoint {
  std::uint32_t poll = 0;  ///< Index into ProbeRecord::polls.
  bool present = true;     ///< False: it was there before and is no more.
  double number = 0;       ///< Of a series, or of JSON that is a number.
  std::string text;        ///< Of JSON: the value as JSON. "" for series.
  friend bool operator==(const TrackPoint&, const TrackPoint&) = default;
};

/// One value of what a probe reads: a series `name{label="x"}`, labels in alphabetical order, or a
/// JSON Pointer.
struct Track {
  std::string name;
  std::vector<TrackPoint> points;  ///< In order; the first when it was first seen.
  bool whole = true;               ///< False when points were lost at the bound.
  /// The value that the last poll up to `poll` saw; nullptr when it was not there.
  [[nodiscard]] const TrackPoint* at(std::uint32_t poll) const;
  friend bool operator==(const Track&, const Track&) = default;
};

struct ProbeRecord {
  std::string name;
  std::string kind;  ///< "health", "metrics", "breakers", "resources"
  std::string url;
  std::vector<Poll> polls;  ///< In order of asking.
  std::vector<Track> tracks;
  std::uint64_t answered = 0;  ///< Polls with an HTTP answer, whatever its status.
  std::uint64_t failed = 0;    ///< Polls without one.
  std::uint64_t polls_not_kept = 0;
  std::uint64_t tracks_not_kept = 0;
  std::uint64_t points_not_kept = 0;

  [[nodiscard]] const Track* track(std::string_view track_name) const;
  friend bool operator==(const ProbeRecord&, const ProbeRecord&) = default;
};

/// A line of the system's log that an expectation looks for.
struct LogHit {
  Offset at{0};      ///< When it was read.
  std::string text;  ///< Of some; "" for the others, to save memory.
  friend bool operator==(const LogHit&, const LogHit&) = default;
};

struct LogWatch {
  std::string expectation;  ///< Its name.
  std::vector<LogHit> hits;
  std::uint64_t not_kept = 0;
  friend bool operator==(const LogWatch&, const LogWatch&) = default;
};

/// What was read of the system's log.
struct LogRecord {
  bool read = false;  ///< False for a system whose log we do not see.
  std::uint64_t lines = 0;
  std::vector<LogWatch> watches;
  TickCounts times{};  ///< Of all lines.
  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

}  // namespace firedrill
