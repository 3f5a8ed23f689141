#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/twilio/hook.hpp"
#include "mocks/twilio/request.hpp"

#include <string>

namespace firedrill::twilio {

/// A number that an account has bought, and whom it calls: the IncomingPhoneNumber resource.
struct Number {
  std::string sid;
  std::string account;
  std::string number;
  std::string name;
  Hook sms;
  Hook sms_fallback;
  Hook voice;
  Hook voice_fallback;
  Hook status_callback;
  WallTime created{};
  WallTime updated{};
};

/// The numbers of all accounts. Messages and calls that the API sends to one of them arrive at it.
class Numbers {
 public:
  static constexpr std::size_t kNumbersMax = 1000;

  HttpReply create(const Request& request);
  HttpReply list(const Request& request);
  HttpReply fetch(const Request& request);
  HttpReply update(const Request& request);
  HttpReply remove(const Request& request);

  /// nullptr when nobody has bought it. `address` may be of WhatsApp.
  [[nodiscard]] const Number* find(std::string_view address) const;

  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return all_.evicted(); }
  void reset() { all_ = BoundedMap<Number>{kNumbersMax}; }

 private:
  BoundedMap<Number> all_{kNumbersMax};
};

}  // namespace firedrill::twilio
