#pragma once

#include "harness/aio/http_client.hpp"
#include "harness/base/time.hpp"
#include "harness/load/request_source.hpp"
#include "harness/spec/scenario.hpp"
#include "harness/spec/traffic.hpp"
#include "mocks/provider.hpp"
#include "mocks/webhooks/deliveries.hpp"
#include "mocks/webhooks/delivery_choice.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace firedrill {

/// Of one attempt: the scenario's, or the provider's. @pre stream.webhook is set
[[nodiscard]] Duration webhook_timeout(const spec::Stream& stream);

/// The requests of a stream of webhooks: each release is the first attempt to deliver an event.
/// What came of it is handed on to Deliveries, which keep the ledger and make the retries.
///
/// A release delivers a new event, or what a delivery fault puts in its place: the last sound event
/// once more (duplicate, replay), one that was held back (reorder). A dropped event takes no place:
/// the next one goes instead; one that is held back when the stream ends was never sent, and is on
/// no ledger. Depends on the arguments and on the order of calls alone.
class WebhookSource final : public RequestSource {
 public:
  struct Options {
    std::string stream;
    spec::WebhookTraffic webhook;
    std::string base_url;            ///< Of the system, "http://127.0.0.1:8080".
    std::string path;                ///< "/webhooks/stripe"
    std::string correlation_header;  ///< "" sends none.
    std::uint64_t seed = 0;
    TimeOrigin origin;
    /// One event more, all but its URL; never unset. sample_event() of the stream's event.
    std::function<Outgoing(ProviderContext&)> build;
    /// The first attempt is over, or the event is dropped. Called on the load's thread.
    std::function<void(Deliveries::Attempted)> attempted;
  };

  explicit WebhookSource(Options options);

  OutgoingRequest make(const Release& release) override;
  void dropped(const Release& release, Drop why) override;
  void ended(const Release& release, const SendResult& result, Offset done) override;
  [[nodiscard]] bool reads_answers() const override { return false; }

 private:
  /// An event on its way.
  struct Flight {
    Deliveries::Attempted attempted;
    HttpClient::Request request;
  };

  Flight next_flight(const Release& release);
  Flight fresh(const Release& release);
  Flight again(const DeliveryChoice& choice, const Release& release);
  Outgoing build(const DeliveryChoice& choice, const Release& release);
  void sign(Flight& flight, const Release& release) const;
  [[nodiscard]] WallTime wall_at(Offset offset) const { return options_.origin.wall_at(offset); }

  Options options_;
  std::uint64_t events_ = 0;
  std::optional<Flight> held_;                           // back, until the event after it has gone
  std::optional<Flight> last_;                           // sound event that was delivered
  std::unordered_map<std::uint64_t, Flight> in_flight_;  // by release; bounded as the stream is
};

/// What all of a drill's webhooks share.
struct WebhookSetting {
  std::string system_url;
  std::uint64_t seed = 0;
  TimeOrigin origin;
};

/// The source of a stream of webhooks; `attempted` as in WebhookSource::Options.
/// @pre stream.webhook
[[nodiscard]] std::shared_ptr<WebhookSource> make_webhook_source(
    const spec::Scenario& scenario, const spec::Stream& stream, const WebhookSetting& setting,
    std::function<void(Deliveries::Attempted)> attempted);

}  // namespace firedrill
