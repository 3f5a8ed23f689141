#include "mocks/stripe/events.hpp"

namespace firedrill::stripe {

std::vector<std::string> event_names() { return {}; }

std::optional<Outgoing> sample_event(std::string_view, ProviderContext&) { return std::nullopt; }

}  // namespace firedrill::stripe
