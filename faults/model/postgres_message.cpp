#include "faults/model/postgres_message.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kBodyKept = 64UL << 10U;
constexpr std::uint32_t kUntypedMax = 10'000;    // PostgreSQL's own bound for a start-up packet
constexpr std::uint32_t kTypedMax = 1UL << 30U;  // its bound for any message
constexpr std::uint32_t kLengthSize = 4;         // the length counts itself

using Kind = spec::PostgresFault::Kind;

struct ErrorText {
  std::string_view severity;
  std::string_view code;
  std::string_view message;
  std::string_view hint;
  std::string_view file;
  std::string_view line;
  std::string_view routine;
};

/// PostgreSQL's own words and places in its source (15).
ErrorText text_of(Kind kind) {
  switch (kind) {
    case Kind::too_many_connections:
      return {"FATAL", "53300",      "sorry, too many clients already", "", "proc.c",
              "359",   "InitProcess"};
    case Kind::starting_up:
      return {"FATAL",
              "57P03",
              "the database system is starting up",
              "",
              "postmaster.c",
              "2405",
              "ProcessStartupPacket"};
    case Kind::disk_full:
      return {"ERROR",
              "53100",
              "could not extend file \"base/16384/16385\": No space left on device",
              "Check free disk space.",
              "md.c",
              "466",
              "mdextend"};
    case Kind::statement_timeout:
      return {"ERROR",
              "57014",
              "canceling statement due to statement timeout",
              "",
              "postgres.c",
              "3319",
              "ProcessInterrupts"};
    case Kind::admin_shutdown:
      return {"FATAL",
              "57P01",
              "terminating connection due to administrator command",
              "",
              "postgres.c",
              "3313",
              "ProcessInterrupts"};
    case Kind::read_only:
      return {"ERROR",
              "25006",
              "cannot execute # in a read-only transaction",
              "",
              "utility.c",
              "414",
              "PreventCommandIfReadOnly"};
    case Kind::latency:
    case Kind::slow_rows:
    case Kind::cut_rows:
      break;
  }
  detail::assert_failed("a fault that is told", __FILE__, __LINE__);
}

void add_field(std::string& body, char field, std::string_view text) {
  if (text.empty()) return;
  body.push_back(field);
  body.append(text);
  body.push_back('\0');
}

}  // namespace

std::uint32_t postgres_int32(std::string_view bytes) {
  if (bytes.size() < 4) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::size_t PostgresReader::take(std::string_view bytes) {
  if (state_ == State::broken || bytes.empty()) return 0;
  if (state_ != State::inside) {
    state_ = State::inside;
    head_.clear();
    body_.clear();
  }
  std::size_t taken = 0;
  if (!has_head()) {
    taken = std::min(head_size() - head_.size(), bytes.size());
    head_.append(bytes.substr(0, taken));
    if (!has_head()) return taken;
    end_head();
    if (state_ != State::inside) return taken;
  }
  const std::size_t length = std::min<std::uint64_t>(left_, bytes.size() - taken);
  body_.append(bytes.substr(taken, std::min(length, kBodyKept - body_.size())));
  left_ -= length;
  if (left_ == 0) state_ = State::end;
  return taken + length;
}

void PostgresReader::end_head() {
  const std::uint32_t length = postgres_int32(std::string_view{head_}.substr(typed_ ? 1 : 0));
  if (length < kLengthSize || length > (typed_ ? kTypedMax : kUntypedMax)) {
    state_ = State::broken;
    return;
  }
  left_ = length - kLengthSize;
  size_ = left_ + head_size();
  if (left_ == 0) state_ = State::end;
}

std::string_view take_postgres_text(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const std::string_view text = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  return text;
}

std::string_view postgres_error_field(std::string_view body, char field) {
  while (!body.empty() && body.front() != '\0') {
    const char seen = body.front();
    body.remove_prefix(1);
    const std::string_view text = take_postgres_text(body);
    if (seen == field) return text;
  }
  return "";
}

std::string postgres_message(char type, std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size()) + kLengthSize;
  std::string message{type};
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    message.push_back(static_cast<char>(length >> shift & 0xFFU));
  return message.append(body);
}

std::string postgres_error(Kind kind, std::string_view tag) {
  const ErrorText text = text_of(kind);
  std::string message{text.message};
  if (const std::size_t place = message.find('#'); place != std::string::npos)
    message.replace(place, 1, tag);
  std::string body;
  add_field(body, 'S', text.severity);
  add_field(body, 'V', text.severity);
  add_field(body, 'C', text.code);
  add_field(body, 'M', message);
  add_field(body, 'H', text.hint);
  add_field(body, 'F', text.file);
  add_field(body, 'L', text.line);
  add_field(body, 'R', text.routine);
  body.push_back('\0');
  return postgres_message('E', body);
}

bool is_failing_statements_error(std::string_view body) {
  return postgres_error_field(body, 'C') == "42703" &&
         postgres_error_field(body, 'M').find("firedrill_fault") != std::string_view::npos;
}

}  // namespace firedrill
