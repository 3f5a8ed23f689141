#pragma once

#include "harness/base/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace firedrill::test {

/// What somebody who uses a plain socket gets to see.
enum class Seen : std::uint8_t { bytes, end, reset, refused, nothing };

/// A TCP client that blocks, but never for longer than it is told.
class TcpClient {
 public:
  TcpClient() = default;
  ~TcpClient();
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;
  TcpClient(TcpClient&& other) noexcept;

  /// `bytes` (connected), `refused`, `reset` or `nothing` (no answer in that time).
  Seen connect(std::uint16_t port, Duration patience = std::chrono::seconds{5});
  /// False when the peer is gone.
  bool send(const std::string& bytes);
  void end();    ///< Half close.
  void reset();  ///< RST, and gone.
  void close();

  /// Reads until there are `count` bytes (then `bytes`), or until something else happens. What
  /// came is in received().
  Seen read(std::size_t count, Duration patience = std::chrono::seconds{5});
  /// Reads what comes until the end.
  Seen read_all(Duration patience = std::chrono::seconds{5});
  [[nodiscard]] const std::string& received() const { return received_; }
  /// Sends `bytes` and reads as many back; true when they are the same.
  bool echoes(const std::string& bytes, Duration patience = std::chrono::seconds{5});
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
  bool reset_ = false;  // while it was connecting
  std::string received_;
};

/// A server on a thread of its own that sends back what it gets, keeps half closes, and remembers
/// how many connections it saw.
class EchoServer {
 public:
  EchoServer();
  ~EchoServer();
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int resets() const { return resets_; }
  [[nodiscard]] int ends() const { return ends_; }  ///< Orderly ends of clients.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void run();

  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> resets_{0};
  std::atomic<int> ends_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::thread thread_;
};

}  // namespace firedrill::test
