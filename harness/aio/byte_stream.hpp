#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace firedrill {

/// One end of a TCP connection, plain or encrypted. Nothing blocks: whoever uses it waits for the
/// socket, as the answers say, and asks again.
///
/// Thread: that of the socket's io_context.
class ByteStream {
 public:
  enum class Status : std::uint8_t {
    done,
    want_read,   ///< Again when the socket is readable.
    want_write,  ///< Again when the socket is writable.
    end,         ///< The peer sends no more.
    broken,      ///< Reset by the peer, or otherwise of no more use.
  };
  struct Moved {
    Status status = Status::done;
    std::size_t bytes = 0;  ///< More than 0 with `done`.
  };

  /// Takes an open socket; makes it non-blocking and switches Nagle's delay off.
  explicit ByteStream(boost::asio::ip::tcp::socket socket);
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

  virtual Moved read_some(std::span<char> into) = 0;
  /// @pre `from` is not empty
  virtual Moved write_some(std::string_view from) = 0;
  /// True when the stream has handed everything to the socket; otherwise call it again when the
  /// socket is writable.
  virtual bool flush() = 0;
  /// The peer will see the end, once what was written before is through.
  virtual void end_writing() = 0;
  /// Bytes wait to be read although the socket may be quiet.
  [[nodiscard]] virtual bool has_unread() const = 0;

  /// RST.
  void reset();
  void close();

 protected:
  /// recv and send without their traps: no signal, EINTR hidden.
  Moved receive(std::span<char> into);
  Moved send(std::string_view from);
  void shut_down_sending();

 private:
  boost::asio::ip::tcp::socket socket_;
};

/// Bytes as they are.
class PlainStream final : public ByteStream {
 public:
  using ByteStream::ByteStream;
  Moved read_some(std::span<char> into) override { return receive(into); }
  Moved write_some(std::string_view from) override { return send(from); }
  bool flush() override { return true; }
  void end_writing() override { shut_down_sending(); }
  [[nodiscard]] bool has_unread() const override { return false; }
};

}  // namespace firedrill
