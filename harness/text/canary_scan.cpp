#include "harness/text/canary_scan.hpp"

#include "harness/base/strings.hpp"
#include "harness/text/canary.hpp"

#include <array>

namespace firedrill {
namespace {

constexpr std::size_t kWordLength = 15;
/// "+1 (201) 555-0134" has most.
constexpr std::size_t kGroupsMax = 4;
constexpr std::size_t kSeparatorsMax = 3;
/// "0012015550134"
constexpr std::size_t kDigitsMax = 13;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_separator(char c) {
  const std::string_view separators = " -.()/+";
  return separators.find(c) != std::string_view::npos;
}

/// Puts groups of digits together to numbers.
class NumberGroups {
 public:
  NumberGroups(std::string_view text, const CanarySeen& seen) : text_{text}, seen_{seen} {}

  /// A whole run of digits, [from, to).
  void group(std::size_t from, std::size_t to) {
    if (count_ > 0 && !joined(groups_[count_ - 1].second, from)) count_ = 0;
    if (count_ == kGroupsMax) {
      for (std::size_t i = 1; i < kGroupsMax; ++i) groups_[i - 1] = groups_[i];
      --count_;
    }
    groups_[count_++] = {from, to};
    judge();
  }

 private:
  [[nodiscard]] bool joined(std::size_t end, std::size_t next) const {
    if (next - end > kSeparatorsMax) return false;
    for (std::size_t i = end; i < next; ++i) {
      if (!is_separator(text_[i])) return false;
    }
    return true;
  }

  /// Every number that ends with the last group.
  void judge() const {
    std::string digits;
    for (std::size_t i = count_; i-- > 0;) {
      const auto [from, to] = groups_[i];
      if (digits.size() + (to - from) > kDigitsMax) return;
      digits.insert(0, text_.substr(from, to - from));
      tell(digits, from);
    }
  }

  void tell(const std::string& digits, std::size_t from) const {
    if (is_canary_ssn(digits)) seen_(spec::CanaryKind::ssn, digits, from);
    std::string phone = digits;
    if (phone.size() == 13 && phone.starts_with("001")) phone.erase(0, 2);
    if (phone.size() == 10) phone.insert(0, "1");
    if (is_canary_phone(phone)) seen_(spec::CanaryKind::phone, std::move(phone), from);
  }

  std::string_view text_;
  const CanarySeen& seen_;
  std::array<std::pair<std::size_t, std::size_t>, kGroupsMax> groups_{};
  std::size_t count_ = 0;
};

}  // namespace

void scan_canaries(std::string_view text, const CanarySeen& seen) {
  NumberGroups numbers{text, seen};
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_digit(c)) {
      const std::size_t from = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      numbers.group(from, at);
      continue;
    }
    if ((c == 'z' || c == 'Z') && is_canary(text.substr(at, kWordLength))) {
      std::string word = to_lower(text.substr(at, kWordLength));
      const spec::CanaryKind kind = kind_of_canary(word);
      seen(kind, std::move(word), at);
      at += kWordLength;
      continue;
    }
    ++at;
  }
}

}  // namespace firedrill
