#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/rate_shape.hpp"

#include <cstdint>
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

/// One named stream of requests.
struct Stream {
  std::string name;
  RateShape rate;
  Arrivals arrivals = Arrivals::even;
  Request request;
  ResponseMatch check;  ///< What a good answer is. With nothing stated: a status below 400.
  Duration timeout = std::chrono::seconds{5};
  std::uint32_t in_flight_max = 0;  ///< 0: enough for the peak rate at the time-out, at most 5000.
  Place place;
};

}  // namespace firedrill::spec
