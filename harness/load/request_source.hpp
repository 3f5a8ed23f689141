#pragma once

#include "harness/base/time.hpp"
#include "harness/load/outgoing_request.hpp"
#include "harness/load/sender.hpp"
#include "harness/metrics/series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// One place in a stream's arrival schedule, whose turn has come.
struct Release {
  std::uint64_t index = 0;  ///< Within the stream, from 0.
  Offset due{0};
  Offset at{0};  ///< Now: when it is sent, or decided not to be.
};

/// Where the requests of a stream come from. The load room asks for one when it is due and tells
/// what came of it; each release ends in exactly one call of dropped() or ended(), except that
/// those under way when the drill is stopped end as SendResult::Kind::cancelled.
///
/// Thread: all calls on the one thread that the stream runs on.
class RequestSource {
 public:
  virtual ~RequestSource() = default;

  [[nodiscard]] virtual OutgoingRequest make(const Release& release) = 0;

  /// It was due, but never sent; or it turned out that it could not leave this machine.
  virtual void dropped(const Release& release, Drop why);
  /// It was sent and has ended at `done`. `result` is valid during the call.
  virtual void ended(const Release& release, const SendResult& result, Offset done);

  /// The correlation id that the request of this release was sent with; "" when it has none.
  [[nodiscard]] virtual std::string id_of(const Release& /*release*/) const { return ""; }
  /// Headers that are the same in every request, as "Name: value".
  [[nodiscard]] virtual std::vector<std::string> constant_headers() const { return {}; }
  /// True when ended() looks at the body or the headers of the answer.
  [[nodiscard]] virtual bool reads_answers() const { return false; }
};

}  // namespace firedrill
