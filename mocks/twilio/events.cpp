#include "mocks/twilio/events.hpp"

namespace firedrill::twilio {

std::vector<std::string> event_names() { return {}; }

std::optional<Outgoing> sample_event(std::string_view, ProviderContext&) { return std::nullopt; }

}  // namespace firedrill::twilio
