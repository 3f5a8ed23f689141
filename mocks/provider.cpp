#include "mocks/provider.hpp"

namespace firedrill {

std::string Provider::correlation(const HttpRequest&) const { return ""; }

}  // namespace firedrill
