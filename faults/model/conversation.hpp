#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Which way bytes travel through a proxy.
enum class Direction : std::uint8_t {
  upstream,    ///< From the client to the server.
  downstream,  ///< From the server to the client.
};

/// One thing for a proxy to do to one side of a connection.
struct ProxyAct {
  enum class Kind : std::uint8_t {
    send,   ///< `bytes` on their way in `direction`.
    end,    ///< No more bytes in `direction` (a half close); the other goes on.
    close,  ///< Both sides end in an orderly way, once what was sent before is through.
    reset,  ///< RST to the client, now; the server's side closes.
  };
  Kind kind = Kind::send;
  Direction direction = Direction::downstream;
  std::string bytes;  ///< For send.
  TimePoint at;       ///< Not before; absolute, so that lateness does not add up.
};

/// Decides what becomes of the bytes of one connection through a proxy that speaks its protocol.
/// Pure: bytes and the time in, acts out. The proxy does the acts of one direction in their order,
/// and reads on from a side only while little is waiting in that direction (back-pressure).
///
/// A conversation may answer the client itself (an act downstream for which nothing went upstream).
/// What it does not understand it passes on unchanged and stays out of the way from then on.
///
/// One instance per connection; not thread-safe.
class Conversation {
 public:
  Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  virtual ~Conversation() = default;

  /// `bytes` arrived from the client (upstream) or from the server (downstream).
  /// @pre `now` never goes back. @post acts are appended to `acts`.
  virtual void received(Direction direction, std::string_view bytes, TimePoint now,
                        std::vector<ProxyAct>& acts) = 0;

  /// That side sends no more.
  virtual void ended(Direction direction, TimePoint now, std::vector<ProxyAct>& acts) = 0;
};

}  // namespace firedrill
