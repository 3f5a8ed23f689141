#include "harness/run/privacy_watch.hpp"

#include "harness/text/person.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

/// Numbers are few: several people may share one.
constexpr std::size_t kOwnersMax = 8;

/// Whose each value is that was found.
class Owners {
 public:
  explicit Owners(const std::vector<CanaryNotes>& sources) {
    for (const CanaryNotes& source : sources) {
      for (const CanaryNote& note : source.notes) owners_.try_emplace(note.find.value);
    }
  }

  void look_through(std::uint64_t seed, const std::map<std::string, std::uint64_t>& people,
                    std::uint64_t people_max) {
    if (owners_.empty()) return;
    std::uint64_t left = people_max;
    for (const auto& [stream, count] : people) {
      complete_ = complete_ && count <= left;
      const std::uint64_t looked = std::min(count, left);
      for (std::uint64_t number = 0; number < looked; ++number) add(seed, {stream, number});
      left -= looked;
    }
  }

  /// Of several owners one of the stream that asked, if there is one: the kinder reading.
  [[nodiscard]] const PersonId* of(const CanaryNote& note) const {
    const auto& owners = owners_.at(note.find.value);
    if (owners.empty()) return nullptr;
    const auto same = std::find_if(owners.begin(), owners.end(), [&](const PersonId& owner) {
      return note.asker && owner.stream == note.asker->stream;
    });
    return same == owners.end() ? &owners.front() : &*same;
  }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  void add(std::uint64_t seed, const PersonId& id) {
    const Person person = person_of(seed, id);
    for (std::size_t kind = 0; kind < spec::kCanaryKinds; ++kind) {
      const auto found = owners_.find(canary_value(person, static_cast<spec::CanaryKind>(kind)));
      if (found != owners_.end() && found->second.size() < kOwnersMax) found->second.push_back(id);
    }
  }

  std::unordered_map<std::string, std::vector<PersonId>> owners_;
  bool complete_ = true;
};

std::string name_of_person(const PersonId& id) {
  return id.stream + " #" + std::to_string(id.number);
}

/// The stream of a series: "booking" of "booking.pay".
std::string stream_of_series(const std::string& series) {
  return series.substr(0, series.find('.'));
}

CanarySource canary_source_of(CanaryNotes notes, const Owners& owners) {
  CanarySource source;
  source.place = notes.place;
  source.name = std::move(notes.name);
  source.texts = notes.texts;
  source.bytes = notes.bytes;
  source.times = std::move(notes.times);
  source.hits_not_kept = notes.notes_not_kept;
  source.bytes_not_read = notes.bytes_not_read;
  const bool answers = source.place == spec::LeakPlace::other_answers;
  for (CanaryNote& note : notes.notes) {
    const bool number =
        note.find.kind == spec::CanaryKind::phone || note.find.kind == spec::CanaryKind::ssn;
    const PersonId* const owner = owners.of(note);
    if (owner == nullptr && number) {
      if (!owners.complete()) ++source.numbers_in_doubt;
      continue;
    }
    CanaryHit hit;
    hit.at = note.at;
    hit.kind = note.find.kind;
    hit.form = name_of(note.find.form);
    hit.person = owner == nullptr ? "somebody of another drill" : name_of_person(*owner);
    hit.stream = owner == nullptr ? "" : owner->stream;
    if (note.asker) hit.asker = name_of_person(*note.asker);
    if (answers) hit.asker_stream = stream_of_series(source.name);
    hit.excerpt = std::move(note.find.excerpt);
    source.hits.push_back(std::move(hit));
  }
  return source;
}

}  // namespace

bool watches_privacy(const spec::Scenario& scenario) {
  return std::any_of(scenario.expectations.begin(), scenario.expectations.end(),
                     [](const spec::Expectation& expectation) {
                       return std::holds_alternative<spec::PrivacyExpectation>(expectation.what);
                     });
}

PrivacyRecord privacy_record(std::uint64_t seed, TrafficCanaries traffic,
                             std::vector<CanaryNotes> others, std::uint64_t people_max) {
  std::vector<CanaryNotes> sources = std::move(others);
  for (CanaryNotes& source : traffic.sources) sources.push_back(std::move(source));
  Owners owners{sources};
  owners.look_through(seed, traffic.people, people_max);
  PrivacyRecord record;
  record.watched = true;
  record.sent = std::move(traffic.sent);
  for (const auto& [stream, count] : traffic.people) record.people += count;
  record.search_misses = missed_by_canary_search();
  for (CanaryNotes& source : sources) {
    record.sources.push_back(canary_source_of(std::move(source), owners));
  }
  return record;
}

}  // namespace firedrill
