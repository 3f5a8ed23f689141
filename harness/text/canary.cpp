#include "harness/text/canary.hpp"

#include <cstddef>

namespace firedrill {
namespace {

constexpr std::string_view kPrefix = "zqv";
constexpr std::size_t kLetters = 10;
constexpr std::size_t kLength = kPrefix.size() + kLetters + 1;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Depends on every letter and on its place.
char check_letter(std::string_view letters) {
  unsigned sum = 7;
  for (const char c : letters) sum = sum * 5 + static_cast<unsigned>(c - 'a');
  return static_cast<char>('a' + (sum ^ (sum >> 4) ^ (sum >> 8)) % 16);
}

}  // namespace

std::string make_canary(Rng& rng) {
  std::string letters;
  for (std::size_t i = 0; i < kLetters; ++i) letters += static_cast<char>('a' + rng.below(16));
  return std::string{kPrefix} + letters + check_letter(letters);
}

bool is_canary(std::string_view word) {
  if (word.size() != kLength) return false;
  std::string lowered;
  for (const char c : word) lowered += lower(c);
  if (!lowered.starts_with(kPrefix)) return false;
  const std::string_view letters = std::string_view{lowered}.substr(kPrefix.size(), kLetters);
  for (const char c : letters) {
    if (c < 'a' || c > 'p') return false;
  }
  return lowered.back() == check_letter(letters);
}

std::vector<std::string> find_canaries(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i + kLength <= text.size(); ++i) {
    if (lower(text[i]) != 'z' || !is_canary(text.substr(i, kLength))) continue;
    std::string word;
    for (const char c : text.substr(i, kLength)) word += lower(c);
    found.push_back(std::move(word));
    i += kLength - 1;
  }
  return found;
}

}  // namespace firedrill
