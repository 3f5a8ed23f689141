#pragma once

#include "mocks/outgoing.hpp"
#include "mocks/provider.hpp"
#include "mocks/twilio/parameters.hpp"

#include <string>

namespace firedrill::twilio {

/// An address of the application that Twilio calls.
struct Hook {
  std::string url;
  std::string method = "POST";
};

/// A call to the application: the parameters as a form, or in the query of a GET. `token` counts
/// the HTTP redirects that led here.
[[nodiscard]] Outgoing call_to(const Hook& hook, const std::string& event,
                               const Parameters& parameters, const std::string& secret,
                               ProviderContext& context);

/// What `call` carries, wherever it carries it.
[[nodiscard]] Parameters parameters_of(const Outgoing& call);

/// "sms.received" is a document when the answer of the application says what happens next.
[[nodiscard]] bool asks_for_twiml(const Outgoing& call);

}  // namespace firedrill::twilio
