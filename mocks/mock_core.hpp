#pragma once

#include "faults/model/http_pick.hpp"
#include "faults/model/mock_fault.hpp"
#include "harness/aio/egress_guard.hpp"
#include "harness/aio/http.hpp"
#include "harness/base/time.hpp"
#include "harness/metrics/ledger.hpp"
#include "harness/spec/fault.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/mock_settings.hpp"
#include "harness/text/template.hpp"
#include "mocks/arrivals.hpp"
#include "mocks/ledger_book.hpp"
#include "mocks/provider.hpp"
#include "mocks/rate_limiter.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace firedrill {

struct MockOptions {
  std::string name;
  spec::Mock spec;
  std::uint64_t seed = 0;
  std::string correlation_header = "x-correlation-id";
  std::size_t ledger_max = LedgerBook::kEntriesMax;
  EgressGuard guard;  ///< Where its own calls may go; loopback only unless told otherwise.
  Template::Lookup variables{};  ///< Of the URLs of its own calls; see Deliveries::Options.
  LedgerBook::Keeps ledger_keeps = LedgerBook::Keeps::first;
  /// Told of each request that arrives, before anything else is done with it; empty for nobody.
  std::function<void(const HttpRequest& request, TimePoint at)> on_request{};
};

/// What a fault did to a mock so far.
struct FaultReport {
  int fault = -1;
  std::string name;  ///< "" unless it was injected with one.
  bool active = false;
  std::uint64_t seen = 0;
  std::uint64_t hits = 0;
  std::vector<std::uint64_t> hits_by_step;
  std::optional<TimePoint> first_hit;
};

/// Everything of a mock but its sockets: provider, latency, rate limit, faults and ledger put
/// together. Time is passed in; equal calls with equal seeds give equal answers.
/// Thread: one thread per instance.
class MockCore final {
 public:
  /// Called once per injected fault, when it changes its first request.
  using FirstHit = std::function<void(int fault, TimePoint at)>;

  /// @pre `provider` is not null
  MockCore(MockOptions options, std::unique_ptr<Provider> provider, TimeOrigin origin,
           FirstHit first_hit);

  /// How to answer, and the number that its delivery must be reported under.
  struct Exchange {
    std::uint64_t number = 0;
    HttpReply reply;
    bool held = false;               ///< `reply` hangs: offer its release with held().
    std::vector<Outgoing> outgoing;  ///< What the provider sends by itself because of it.
  };
  /// Records the arrival and decides. @pre `now` never goes back
  [[nodiscard]] Exchange handle(const HttpRequest& request, TimePoint now);

  /// The exchange is over. Once per handle().
  void delivered(std::uint64_t number, HttpDelivery how, TimePoint now);

  /// Whether a call of the provider's own that falls due is still to be made.
  [[nodiscard]] bool wants(const Outgoing& call, TimePoint now) const;

  /// An attempt at a call of the provider's own has ended. Returns the calls that follow from it.
  [[nodiscard]] std::vector<Outgoing> called(const Outgoing& call, const OutgoingOutcome& outcome,
                                             TimePoint now);

  /// `release` closes the connection of a held request. Called when its fault heals; at once when
  /// that has happened already.
  void held(std::uint64_t number, std::function<void()> release);

  /// Faults are asked in order of injection; the first that changes a request decides it, and those
  /// after it do not see the request. @pre `fault` is not active
  /// One that was healed before goes on where it was.
  void inject(int fault, const spec::MockFault& spec, TimePoint now, std::string name = {});

  /// How strong a fault is from now on, 0 to 1: see MockFault::set_strength().
  void set_strength(int fault, double strength);

  /// Ends a fault and releases the requests that it holds. Harmless when it is not active.
  void heal(int fault);

  /// Ends a fault and forgets it: it is in no report any more.
  void forget(int fault);

  void set(const spec::MockSettings& settings);
  [[nodiscard]] const spec::Mock& spec() const { return options_.spec; }

  /// What the provider remembers, as JSON; and making it forget.
  [[nodiscard]] std::string state() const { return provider_->state(); }
  [[nodiscard]] const NoticeBook* notices() const { return provider_->notices(); }
  void reset() { provider_->reset(); }

  /// Of every fault that was ever injected, in order of injection, but for those forgotten.
  [[nodiscard]] std::vector<FaultReport> fault_reports() const;

  [[nodiscard]] Ledger take_ledger(TimePoint origin, TimePoint now);
  [[nodiscard]] LedgerBook& book() { return book_; }
  [[nodiscard]] const LedgerBook& book() const { return book_; }
  [[nodiscard]] const TimeOrigin& origin() const { return origin_; }

 private:
  struct Active {
    int fault;
    std::string name;
    MockFault decider;
    HttpPickMatcher when;
    bool active = true;
    std::optional<TimePoint> first_hit;
  };
  struct Chosen {
    Active* fault = nullptr;
    MockFault::Decision decision;
  };
  struct Pending {
    Delivery when_cut = Delivery::answered;
    int fault = -1;
    std::function<void()> release;
  };

  ProviderContext context_for(std::uint64_t number, TimePoint now);
  Chosen choose_fault(const HttpRequest& request, TimePoint now);
  void note_hit(Chosen& chosen, bool changed, TimePoint now);
  HttpReply healthy(const HttpRequest& request, ProviderContext& context);
  [[nodiscard]] std::string correlation_of(const HttpRequest& request) const;
  [[nodiscard]] bool is_active(int fault) const;

  MockOptions options_;
  std::unique_ptr<Provider> provider_;
  TimeOrigin origin_;
  FirstHit first_hit_;
  std::string stream_;  // name of this mock's random streams
  std::string latency_stream_;
  std::optional<RateLimiter> limiter_;
  Arrivals arrivals_;
  LedgerBook book_;
  std::vector<Active> faults_;
  std::unordered_map<std::uint64_t, Pending> pending_;
};

}  // namespace firedrill
