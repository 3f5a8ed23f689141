#include "faults/model/redis_reader.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace firedrill {
namespace {

constexpr std::size_t kInlineMax = 64UL << 10U;  // Redis' own bound for a line
constexpr std::size_t kItemHeadMax = 32;
constexpr std::size_t kKeptMax = 64UL << 10U;
constexpr std::size_t kArgsKept = 1024;
constexpr std::int64_t kArgsMax = 1LL << 20U;  // Redis' own bound for one command
constexpr std::int64_t kBulkMax = 4LL << 30U;  // above proto-max-bulk-len's default
constexpr std::int64_t kElementsMax = 1LL << 32U;
constexpr std::size_t kDepthMax = 32;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void RedisCommandReader::begin() {
  state_ = State::inside;
  part_ = Part::first;
  line_.clear();
  args_.clear();
  kept_ = 0;
  in_array_ = false;
}

std::size_t RedisCommandReader::take(std::string_view bytes) {
  if (state_ == State::broken || bytes.empty()) return 0;
  if (state_ != State::inside) begin();
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ == State::inside) {
    const std::string_view rest = bytes.substr(taken);
    if (part_ == Part::first) {
      in_array_ = rest.front() == '*';
      part_ = Part::line;
    }
    taken += part_ == Part::line ? take_line(rest) : take_bulk(rest);
  }
  return taken;
}

std::size_t RedisCommandReader::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t length = std::min(end, bytes.size());
  if (line_.size() + length > (in_array_ ? kItemHeadMax : kInlineMax)) {
    state_ = State::broken;
    return 0;
  }
  line_.append(bytes.substr(0, length));
  if (end == std::string_view::npos) return length;
  end_line();
  line_.clear();
  return length + 1;
}

void RedisCommandReader::end_line() {
  const std::string_view line = without_return(line_);
  if (!in_array_) {
    split_inline();
    state_ = State::end;
    return;
  }
  const auto number = line.empty() ? std::nullopt : number_of(line.substr(1));
  if (!number) {
    state_ = State::broken;
  } else if (line.front() == '*') {
    args_left_ = static_cast<std::uint64_t>(std::max<std::int64_t>(0, *number));
    if (*number > kArgsMax) state_ = State::broken;
    if (*number <= 0) state_ = State::end;  // no command and no answer, as for Redis
  } else if (line.front() == '$' && *number >= 0 && *number <= kBulkMax) {
    bulk_left_ = static_cast<std::uint64_t>(*number) + 2;
    part_ = Part::bulk;
    if (args_.size() < kArgsKept) args_.emplace_back();
  } else {
    state_ = State::broken;
  }
}

std::size_t RedisCommandReader::take_bulk(std::string_view bytes) {
  const std::size_t length = std::min<std::uint64_t>(bulk_left_, bytes.size());
  const std::size_t of_text = bulk_left_ > 2 ? std::min<std::uint64_t>(bulk_left_ - 2, length) : 0;
  keep(bytes.substr(0, of_text));
  bulk_left_ -= length;
  if (bulk_left_ == 0) end_arg();
  return length;
}

void RedisCommandReader::keep(std::string_view bytes) {
  const std::size_t fits = std::min(bytes.size(), kKeptMax - kept_);
  args_.back().append(bytes.substr(0, fits));
  kept_ += fits;
}

void RedisCommandReader::end_arg() {
  if (args_.size() == 1) args_[0] = to_lower(args_[0]);
  part_ = Part::line;
  if (--args_left_ == 0) state_ = State::end;
}

void RedisCommandReader::split_inline() {
  std::string_view line = without_return(line_);
  while (args_.size() < kArgsKept) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty()) break;
    const char quote = line.front() == '"' || line.front() == '\'' ? line.front() : '\0';
    if (quote != '\0') line.remove_prefix(1);
    const std::size_t end =
        std::min(quote != '\0' ? line.find(quote) : line.find_first_of(" \t"), line.size());
    args_.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  if (!args_.empty()) args_[0] = to_lower(args_[0]);
}

std::size_t RedisReplyReader::take(std::string_view bytes) {
  if (state_ == State::broken || bytes.empty()) return 0;
  if (state_ != State::inside) {
    state_ = State::inside;
    is_push_ = bytes.front() == '>';
    line_.clear();
    levels_.clear();
  }
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ == State::inside) {
    const std::string_view rest = bytes.substr(taken);
    if (bulk_left_ > 0) {
      const std::size_t length = std::min<std::uint64_t>(bulk_left_, rest.size());
      bulk_left_ -= length;
      taken += length;
      if (bulk_left_ == 0) end_value();
      continue;
    }
    const std::size_t end = rest.find('\n');
    const std::size_t length = std::min(end, rest.size());
    // The head of a line is all that is looked at; a status or an error may be long.
    if (line_.size() < kItemHeadMax) line_.append(rest.substr(0, std::min(length, kItemHeadMax)));
    taken += length;
    if (end == std::string_view::npos) continue;
    ++taken;
    end_line();
    line_.clear();
  }
  return taken;
}

void RedisReplyReader::end_line() {
  const std::string_view line = without_return(line_);
  const char type = line.empty() ? '\0' : line.front();
  switch (type) {
    case '+':
    case '-':
    case ':':
    case '_':
    case '#':
    case ',':
    case '(':
      return end_value();
    default:
      break;
  }
  const auto number = line.empty() ? std::nullopt : number_of(line.substr(1));
  if (!number || *number > kElementsMax) {
    state_ = State::broken;
    return;
  }
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, *number));
  switch (type) {
    case '$':
    case '=':
    case '!':
      if (*number < 0) return end_value();
      bulk_left_ = count + 2;
      return;
    case '*':
    case '~':
    case '>':
      return open(count, true);
    case '%':
      return open(2 * count, true);
    case '|':
      return open(2 * count, false);
    default:
      state_ = State::broken;
  }
}

void RedisReplyReader::open(std::uint64_t elements, bool counts) {
  if (elements == 0) {
    if (counts) end_value();
    return;
  }
  if (levels_.size() >= kDepthMax) {
    state_ = State::broken;
    return;
  }
  levels_.push_back({elements, counts});
}

void RedisReplyReader::end_value() {
  while (!levels_.empty()) {
    if (--levels_.back().left > 0) return;
    const bool counts = levels_.back().counts;
    levels_.pop_back();
    if (!counts) return;  // what the attribute is about follows
  }
  state_ = is_push_ ? State::pushed : State::end;
}

}  // namespace firedrill
