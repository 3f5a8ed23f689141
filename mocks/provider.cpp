#include "mocks/provider.hpp"

namespace firedrill {

std::string Provider::correlation(const HttpRequest&) const { return {}; }

bool Provider::wants(const Outgoing&, WallTime) const { return true; }

void Provider::delivered(const Outgoing&, const OutgoingOutcome&, ProviderContext&) {}

std::string Provider::state() const { return "{}"; }

}  // namespace firedrill
