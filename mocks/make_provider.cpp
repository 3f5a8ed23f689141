#include "mocks/make_provider.hpp"

#include "mocks/alertmanager/alertmanager.hpp"
#include "mocks/declared/declared.hpp"
#include "mocks/hubspot/hubspot.hpp"
#include "mocks/openai/openai.hpp"
#include "mocks/pagerduty/pagerduty.hpp"
#include "mocks/slack/slack.hpp"
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
    case spec::MockKind::pagerduty:
      return std::unique_ptr<Provider>{std::make_unique<pagerduty::PagerDuty>(mock)};
    case spec::MockKind::slack:
      return std::unique_ptr<Provider>{std::make_unique<slack::Slack>(mock)};
    case spec::MockKind::alertmanager:
      return std::unique_ptr<Provider>{std::make_unique<alertmanager::Receiver>(mock)};
    case spec::MockKind::declared:
      return declared::Declared::make(mock);
  }
  FD_ASSERT(false && "every MockKind is listed above");
  return Error{"no such mock"};
}

std::vector<std::string> route_names(spec::MockKind kind) {
  switch (kind) {
    case spec::MockKind::declared:
      return {};
    case spec::MockKind::openai:
      return openai::route_names();
    case spec::MockKind::hubspot:
      return hubspot::route_names();
    case spec::MockKind::stripe:
      return stripe::route_names();
    case spec::MockKind::twilio:
      return twilio::route_names();
    case spec::MockKind::pagerduty:
      return pagerduty::route_names();
    case spec::MockKind::slack:
      return slack::route_names();
    case spec::MockKind::alertmanager:
      return alertmanager::route_names();
  }
  FD_ASSERT(false && "every MockKind is listed above");
  return {};
}

}  // namespace firedrill
