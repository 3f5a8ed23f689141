#include "mocks/make_provider.hpp"

#include "mocks/hubspot/hubspot.hpp"
#include "mocks/openai/openai.hpp"
#include "mocks/stripe/stripe.hpp"
#include "mocks/twilio/twilio.hpp"

#include <utility>

namespace firedrill {

// The one list of all providers: no default, so that the compiler names what is missing here.
Result<std::unique_ptr<Provider>> make_provider(const spec::Mock& mock) {
  switch (mock.kind) {
    case spec::MockKind::openai:
      return openai::OpenAi::make(mock);
    case spec::MockKind::stripe:
      return std::unique_ptr<Provider>{std::make_unique<stripe::Stripe>(mock)};
    case spec::MockKind::hubspot:
      return std::unique_ptr<Provider>{std::make_unique<hubspot::HubSpot>(mock)};
    case spec::MockKind::twilio:
      return twilio::Twilio::make(mock);
  }
  FD_ASSERT(false && "every MockKind is listed above");
  return Error{"no such mock"};
}

}  // namespace firedrill
