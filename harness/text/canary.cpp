#include "harness/text/canary.hpp"

#include "harness/base/assert.hpp"

#include <cstddef>
#include <cstdint>

namespace firedrill {
namespace {

constexpr std::string_view kPrefix = "zqv";
constexpr std::size_t kLetters = 10;
/// Where the letter stands that tells the kind; the check letter follows.
constexpr std::size_t kKindAt = kPrefix.size() + kLetters;
constexpr std::size_t kLength = kKindAt + 2;

/// For numbers there are no words.
char letter_of(spec::CanaryKind kind) {
  return kind == spec::CanaryKind::name ? 'a' : kind == spec::CanaryKind::email ? 'b' : 'c';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Depends on every letter and on its place.
char check_letter(std::string_view letters) {
  unsigned sum = 7;
  for (const char c : letters) sum = sum * 5 + static_cast<unsigned>(c - 'a');
  return static_cast<char>('a' + (sum ^ (sum >> 4) ^ (sum >> 8)) % 16);
}

/// All but the prefix and the check letter.
std::string_view letters_of(std::string_view word) {
  return word.substr(kPrefix.size(), kLetters + 1);
}

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

unsigned number_of(std::string_view digits) {
  unsigned number = 0;
  for (const char c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
  return number;
}

/// Of the seven digits before it.
unsigned check_of_ssn(std::string_view digits) {
  return (number_of(digits.substr(0, 7)) % 1'000'003U) * 37U % 97U;
}

std::string two_digits(std::uint64_t number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string make_canary(Rng& rng) {
  std::string word{kPrefix};
  for (std::size_t i = 0; i < kLetters; ++i) word += static_cast<char>('a' + rng.below(16));
  word += letter_of(spec::CanaryKind::free_text);
  return word + check_letter(letters_of(word));
}

std::string canary_for(std::string_view word, spec::CanaryKind kind) {
  FD_ASSERT(is_canary(word));
  std::string other{word};
  other[kKindAt] = letter_of(kind);
  other.back() = check_letter(letters_of(other));
  return other;
}

spec::CanaryKind kind_of_canary(std::string_view word) {
  FD_ASSERT(is_canary(word));
  const char letter = lower(word[kKindAt]);
  if (letter == letter_of(spec::CanaryKind::name)) return spec::CanaryKind::name;
  if (letter == letter_of(spec::CanaryKind::email)) return spec::CanaryKind::email;
  return spec::CanaryKind::free_text;
}

std::string make_ssn(Rng& rng) {
  const std::string area = "9" + two_digits(rng.below(100));
  const std::string group = two_digits(1 + rng.below(49));
  const std::string serial = two_digits(1 + rng.below(99));
  std::string digits = area;
  digits += group;
  digits += serial;
  return area + "-" + group + "-" + serial + two_digits(check_of_ssn(digits));
}

bool is_canary_ssn(std::string_view digits) {
  if (digits.size() != 9 || !all_digits(digits) || digits.front() != '9') return false;
  const unsigned group = number_of(digits.substr(3, 2));
  if (group < 1 || group > 49 || digits.substr(5, 2) == "00") return false;
  return number_of(digits.substr(7)) == check_of_ssn(digits);
}

bool is_canary_phone(std::string_view digits) {
  if (digits.size() != 11 || !all_digits(digits)) return false;
  return digits.front() == '1' && digits[1] >= '2' && digits.substr(4, 5) == "55501";
}

bool is_canary(std::string_view word) {
  if (word.size() != kLength) return false;
  std::string lowered;
  for (const char c : word) lowered += lower(c);
  if (!lowered.starts_with(kPrefix)) return false;
  const std::string_view letters = letters_of(lowered);
  for (const char c : letters) {
    if (c < 'a' || c > 'p') return false;
  }
  return letters.back() <= 'c' && lowered.back() == check_letter(letters);
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
