#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/twilio/request.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::twilio {

/// Something that Twilio found wrong with the application, as its debugger shows it.
struct Alert {
  std::string sid;
  std::string account;
  bool warning = false;
  int code = 0;
  std::string detail;
  std::string resource;  ///< Sid of the call or message it is about.
  std::string method;    ///< Of the request that went wrong.
  std::string url;
  std::string parameters;
  int status = 0;  ///< Of the application's answer; 0: none.
  std::string answer;
  WallTime at{};
};

/// Remembers what went wrong and tells those who subscribed to the debugger.
class Debugger {
 public:
  static constexpr std::size_t kAlertsMax = 1000;
  /// Longest stretch of an answer that an alert keeps, in bytes.
  static constexpr std::size_t kAnswerMax = 1024;

  explicit Debugger(std::vector<spec::WebhookTarget> targets);

  /// `call` came to `outcome`, which is wrong because of `code`.
  void report(int code, const std::string& detail, const Outgoing& call,
              const OutgoingOutcome& outcome, ProviderContext& context);

  /// GET /v1/Alerts and /v1/Alerts/{sid} of the Monitor API.
  HttpReply list(const Request& request);
  HttpReply fetch(const Request& request);

  [[nodiscard]] const BoundedMap<Alert>& alerts() const { return alerts_; }
  /// How often each code was reported, alerts that are no longer kept included.
  [[nodiscard]] const std::map<int, std::uint64_t>& by_code() const { return by_code_; }

  void reset();

 private:
  void tell(const Alert& alert, const std::string& secret, ProviderContext& context) const;

  std::vector<spec::WebhookTarget> targets_;
  BoundedMap<Alert> alerts_{kAlertsMax};
  std::map<int, std::uint64_t> by_code_;
};

/// The code for an attempt that brought no answer, or one below 200 or above 299; unset when
/// nothing is wrong with that.
[[nodiscard]] std::optional<int> delivery_error(const OutgoingOutcome& outcome);
/// "HTTP retrieval failure"
[[nodiscard]] std::string_view name_of_error(int code);

/// The form that subscribers of the debugger receive.
[[nodiscard]] Parameters debugger_event(const Alert& alert);

}  // namespace firedrill::twilio
