#pragma once

#include "harness/aio/http.hpp"
#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/metrics/ledger.hpp"
#include "mocks/notice_book.hpp"
#include "mocks/outgoing.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// What a mock's rate limit says about the request at hand; providers put it into their headers.
struct RateStatus {
  std::optional<Rate> rate;  ///< Unset: no limit.
  double left = 1;           ///< Share of the allowance that is left, 0..1.
  Duration full_in{0};       ///< Until the whole allowance is there again.
  Duration retry_in{0};      ///< When refused: until the next request is let through.
  bool refused = false;      ///< This request is beyond the limit.
};

/// What a provider needs to know about the request at hand, beyond the request itself. Everything
/// random comes from `rng`, which belongs to this request alone: request n answers the same in
/// every run with the same seed, whatever the others did.
struct ProviderContext {
  std::uint64_t number = 0;  ///< 0-based order of arrival at this mock.
  /// The request at hand, for errors that depend on what was asked; nullptr when there is none.
  const HttpRequest* request = nullptr;
  TimePoint now{};
  WallTime wall{};
  Duration latency{0};  ///< Drawn answering time; the server waits, the provider only reports it.
  /// When the answer begins to leave, with whatever a fault adds: until then the caller sees its
  /// request under way.
  TimePoint answers_at{};
  RateStatus rate;
  Rng rng{0};
  std::vector<Outgoing> outgoing;  ///< What the provider makes by itself because of it.
  std::optional<TokenBill> bill;   ///< What it charges for the answer.
};

/// The service that a mock stands in for: what it answers when it is healthy, and how it words its
/// errors. Pure apart from its own state: no clock, no sockets, no waiting; a healthy answer
/// carries no delay but the time that a model takes to speak. Sockets, ledger, latency, rate limits
/// and faults are the host's (mocks/mock_core.hpp).
///
/// A provider never throws on what a caller sent. Thread: one thread per instance.
class Provider {
 public:
  virtual ~Provider() = default;

  /// The answer to any request, those with errors included. One chunk of a stream is one event:
  /// faults count them.
  virtual HttpReply answer(const HttpRequest& request, ProviderContext& context) = 0;

  /// The provider's own error for `status` (400..599), with its headers: for faults and rate
  /// limits. A status that the provider never sends gets its generic envelope.
  virtual HttpReply error(int status, ProviderContext& context) = 0;

  /// Asked when the first attempt of a call falls due; false withdraws the call. A message that was
  /// cancelled in the meantime is not reported as sent.
  [[nodiscard]] virtual bool wants(const Outgoing& call, WallTime now) const;

  /// What the provider sends when it fails after the answer to `request` has begun to stream, as
  /// bytes of the stream, after `events_before` events. One server-sent event with the error unless
  /// it says otherwise.
  [[nodiscard]] virtual std::string stream_error(const HttpRequest& request,
                                                 std::size_t events_before,
                                                 ProviderContext& context);

  /// An attempt to deliver one of the provider's own calls has ended. More may follow from it: the
  /// next TwiML document, a debugger event.
  virtual void delivered(const Outgoing& call, const OutgoingOutcome& outcome,
                         ProviderContext& context);

  /// What the provider remembers, as one JSON object of counts and whatever helps to see what
  /// happened: for the control port. "{}" when it remembers nothing.
  [[nodiscard]] virtual std::string state() const;

  /// What it was told of alerts; nullptr for what receives none.
  [[nodiscard]] virtual const NoticeBook* notices() const { return nullptr; }

  /// Forgets everything that callers made; ids begin anew.
  virtual void reset() {}

  /// Where callers of this provider put a correlation id when they cannot send a header of their
  /// own (a metadata field, say). Asked only when the header is absent; "" when there is none.
  [[nodiscard]] virtual std::string correlation(const HttpRequest& request) const;
};

}  // namespace firedrill
