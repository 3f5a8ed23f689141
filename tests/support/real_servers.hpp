#pragma once

#include <cstdint>
#include <string>

namespace firedrill {

/// A PostgreSQL of the machine's newest version, private to the test: in a folder of its own, on a
/// free port of 127.0.0.1, as an unprivileged user when the test runs as root. Gone with the
/// object.
class RealPostgres {
 public:
  RealPostgres();
  ~RealPostgres();
  RealPostgres(const RealPostgres&) = delete;
  RealPostgres& operator=(const RealPostgres&) = delete;
  /// 0: it could not be started; see the log on the terminal.
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::string folder_;
  std::uint16_t port_ = 0;
};

/// The same for Redis.
class RealRedis {
 public:
  RealRedis();
  ~RealRedis();
  RealRedis(const RealRedis&) = delete;
  RealRedis& operator=(const RealRedis&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::string folder_;
  std::uint16_t port_ = 0;
};

}  // namespace firedrill
