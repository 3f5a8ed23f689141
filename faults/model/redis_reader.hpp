#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Finds where the commands of a Redis client end, and what they say: RESP arrays and inline
/// commands. Reads in pieces of any size; keeps at most 64 KiB of a command's arguments.
class RedisCommandReader {
 public:
  enum class State : std::uint8_t {
    start,  ///< Before a command.
    inside,
    end,     ///< After a command; see args().
    broken,  ///< Not the Redis protocol, or more than it allows.
  };

  /// Reads on, at most to the end of the command. Returns how many bytes it took: all, unless the
  /// state is `end` or `broken`. After an end, the next command begins.
  std::size_t take(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  /// What has been read of the command; the first is in lower case. Empty for a blank line, which
  /// has no answer. An argument that is longer than what is kept is cut.
  [[nodiscard]] const std::vector<std::string>& args() const { return args_; }

 private:
  enum class Part : std::uint8_t { first, line, bulk, after_bulk };

  void begin();
  std::size_t take_line(std::string_view bytes);
  std::size_t take_bulk(std::string_view bytes);
  void end_line();
  void end_arg();
  void split_inline();
  void keep(std::string_view bytes);

  State state_ = State::start;
  Part part_ = Part::first;
  std::string line_;
  std::vector<std::string> args_;
  std::size_t kept_ = 0;         // bytes of args_
  std::uint64_t args_left_ = 0;  // of an array
  std::uint64_t bulk_left_ = 0;
  bool in_array_ = false;
};

/// Finds where the answers of a Redis server end: RESP2 and RESP3, nested at most 32 deep. Reads in
/// pieces of any size and keeps nothing of them.
class RedisReplyReader {
 public:
  enum class State : std::uint8_t {
    start,
    inside,
    end,     ///< After an answer to a command.
    pushed,  ///< After a push (RESP3): no answer to anything.
    broken,
  };

  /// As RedisCommandReader::take().
  std::size_t take(std::string_view bytes);

  [[nodiscard]] State state() const { return state_; }
  /// Whether what is read, or has just been, is a push.
  [[nodiscard]] bool is_push() const { return is_push_; }

 private:
  void end_line();
  void open(std::uint64_t elements, bool counts);
  void end_value();

  struct Level {
    std::uint64_t left = 0;
    bool counts = true;  // false for an attribute, which precedes a value and is none
  };

  State state_ = State::start;
  bool is_push_ = false;
  std::string line_;
  std::vector<Level> levels_;
  std::uint64_t bulk_left_ = 0;  // with its line end
};

}  // namespace firedrill
