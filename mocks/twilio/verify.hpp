#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/twilio/request.hpp"

#include <cstdint>
#include <string>

namespace firedrill::twilio {

/// A Service of the Verify API.
struct VerifyService {
  std::string sid;
  std::string account;
  std::string name;
  std::size_t code_length = 6;
  bool custom_code = false;
  WallTime created{};
  WallTime updated{};
};

/// A Verification: a code on its way to somebody, and what they made of it.
struct Verification {
  std::string sid;
  std::string service;
  std::string account;
  std::string to;
  std::string channel;
  std::string code;
  std::string status = "pending";
  std::uint32_t sends = 1;
  std::uint32_t checks = 0;
  WallTime created{};
  WallTime updated{};

  [[nodiscard]] bool open_at(WallTime now) const;
};

/// Verify v2 in its minimal form. Nobody receives the code: it is the last digits of the number
/// that it is sent to ("+14155552671": 552671), for other addresses 123456….
class Verify {
 public:
  HttpReply create_service(const Request& request);
  HttpReply list_services(const Request& request);
  HttpReply fetch_service(const Request& request);
  HttpReply update_service(const Request& request);
  HttpReply remove_service(const Request& request);

  HttpReply start(const Request& request);
  HttpReply fetch(const Request& request);
  HttpReply update(const Request& request);
  HttpReply check(const Request& request);

  [[nodiscard]] std::size_t count() const { return verifications_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return verifications_.evicted(); }
  void reset();

 private:
  /// By its sid or by whom it goes to; nullptr unless it is still open.
  Verification* find_open(const std::string& service, const std::string& sid_or_to, WallTime now);
  VerifyService* find_service(const Request& request);

  BoundedMap<VerifyService> services_{1000};
  BoundedMap<Verification> verifications_;  // by sid
  BoundedMap<std::string> latest_;          // service and address to the sid of the last one
};

}  // namespace firedrill::twilio
