#include "harness/load/canary_ear.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

/// Everything of a request that a system can read.
std::string text_of_request(const OutgoingRequest& request) {
  std::string text = request.path + "\n";
  for (const std::string& header : request.headers) text += header + "\n";
  text += request.cookies + "\n" + request.body;
  for (const BodyPiece& piece : request.pieces) text += "\n" + piece.text;
  return text;
}

std::string text_of_answer(const SendResult& result) {
  std::string text;
  if (result.header_lines != nullptr) {
    for (const std::string& line : *result.header_lines) text += line + "\n";
  }
  if (result.body != nullptr) text += *result.body;
  return text;
}

}  // namespace

void CanaryEar::sent(const OutgoingRequest& request, Offset at) {
  std::array<bool, spec::kCanaryKinds> carried{};
  for (const CanaryFind& find : search_canaries(text_of_request(request)).finds) {
    carried.at(static_cast<std::size_t>(find.kind)) = true;
  }
  bool any = false;
  for (std::size_t kind = 0; kind < carried.size(); ++kind) {
    if (carried[kind]) heard_.sent[kind].add(at);
    any = any || carried[kind];
  }
  if (!any || !request.person) return;
  std::uint64_t& people = heard_.people[request.person->stream];
  people = std::max(people, request.person->number + 1);
}

CanaryNotes& CanaryEar::source(spec::LeakPlace place, const std::string& series) {
  for (CanaryNotes& known : heard_.sources) {
    if (known.place == place && known.name == series) return known;
  }
  CanaryNotes fresh;
  fresh.place = place;
  fresh.name = series;
  return heard_.sources.emplace_back(std::move(fresh));
}

CanaryFinds CanaryEar::of_others(CanaryFinds finds, const std::optional<PersonId>& asker) const {
  if (!asker || finds.finds.empty()) return finds;
  const Person own = person_of(seed_, *asker);
  std::erase_if(finds.finds,
                [&](const CanaryFind& find) { return find.value == canary_value(own, find.kind); });
  return finds;
}

void CanaryEar::answered(const std::string& series, const std::optional<PersonId>& asker,
                         const SendResult& result, Offset at) {
  const std::string text = text_of_answer(result);
  CanaryFinds finds = search_canaries(text);
  finds.not_read += result.body_lost;
  if (result.status >= 400) {
    source(spec::LeakPlace::error_bodies, series).take(at, text.size(), finds, asker);
  }
  source(spec::LeakPlace::other_answers, series)
      .take(at, text.size(), of_others(finds, asker), asker);
}

}  // namespace firedrill
