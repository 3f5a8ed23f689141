#include "mocks/hubspot/events.hpp"

namespace firedrill::hubspot {

std::vector<std::string> event_names() { return {}; }

std::optional<Outgoing> sample_event(std::string_view, ProviderContext&) { return std::nullopt; }

}  // namespace firedrill::hubspot
