#pragma once

#include "harness/base/tick_counts.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/privacy.hpp"
#include "harness/text/canary_search.hpp"
#include "harness/text/person.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

inline constexpr std::size_t kCanaryNotesMax = 5000;  ///< Finds of one source.

/// A canary, where and when it was found.
struct CanaryNote {
  CanaryFind find;
  Offset at{0};
  std::optional<PersonId> asker;  ///< Of an answer: whom it was for, when that was a person.
};

/// What was read of one source while a drill ran, and the canaries in it. They stand here as they
/// are: whoever makes a result of it leaves their values out. Bounded; pure; not thread-safe.
struct CanaryNotes {
  spec::LeakPlace place = spec::LeakPlace::logs;
  std::string name;         ///< Of the probe, the mock or the stream; "" for the log.
  std::uint64_t texts = 0;  ///< Lines, answers, requests.
  std::uint64_t bytes = 0;
  TickCounts times;  ///< Of the texts.
  std::vector<CanaryNote> notes;
  std::uint64_t notes_not_kept = 0;
  std::uint64_t bytes_not_read = 0;

  /// Searches a text and notes what is in it.
  void read(Offset at, std::string_view text);
  /// Counts a text that was searched already, and notes those of its finds that `finds` still has.
  void take(Offset at, std::size_t text_bytes, CanaryFinds finds,
            const std::optional<PersonId>& asker);
  /// @pre the same source
  void merge(CanaryNotes other);
};

/// What traffic carried, and what came back.
struct TrafficCanaries {
  /// Requests that carried each kind, found in them by the same search: that it finds what is there
  /// has been seen in this very drill.
  std::array<TickCounts, spec::kCanaryKinds> sent;
  /// Of each stream that carried canaries: the highest number of a person, and one.
  std::map<std::string, std::uint64_t> people;
  std::vector<CanaryNotes> sources;  ///< Answers, by stream and place.

  void merge(TrafficCanaries other);
};

}  // namespace firedrill
