#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/twilio/hook.hpp"
#include "mocks/twilio/numbers.hpp"
#include "mocks/twilio/problem.hpp"
#include "mocks/twilio/request.hpp"
#include "mocks/twilio/script.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::twilio {

/// One Message resource. What becomes of it is decided when it is made; its status is a function of
/// the time. Value type.
struct Message {
  std::string sid;
  std::string account;
  std::string from;
  std::string to;
  std::string body;
  std::string service;  ///< Messaging Service; "" when none.
  std::string direction;
  std::size_t media = 0;
  WallTime created{};
  WallTime updated{};
  bool scheduled = false;        ///< Waits until `sent`.
  WallTime sent{};               ///< Leaves at.
  WallTime done{};               ///< Is delivered, or not, at.
  std::optional<WallTime> read;  ///< WhatsApp tells when it is.
  int error = 0;                 ///< How it ends: 0 is delivered.
  bool canceled = false;

  [[nodiscard]] std::string_view status_at(WallTime now) const;
};

/// The Messages of all accounts. One that goes to a number that an account has is received there
/// too, and the number's application is told. Lifetime: `numbers` outlives it.
class Messages {
 public:
  explicit Messages(const Numbers& numbers) : numbers_{numbers} {}

  HttpReply create(const Request& request);
  HttpReply list(const Request& request);
  HttpReply fetch(const Request& request);
  HttpReply update(const Request& request);
  HttpReply remove(const Request& request);

  /// What TwiML answered to the message that `parameters` (of its webhook) are about.
  void reply(const Reply& reply, const Parameters& parameters, const std::string& secret,
             ProviderContext& context);

  /// False for a status callback about a message that was cancelled or is gone.
  [[nodiscard]] bool wants(const Outgoing& call) const;

  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return all_.evicted(); }
  void reset() { all_ = BoundedMap<Message>{}; }

 private:
  const Message& send(Message message, const std::string& callback, const std::string& secret,
                      ProviderContext& context);
  void receive(const Message& sent, const std::string& secret, ProviderContext& context);

  const Numbers& numbers_;
  BoundedMap<Message> all_;
};

/// What the application is told when the message reaches `status`.
[[nodiscard]] Parameters status_parameters(const Message& message, std::string_view status);
/// What the application is told when one of its numbers receives `message`.
[[nodiscard]] Parameters inbound_parameters(const Message& message);

/// The first thing wrong with a request to send, in the order in which Twilio looks.
[[nodiscard]] std::optional<Problem> check_message(const Parameters& parameters, WallTime now);

/// 160 characters of GSM-7 or 70 of UCS-2 in one segment, 153 or 67 in several. At least 1.
[[nodiscard]] std::size_t segments_of(std::string_view body);
[[nodiscard]] std::size_t characters_of(std::string_view body);

}  // namespace firedrill::twilio
