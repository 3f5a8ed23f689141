#pragma once

#include "harness/aio/egress_guard.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/mock.hpp"
#include "harness/text/template.hpp"
#include "mocks/outgoing.hpp"
#include "mocks/webhooks/delivery_book.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace firedrill {

/// Delivers what one provider sends by itself: signs each attempt anew, repeats it by the
/// provider's policy, lets it go wrong as the scenario demands, and writes its fate down. Times out
/// and waits on its own; a call beyond kUnderWayMax is given up at once.
///
/// Thread: construct, use and destroy on the thread that runs `io`. Lifetime: `io` outlives it;
/// deliveries under way when it is destroyed end on their own and tell nobody.
class Deliveries final {
 public:
  /// Calls waiting for their next attempt included.
  static constexpr std::size_t kUnderWayMax = 10'000;
  /// An event that waits to be overtaken, or for its burst, goes by itself after this time.
  static constexpr Duration kHeldMax = std::chrono::seconds{1};

  struct Options {
    std::string sender;  ///< Names the ledger and the random streams.
    spec::MockKind provider = spec::MockKind::openai;
    spec::Deliver deliver;
    std::uint64_t seed = 0;
    EgressGuard guard;
    /// Values of "${system.url}" and the like in URLs, as known when an attempt is made; "" for
    /// what is not known (yet). May be empty.
    Template::Lookup variables;
    std::size_t ledger_max = DeliveryBook::kEntriesMax;
  };
  /// Whoever made the calls. Both may be empty.
  struct Owner {
    /// The first attempt is due: false withdraws the call. Not asked about copies.
    std::function<bool(const Outgoing& call)> wants;
    /// An attempt is over. Not told of copies, nor of what was dropped.
    std::function<void(const Outgoing& call, const OutgoingOutcome& outcome)> attempted;
  };

  Deliveries(boost::asio::io_context& io, Options options, Owner owner);
  ~Deliveries();
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;

  void send(Outgoing call);

  /// A first attempt that somebody else has made. It goes on the ledger, and its retries are made
  /// here; delivery faults were the other's, and count as he says in `entry`.
  struct Attempted {
    Outgoing call;
    WebhookEntry entry;  ///< Without times; its fate counts only when it was dropped.
    TimePoint built;
    TimePoint sent;
    TimePoint done;
    OutgoingOutcome outcome;
    std::optional<spec::Corruption> corruption;
    Duration slow_over{0};
  };
  void go_on(Attempted attempted);

  /// Cancels what is under way; its entries stay so. Safe to call twice.
  void stop();

  [[nodiscard]] DeliveryBook& book();
  [[nodiscard]] const DeliveryBook& book() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the coroutines of deliveries, which may outlive us
};

}  // namespace firedrill
