#include "mocks/provider.hpp"

namespace firedrill {

std::string Provider::correlation(const HttpRequest&) const { return {}; }

bool Provider::wants(const Outgoing&, WallTime) const { return true; }

std::string Provider::stream_error(const HttpRequest&, std::size_t, ProviderContext& context) {
  return "data: " + error(500, context).body + "\n\n";
}

void Provider::delivered(const Outgoing&, const OutgoingOutcome&, ProviderContext&) {}

std::string Provider::state() const { return "{}"; }

}  // namespace firedrill
