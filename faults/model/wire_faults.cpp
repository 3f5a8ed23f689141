#include "faults/model/wire_faults.hpp"

#include "faults/model/http_conversation.hpp"
#include "faults/model/postgres_conversation.hpp"
#include "faults/model/strength.hpp"
#include "harness/base/assert.hpp"
#include "harness/base/overloaded.hpp"

#include <algorithm>

namespace firedrill {
namespace {

WireFaultCounts counts_of(const LiveFault& live) { return {live.seen(), live.hits()}; }

template <typename Fault>
void drop(LiveFaults<Fault>& faults, const LiveFault* live) {
  std::erase_if(faults, [live](const auto& fault) { return &fault->live == live; });
}

template <typename Fault, typename Spec>
LiveFault* add(LiveFaults<Fault>& faults, const Spec& spec, LiveFault live) {
  faults.push_back(std::make_shared<Fault>(spec, std::move(live)));
  return &faults.back()->live;
}

}  // namespace

void WireFaults::inject(const std::string& name, const spec::WireFault& fault,
                        LiveFault::FirstHit first_hit) {
  LiveFault live{fault.picks, only_slows(fault), Rng::derive(seed_, name), std::move(first_hit)};
  FD_ASSERT(fault.what.index() == static_cast<std::size_t>(protocol_));
  LiveFault* added = std::visit(
      Overloaded{
          [&](const spec::HttpFault& http) { return add(http_, http, std::move(live)); },
          [&](const spec::PostgresFault& pg) { return add(postgres_, pg, std::move(live)); },
          [&](const spec::RedisFault& redis) { return add(redis_, redis, std::move(live)); },
      },
      fault.what);
  live_.emplace_back(name, added);
}

void WireFaults::set_strength(const std::string& name, double strength) {
  for (const auto& [known, live] : live_) {
    if (known == name) live->set_strength(strength);
  }
}

WireFaultCounts WireFaults::heal(const std::string& name) {
  const auto found = std::find_if(live_.begin(), live_.end(),
                                  [&](const auto& named) { return named.first == name; });
  if (found == live_.end()) return {};
  LiveFault* live = found->second;
  live->heal();
  const WireFaultCounts counts = counts_of(*live);
  live_.erase(found);
  drop(http_, live);
  drop(postgres_, live);
  drop(redis_, live);
  return counts;
}

WireFaultCounts WireFaults::counts(const std::string& name) const {
  const auto found = std::find_if(live_.begin(), live_.end(),
                                  [&](const auto& named) { return named.first == name; });
  return found == live_.end() ? WireFaultCounts{} : counts_of(*found->second);
}

std::unique_ptr<Conversation> WireFaults::converse() const {
  switch (protocol_) {
    case WireProtocol::http:
      return std::make_unique<HttpConversation>(http_);
    case WireProtocol::postgres:
      return std::make_unique<PostgresConversation>(postgres_);
    case WireProtocol::redis:
      return std::make_unique<RedisConversation>(redis_);
  }
  detail::assert_failed("a protocol", __FILE__, __LINE__);
}

}  // namespace firedrill
