#include "mocks/clinic/webhooks/dead_letters.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::clinic {

bool DeadLetters::add(DeadLetter letter) {
  if (letters_.size() >= capacity_) {
    ++refused_;
    return false;
  }
  letters_.emplace(next_++, Kept{std::move(letter)});
  return true;
}

std::optional<DeadLetters::Claim> DeadLetters::claim(std::uint64_t from, std::uint64_t end) {
  for (auto at = letters_.lower_bound(from); at != letters_.lower_bound(end); ++at) {
    if (at->second.claimed) continue;
    at->second.claimed = true;
    return Claim{at->first, at->second.letter};
  }
  return std::nullopt;
}

void DeadLetters::done(std::uint64_t number) { letters_.erase(number); }

void DeadLetters::failed(std::uint64_t number, std::string reason) {
  const auto found = letters_.find(number);
  if (found == letters_.end()) return;
  found->second.claimed = false;
  found->second.letter.reason = std::move(reason);
  ++found->second.letter.attempts;
}

std::string DeadLetters::json() const {
  using nlohmann::ordered_json;
  ordered_json items = ordered_json::array();
  for (const auto& [number, kept] : letters_) {
    items.push_back({{"id", kept.letter.event.id},
                     {"provider", name_of(kept.letter.sender)},
                     {"reason", kept.letter.reason},
                     {"attempts", kept.letter.attempts}});
  }
  const ordered_json body{{"items", std::move(items)}};
  return dump(body);
}

}  // namespace firedrill::clinic
