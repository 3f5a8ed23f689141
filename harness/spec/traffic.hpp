#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/breakpoint.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/rate_shape.hpp"
#include "harness/spec/request.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

enum class Arrivals {
  even,     ///< Equal gaps.
  poisson,  ///< Exponential gaps from the seed: what independent users look like.
};

/// The closed model: how many users there are, from the start of the drill; linear from `from` to
/// `to` over `over`, then constant. Each user waits for its answers, thinks, and begins again.
struct Users {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Duration over{0};
  std::optional<Delay> think;         ///< After each round.
  std::uint64_t iterations_each = 0;  ///< Rounds of each user; 0 for as many as there is time for.
  [[nodiscard]] std::uint32_t most() const { return from > to ? from : to; }
};

enum class HttpVersion { http1, http2 };

/// How somebody gets a token anew without logging in again.
struct Refresh {
  Step step;
  Duration every{0};                   ///< Age of the token; 0 for never by age.
  std::vector<StatusRange> on_status;  ///< Answers that mean "your token is too old".
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

/// One named stream of requests. Either `rate` (open model) or `users` (closed model) says when.
struct Stream {
  std::string name;
  RateShape rate;
  std::optional<BreakpointSearch> breakpoint;  ///< Decides the rate as it goes; `rate` is 0.
  Arrivals arrivals = Arrivals::even;
  std::optional<Users> users;
  std::uint32_t together = 1;  ///< Each arrival is a group of this many, released at once.

  // A stream of single requests.
  Request request;
  ResponseMatch check;  ///< What a good answer is. With nothing stated: a status below 400.
  std::vector<StatusRange> expect_status;
  std::vector<Extract> extract;  ///< Only of a step that is looked at as a stream of its own.
  std::optional<EventStream> events;
  std::uint32_t redirects_max = 0;

  std::optional<WebhookTraffic> webhook;  ///< Set: it makes headers and body.

  // A stream of several steps: one after the other, or one of them a round, by weight.
  std::vector<Step> flow;
  bool mixes = false;

  std::optional<Step> log_in;        ///< Before somebody's first request.
  std::optional<Refresh> refresh;    ///< Only with log_in.
  std::uint32_t sessions = 0;        ///< People who come back; 0: everybody is new.
  std::vector<std::string> feeders;  ///< Those whose columns its requests use.
  std::vector<std::string>
      feeders_of_users;  ///< Of these, one row for each person: log_in uses them.
  HttpVersion http = HttpVersion::http1;
  bool compressed = false;  ///< Asks for compressed answers.

  Duration timeout = std::chrono::seconds{5};
  std::uint32_t in_flight_max = 0;  ///< 0: enough for the peak rate at the time-out, at most 5000.
  Place place;

  /// True for requests that stand alone: no steps, users, groups or log-in.
  [[nodiscard]] bool is_plain() const {
    return flow.empty() && !users && together == 1 && !log_in && sessions == 0 && feeders.empty();
  }
  /// The steps of one round; a single request is one without a name.
  [[nodiscard]] std::vector<Step> steps() const {
    if (!flow.empty()) return flow;
    Step step;
    step.request = request;
    step.check = check;
    step.expect_status = expect_status;
    step.events = events;
    step.timeout = timeout;
    step.redirects_max = redirects_max;
    step.place = place;
    return {step};
  }
  /// How many requests of `step` a round makes, in the mean.
  [[nodiscard]] double share_of(const Step& step) const {
    if (!mixes) return 1;
    double weights = 0;
    for (const Step& other : flow) weights += other.weight;
    return step.weight / weights;
  }
  /// The name that a step's numbers are kept under: "booking.pay", or the stream's own.
  [[nodiscard]] std::string series_of(const Step& step) const {
    return step.name.empty() ? name : name + "." + step.name;
  }
};

}  // namespace firedrill::spec
