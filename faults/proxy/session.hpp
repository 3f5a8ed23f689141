#pragma once

#include "faults/proxy/flow.hpp"
#include "faults/proxy/shared.hpp"
#include "harness/aio/byte_stream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One connection through a proxy, from its acceptance to its end. It stands in the proxy's list of
/// sessions as long as it is open.
///
/// Thread: that of the proxy.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<ProxyShared> shared, std::uint64_t number,
          boost::asio::ip::tcp::socket client);

  /// Meets the client, reaches the server, and begins to move bytes.
  static boost::asio::awaitable<void> set_up(std::shared_ptr<Session> self);

  void fault_added(ActiveFault& fault, TimePoint now);
  void fault_changed(const ActiveFault& fault);
  /// The fault begins or ends here when its share does now, or no more, pick this connection. True
  /// when retime() is due: it did, or the connection may have to wait no longer, or again.
  [[nodiscard]] bool share_changed(ActiveFault& fault, TimePoint now);
  /// Closes the connection when the fault has lost bytes of it.
  void fault_removed(const ActiveFault& fault);
  /// After any of these, and once the shared pipes are empty.
  void retime(TimePoint now);

  /// Ends the connection; nothing happens when it has ended.
  void close();
  void reset();

 private:
  using Status = ByteStream::Status;
  boost::asio::awaitable<bool> wait_for_turn();
  boost::asio::awaitable<bool> meet_client();
  boost::asio::awaitable<bool> handshake_with_client();
  boost::asio::awaitable<bool> reach_server();
  boost::asio::awaitable<bool> dial(std::vector<boost::asio::ip::tcp::endpoint> endpoints);
  boost::asio::awaitable<bool> encrypt_to_server();
  boost::asio::awaitable<Status> handshake(TlsStream& stream);
  bool no_way(std::string why);
  boost::asio::awaitable<void> sleep_until(TimePoint until);
  void begin();

  void wait_to_read(Flow& flow);
  void readable(Flow& flow);
  bool take(Flow& flow, std::string_view bytes);
  void sender_ended(Flow& flow);
  void perform_acts();
  void pump(Flow& flow);
  void go_on(Flow& flow, Flow::Step step);
  void wait_to_write(Flow& flow);
  void set_timer();
  void timer_fired();
  bool keep_deadlines(TimePoint now);
  void count_hits(Flow& flow);
  void count_hit(std::uint64_t fault, ProxyStage::Tally tally);
  [[nodiscard]] bool was_hit_by(std::uint64_t fault) const;
  [[nodiscard]] bool has_room(const Flow& flow) const;
  void end();

  std::shared_ptr<ProxyShared> shared_;
  std::uint64_t number_;
  TimePoint accepted_;
  std::unique_ptr<ByteStream> client_;
  std::unique_ptr<ByteStream> server_;
  boost::asio::ip::tcp::socket dialled_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> timer_at_;
  std::unique_ptr<Conversation> conversation_;
  std::vector<ProxyAct> acts_;
  std::optional<Flow> up_;  // unset until both ends are there
  std::optional<Flow> down_;
  std::vector<std::uint64_t> hit_by_;  // faults that have changed something here
  std::vector<ProxyChain::Hit> hits_;
  bool sleeping_ = false;  // until its turn comes
  bool decrypted_ = false;
  bool closing_ = false;  // a conversation has closed it: what is read does not matter any more
  bool ended_ = false;
};

}  // namespace firedrill
