#include "faults/model/strength.hpp"

#include "harness/base/assert.hpp"
#include "harness/base/overloaded.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

namespace firedrill {
namespace {

/// Every shape of a delay is as wide as it is late: both numbers shrink together.
spec::Delay weakened_delay(const spec::Delay& delay, double strength) {
  return {delay.kind, weakened(delay.a, strength), weakened(delay.b, strength)};
}

/// False for one that lasts until it is healed: there is no less of that.
bool shorten(std::optional<Duration>& time, double strength) {
  if (time) time = weakened(*time, strength);
  return time.has_value();
}

/// False for a limit of nothing at all: no multiple of it is higher.
bool loosen(std::uint64_t& limit, double strength) {
  const bool limits_something = limit > 0;
  if (limits_something) limit = loosened(limit, strength);
  return limits_something;
}

/// False when the action knows no less of itself. @pre strength > 0
bool weaken(spec::ProxyAction& action, double strength) {
  return std::visit(
      Overloaded{
          [&](spec::ProxyLatency& latency) {
            latency.delay = weakened_delay(latency.delay, strength);
            return true;
          },
          [&](spec::ProxySlowClose& slow) {
            slow.delay = weakened(slow.delay, strength);
            return true;
          },
          [&](spec::ProxyLoss& loss) {
            loss.rate.value *= strength;
            return true;
          },
          [&](spec::ProxyBandwidth& limit) { return loosen(limit.bytes_per_second, strength); },
          [&](spec::ProxyConnectionCap& cap) { return loosen(cap.most, strength); },
          [&](spec::ProxyConnectHang& hang) { return shorten(hang.time, strength); },
          [&](spec::ProxyHandshakeHang& hang) { return shorten(hang.time, strength); },
          [](auto&) { return false; },
      },
      action);
}

bool only_slows_requests(const spec::HttpFault& fault) {
  const bool fails = fault.respond || fault.hang || fault.reset || fault.rate_limit;
  const bool spoils = !fault.headers.empty() || fault.corrupt || fault.malformed ||
                      fault.truncate || fault.wrong_length;
  return !fails && !spoils;
}

}  // namespace

Duration weakened(Duration whole, double strength) {
  return Duration{std::llround(static_cast<double>(whole.count()) * strength)};
}

std::uint64_t loosened(std::uint64_t limit, double strength) {
  constexpr double kMost = 1e18;  // no limit on any machine, and far from the end of the type
  if (strength <= 0) return UINT64_MAX;
  return static_cast<std::uint64_t>(std::min(kMost, static_cast<double>(limit) / strength));
}

std::uint64_t part_of(std::uint64_t count, double strength) {
  // A count that is whole but for the error of the product is that count.
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(count) * strength - 1e-9));
}

spec::ProxyFault weakened(const spec::ProxyFault& fault, double strength) {
  FD_ASSERT(strength >= 0 && strength <= 1);
  spec::ProxyFault weak = fault;
  const bool is_less = strength > 0 && weaken(weak.action, strength);
  if (!is_less) weak.share.value *= strength;
  return weak;
}

bool only_slows(const spec::WireFault& fault) {
  using Postgres = spec::PostgresFault::Kind;
  return std::visit(Overloaded{
                        [](const spec::HttpFault& http) { return only_slows_requests(http); },
                        [](const spec::PostgresFault& postgres) {
                          return postgres.kind == Postgres::latency ||
                                 postgres.kind == Postgres::slow_rows;
                        },
                        [](const spec::RedisFault& redis) {
                          return redis.kind == spec::RedisFault::Kind::latency;
                        },
                    },
                    fault.what);
}

}  // namespace firedrill
