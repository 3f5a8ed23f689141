#include "mocks/provider.hpp"

namespace firedrill {

std::string Provider::correlation(const HttpRequest&) const { return {}; }

void Provider::delivered(const Outgoing&, const OutgoingOutcome&, ProviderContext&) {}

std::string Provider::state() const { return "{}"; }

}  // namespace firedrill
