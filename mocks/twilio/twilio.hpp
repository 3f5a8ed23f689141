#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"
#include "mocks/scripted_text.hpp"
#include "mocks/twilio/calls.hpp"
#include "mocks/twilio/debugger.hpp"
#include "mocks/twilio/journal.hpp"
#include "mocks/twilio/messages.hpp"
#include "mocks/twilio/numbers.hpp"
#include "mocks/twilio/verify.hpp"

#include <memory>
#include <string>
#include <vector>

namespace firedrill::twilio {

/// Signs callbacks of accounts that never showed an auth token, and whatever is sent by hand.
inline constexpr std::string_view kDefaultAuthToken = "12345678901234567890123456789012";

/// The Twilio API: mocks/twilio/README.md says which part of it.
class Twilio final : public Provider {
 public:
  /// Fails when the mock's `answer` is not a template that can be rendered.
  [[nodiscard]] static Result<std::unique_ptr<Provider>> make(const spec::Mock& mock);

  /// `people` says what is pressed or said when a Gather asks; 1 when it is not scripted.
  Twilio(spec::Mock options, ScriptedText people);
  Twilio(const Twilio&) = delete;  // its parts refer to each other
  Twilio& operator=(const Twilio&) = delete;

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  [[nodiscard]] bool wants(const Outgoing& call, WallTime now) const override;
  void delivered(const Outgoing& call, const OutgoingOutcome& outcome,
                 ProviderContext& context) override;
  [[nodiscard]] std::string state() const override;
  void reset() override;

  struct Api;  ///< The routes; in twilio.cpp.

 private:
  /// Who asks: user and password of Basic authentication.
  struct Caller {
    std::string user;
    std::string password;
  };

  HttpReply route(const HttpRequest& request, ProviderContext& context);
  HttpReply account(const Request& request);
  [[nodiscard]] bool accepts(const Caller& caller) const;
  /// The auth token of `account`: the scenario's, or the one that it was seen with.
  std::string auth_token(const std::string& account, const Caller& caller);

  void follow_redirect(const Outgoing& call, const OutgoingOutcome& outcome,
                       ProviderContext& context);
  void read_document(const Outgoing& call, const OutgoingOutcome& outcome,
                     ProviderContext& context);
  void without_document(const Outgoing& call, int code, ProviderContext& context);

  spec::Mock options_;
  ScriptedText people_;
  Numbers numbers_;
  Messages messages_;
  Calls calls_;
  Verify verify_;
  Debugger debugger_;
  Journal journal_;
  BoundedMap<std::string> tokens_;  // auth tokens by account
};

/// "POST /2010-04-01/Accounts/{AccountSid}/Messages.json": every route there is.
[[nodiscard]] std::vector<std::string> route_names();

}  // namespace firedrill::twilio
