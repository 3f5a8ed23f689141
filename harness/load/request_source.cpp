#include "harness/load/request_source.hpp"

namespace firedrill {

void RequestSource::dropped(const Release& /*release*/, Drop /*why*/) {}

void RequestSource::ended(const Release& /*release*/, const SendResult& /*result*/,
                          Offset /*done*/) {}

}  // namespace firedrill
