#include "mocks/clinic/mask.hpp"

#include "harness/base/strings.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace firedrill::clinic {
namespace {

constexpr std::string_view kNameMask = "[name]";

/// Letters and digits, and all of what is not ASCII.
bool is_word_byte(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// `text` without the whole words that are `word`; `word` is in lower case.
std::string without_word(const std::string& text, const std::string& word) {
  const std::string lower = to_lower(text);
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool whole = (at == 0 || !is_word_byte(text[at - 1])) &&
                       (end == text.size() || !is_word_byte(text[end]));
    if (at < done || !whole) continue;
    out.append(text, done, at - done).append(kNameMask);
    done = end;
  }
  return out.append(text, done);
}

std::string without_name(std::string text, std::string_view name) {
  const std::string lower = to_lower(name);
  for (auto begin = lower.begin(); begin != lower.end();) {
    const auto end = std::find_if_not(begin, lower.end(), is_word_byte);
    if (end - begin >= 2) text = without_word(text, std::string{begin, end});
    begin = std::find_if(end, lower.end(), is_word_byte);
  }
  return text;
}

}  // namespace

std::string masked(std::string text, std::string_view name) {
  static const RE2 email{R"([^\s@]+@[^\s@]+\.[^\s@]+)"};
  static const RE2 social_security{R"(\b\d{3}-\d{2}-\d{4}\b)"};
  static const RE2 long_number{R"(\+?\d[\d ().-]{6,}\d)"};
  RE2::GlobalReplace(&text, email, "[email]");
  RE2::GlobalReplace(&text, social_security, "[ssn]");
  RE2::GlobalReplace(&text, long_number, "[number]");
  return without_name(std::move(text), name);
}

}  // namespace firedrill::clinic
