#pragma once

#include "harness/aio/http.hpp"
#include "mocks/provider.hpp"

#include <cstdint>

namespace firedrill::openai {

/// What a request used up.
struct Spent {
  std::uint64_t tokens = 0;
  Duration time{0};  ///< Until the answer was there, or began to stream.
};

/// The headers that every answer of the API carries: the request id, the rate limits and, with an
/// error, whether and when to try again.
void add_headers(HttpReply& reply, ProviderContext& context, const Spent& spent);

}  // namespace firedrill::openai
