#pragma once

#include "faults/model/conversation.hpp"
#include "faults/model/proxy_chain.hpp"
#include "faults/proxy/proxy.hpp"
#include "harness/aio/byte_stream.hpp"
#include "harness/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One direction of one connection: from where bytes come, what waits, and to where it goes. Knows
/// how to queue and to write, not when.
class Flow {
 public:
  enum class Step : std::uint8_t {
    idle,     ///< Nothing is due; see next_at().
    blocked,  ///< The receiver takes no more at the moment.
    ended,    ///< The receiver knows that no more will come.
    close,    ///< A fault or a conversation wants the connection closed now.
    reset,    ///< … or reset.
    broken,   ///< The receiver is gone.
  };

  Flow(Direction direction, ByteStream& from, ByteStream& to, ProxyChain chain,
       ProxyCounts::Bytes& counts, std::size_t& queued_by_all);
  ~Flow();
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  [[nodiscard]] Direction direction() const { return direction_; }
  [[nodiscard]] ByteStream& from() { return from_; }
  [[nodiscard]] ByteStream& to() { return to_; }
  [[nodiscard]] ProxyChain& chain() { return chain_; }

  /// Nothing waits and nothing would have to: bytes may go from hand to hand.
  [[nodiscard]] bool is_clear() const { return queue_.empty() && chain_.empty() && !writing; }
  /// Hands bytes on at once as far as the receiver takes them, and queues the rest. @pre is_clear()
  Step hand_on(std::string_view bytes, TimePoint (*clock)());

  /// Puts it through the faults, and into the queue.
  void add(std::string_view bytes, TimePoint at);
  /// The same of an end.
  void add(Parcel::Kind kind, TimePoint at);
  /// Into the queue as it is.
  void add_untouched(Parcel::Kind kind, TimePoint at);

  /// Writes what is due.
  Step write_due(TimePoint now);
  /// When the next parcel is due; unset when none waits, or until a fault is healed.
  [[nodiscard]] std::optional<TimePoint> next_at() const;
  [[nodiscard]] bool has_queue() const { return !queue_.empty(); }
  /// What the queue takes of memory.
  [[nodiscard]] std::size_t held() const { return held_; }

  /// The faults have changed: all that waits is timed again.
  void retime(TimePoint now);

  void note_received(std::size_t bytes) { counts_.received += bytes; }

  bool reading = false;      ///< Somebody waits for the sender …
  bool writing = false;      ///< … or for the receiver.
  bool read_ended = false;   ///< The sender has said that it will send no more.
  bool write_ended = false;  ///< The receiver has been told.

 private:
  struct Queued {
    Parcel parcel;
    std::string bytes;
    std::size_t written = 0;
  };
  void push(const Parcel& parcel, std::string_view bytes);
  void pop();
  void put(const Parcel& parcel, std::string_view bytes);

  Direction direction_;
  ByteStream& from_;
  ByteStream& to_;
  ProxyChain chain_;
  ProxyCounts::Bytes& counts_;
  std::size_t& queued_by_all_;
  std::deque<Queued> queue_;
  std::size_t held_ = 0;
  std::vector<Parcel> planned_;
};

}  // namespace firedrill
