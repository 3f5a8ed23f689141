#include "mocks/webhooks/events.hpp"

#include "harness/base/assert.hpp"
#include "mocks/hubspot/events.hpp"
#include "mocks/openai/events.hpp"
#include "mocks/stripe/events.hpp"
#include "mocks/twilio/events.hpp"
#include "mocks/twilio/twilio.hpp"

namespace firedrill {
namespace {

std::optional<Outgoing> event_of(spec::MockKind provider, std::string_view name,
                                 ProviderContext& context) {
  switch (provider) {
    case spec::MockKind::openai:
      return openai::sample_event(name, context);
    case spec::MockKind::stripe:
      return stripe::sample_event(name, context);
    case spec::MockKind::hubspot:
      return hubspot::sample_event(name, context);
    case spec::MockKind::twilio:
      return twilio::sample_event(name, context);
    case spec::MockKind::pagerduty:
    case spec::MockKind::slack:
    case spec::MockKind::alertmanager:
    case spec::MockKind::declared:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> event_names(spec::MockKind provider) {
  switch (provider) {
    case spec::MockKind::openai:
      return openai::event_names();
    case spec::MockKind::stripe:
      return stripe::event_names();
    case spec::MockKind::hubspot:
      return hubspot::event_names();
    case spec::MockKind::twilio:
      return twilio::event_names();
    case spec::MockKind::pagerduty:
    case spec::MockKind::slack:
    case spec::MockKind::alertmanager:
    case spec::MockKind::declared:
      return {};
  }
  FD_ASSERT(false && "every provider is listed above");
  return {};
}

std::string default_webhook_secret(spec::MockKind provider) {
  switch (provider) {
    case spec::MockKind::openai:
      return "whsec_ZmlyZWRyaWxsLW9wZW5haS13ZWJob29rLWtleS0zMmI=";
    case spec::MockKind::stripe:
      return "whsec_firedrill";
    case spec::MockKind::hubspot:
      return std::string{hubspot::kClientSecret};
    case spec::MockKind::twilio:
      return std::string{twilio::kDefaultAuthToken};
    case spec::MockKind::pagerduty:
    case spec::MockKind::slack:
    case spec::MockKind::alertmanager:
    case spec::MockKind::declared:
      return "";
  }
  return "";
}

std::optional<Outgoing> sample_event(spec::MockKind provider, std::string_view name,
                                     ProviderContext& context) {
  std::optional<Outgoing> event = event_of(provider, name, context);
  if (event && event->secret.empty()) event->secret = default_webhook_secret(provider);
  return event;
}

}  // namespace firedrill
