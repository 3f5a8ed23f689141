#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/breakpoint.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/rate_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

enum class Arrivals {
  even,     ///< Equal gaps.
  poisson,  ///< Exponential gaps from the seed: what independent users look like.
};

struct HeaderTemplate {
  std::string name;
  std::string value;  ///< Template.
};

struct Request {
  std::string method = "GET";
  std::string path;  ///< Template; begins with '/', query included.
  std::vector<HeaderTemplate> headers;
  std::string body;           ///< Template; JSON bodies are serialised once, at load.
  bool body_is_json = false;  ///< Values rendered into the body are JSON-escaped.
};

/// What a stream of webhooks sends: events of a provider, each signed as the provider signs. Where
/// to is the stream's request.
struct WebhookTraffic {
  MockKind provider = MockKind::stripe;
  std::string event;   ///< "payment_intent.succeeded"
  std::string secret;  ///< "" for the mock's default.
  Deliver deliver;
  Place place;
};

/// One named stream of requests.
struct Stream {
  std::string name;
  RateShape rate;
  std::optional<BreakpointSearch> breakpoint;  ///< Decides the rate as it goes; `rate` is 0.
  Arrivals arrivals = Arrivals::even;
  Request request;
  std::optional<WebhookTraffic> webhook;  ///< Set: it makes headers and body.
  ResponseMatch check;  ///< What a good answer is. With nothing stated: a status below 400.
  Duration timeout = std::chrono::seconds{5};
  std::uint32_t in_flight_max = 0;  ///< 0: enough for the peak rate at the time-out, at most 5000.
  Place place;
};

}  // namespace firedrill::spec
