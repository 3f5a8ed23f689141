#pragma once

#include "harness/spec/wire_fault.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Finds where the messages of PostgreSQL's protocol 3.0 end, and keeps the first 64 KiB of their
/// bodies. Reads in pieces of any size.
class PostgresReader {
 public:
  enum class State : std::uint8_t {
    start,
    inside,
    end,     ///< After a message; see type() and body().
    broken,  ///< Not the protocol.
  };

  /// Messages before the session have no type: those of a client until expect_typed().
  static PostgresReader of_client() { return PostgresReader{false}; }
  static PostgresReader of_server() { return PostgresReader{true}; }
  /// What follows has a type.
  void expect_typed() { typed_ = true; }

  /// Reads on, at most to the end of the message. Returns how many bytes it took: all, unless the
  /// state is `end` or `broken`. After an end, the next message begins.
  std::size_t take(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  /// The type and the length are known.
  [[nodiscard]] bool has_head() const { return head_.size() == head_size(); }
  [[nodiscard]] char type() const { return typed_ && !head_.empty() ? head_.front() : '\0'; }
  /// Bytes of the whole message. @pre has_head()
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// What has been read of the body, without type and length.
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  explicit PostgresReader(bool typed) : typed_{typed} {}
  [[nodiscard]] std::size_t head_size() const { return typed_ ? 5 : 4; }
  void end_head();

  bool typed_;
  State state_ = State::start;
  std::string head_;
  std::string body_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
};

/// The number in four bytes, big end first; 0 when there are fewer.
[[nodiscard]] std::uint32_t postgres_int32(std::string_view bytes);
/// A text that ends with a zero; moves `bytes` behind it.
[[nodiscard]] std::string_view take_postgres_text(std::string_view& bytes);
/// A field of an ErrorResponse: 'C' is the SQLSTATE, 'M' the message; "" when it has none.
[[nodiscard]] std::string_view postgres_error_field(std::string_view body, char field);

/// A whole message.
[[nodiscard]] std::string postgres_message(char type, std::string_view body);
/// The ErrorResponse that PostgreSQL 15 sends for such a fault. `tag` is the statement, for the
/// errors that name it. @pre the fault is one that is told
[[nodiscard]] std::string postgres_error(spec::PostgresFault::Kind kind, std::string_view tag);

// A statement that fails inside the server wherever a statement may stand, and how its error is
// recognised: so the server itself spoils the transaction and skips to the next Sync.
inline constexpr std::string_view kFailingStatement = "SELECT firedrill_fault";
[[nodiscard]] bool is_failing_statements_error(std::string_view body);

}  // namespace firedrill
