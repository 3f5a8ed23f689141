#include "harness/text/canary_notes.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {

void CanaryNotes::read(Offset at, std::string_view text) {
  take(at, text.size(), search_canaries(text), std::nullopt);
}

void CanaryNotes::take(Offset at, std::size_t text_bytes, CanaryFinds finds,
                       const std::optional<PersonId>& asker) {
  ++texts;
  bytes += text_bytes;
  times.add(at);
  notes_not_kept += finds.not_kept;
  bytes_not_read += finds.not_read;
  for (CanaryFind& find : finds.finds) {
    if (notes.size() == kCanaryNotesMax) {
      ++notes_not_kept;
    } else {
      notes.push_back({std::move(find), at, asker});
    }
  }
}

void CanaryNotes::merge(CanaryNotes other) {
  texts += other.texts;
  bytes += other.bytes;
  times.merge(other.times);
  notes_not_kept += other.notes_not_kept;
  bytes_not_read += other.bytes_not_read;
  for (CanaryNote& note : other.notes) {
    if (notes.size() == kCanaryNotesMax) {
      ++notes_not_kept;
    } else {
      notes.push_back(std::move(note));
    }
  }
}

void TrafficCanaries::merge(TrafficCanaries other) {
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i].merge(other.sent[i]);
  for (const auto& [stream, count] : other.people) {
    std::uint64_t& most = people[stream];
    most = std::max(most, count);
  }
  for (CanaryNotes& source : other.sources) {
    const auto same = std::find_if(sources.begin(), sources.end(), [&](const CanaryNotes& known) {
      return known.place == source.place && known.name == source.name;
    });
    if (same == sources.end()) {
      sources.push_back(std::move(source));
    } else {
      same->merge(std::move(source));
    }
  }
}

}  // namespace firedrill
