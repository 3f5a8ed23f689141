#pragma once

#include "harness/base/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill {

/// A port that can be refused, left without an answer, and opened again: it stays ours meanwhile.
///
/// Thread: that of `io`.
class Port final {
 public:
  using Accepted = std::function<void(boost::asio::ip::tcp::socket)>;

  /// `accepted` gets each connection; `starved` is called for each that had to be turned away for
  /// want of a descriptor.
  Port(boost::asio::io_context& io, Accepted accepted, std::function<void()> starved);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  /// Takes the address; 0 picks a free port. Nobody is answered yet: connections are refused.
  [[nodiscard]] Result<void> bind(const boost::asio::ip::tcp::endpoint& endpoint);
  /// Listens. Nothing happens when it listens already. @pre bound
  [[nodiscard]] Result<void> open();
  /// Connections are refused from now on, those in the kernel's queue are reset.
  void shut();
  /// With true, attempts to connect are dropped without an answer. False when the kernel cannot.
  bool silence(bool silent);
  /// Gives the address up.
  void release();

  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }
  /// Attempts dropped since silence() began; repeated ones count again.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Impl;
  [[nodiscard]] Error cannot(const boost::system::error_code& why, std::string_view what) const;

  std::shared_ptr<Impl> impl_;  // shared with the accept that is under way
  boost::asio::ip::tcp::acceptor holder_;
  boost::asio::ip::tcp::endpoint endpoint_;
  std::uint64_t dropped_before_ = 0;
};

/// "127.0.0.1:80", "localhost:0", "[::1]:80", ":80" (which is 127.0.0.1) as an endpoint.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> parse_listen(std::string_view address);

/// HOST and PORT of "HOST:PORT", brackets of IPv6 removed.
struct HostPort {
  std::string host;
  std::string port;
};
[[nodiscard]] Result<HostPort> split_address(std::string_view address);

[[nodiscard]] std::string to_text(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace firedrill
