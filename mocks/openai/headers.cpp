#include "mocks/openai/headers.hpp"

#include "mocks/ids.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

namespace firedrill::openai {
namespace {

/// What an account without a configured rate limit is told.
constexpr std::int64_t kRequestsPerMinute = 10'000;
constexpr std::int64_t kTokensPerMinute = 30'000'000;

/// "1s", "6m0s", "8.64s", "120ms": durations as Go prints them.
std::string go_duration(Duration duration) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  if (ms < 1000) return std::to_string(ms) + "ms";
  const auto minutes = ms / 60'000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", static_cast<double>(ms % 60'000) / 1000);
  const std::string rest = std::string{text.data()} + "s";
  return minutes > 0 ? std::to_string(minutes) + "m" + rest : rest;
}

void add_rate_headers(HttpReply& reply, const RateStatus& rate, std::uint64_t tokens) {
  std::int64_t limit = kRequestsPerMinute;
  std::int64_t left = limit - 1;
  Duration reset = std::chrono::milliseconds{6};
  if (rate.rate) {
    limit = std::max<std::int64_t>(1, std::llround(rate.rate->per_second * 60));
    // Of a request that was refused, a part of the next one may be there: that is nothing.
    left = rate.refused
               ? 0
               : static_cast<std::int64_t>(std::floor(static_cast<double>(limit) * rate.left));
    reset = rate.full_in;
  }
  const auto used = static_cast<std::int64_t>(std::min<std::uint64_t>(tokens, kTokensPerMinute));
  const Duration tokens_reset = std::chrono::minutes{1} * used / kTokensPerMinute;
  reply.headers.push_back({"x-ratelimit-limit-requests", std::to_string(limit)});
  reply.headers.push_back({"x-ratelimit-limit-tokens", std::to_string(kTokensPerMinute)});
  reply.headers.push_back({"x-ratelimit-remaining-requests", std::to_string(left)});
  reply.headers.push_back(
      {"x-ratelimit-remaining-tokens", std::to_string(kTokensPerMinute - used)});
  reply.headers.push_back({"x-ratelimit-reset-requests", go_duration(reset)});
  reply.headers.push_back({"x-ratelimit-reset-tokens", go_duration(tokens_reset)});
}

void add_retry_after(HttpReply& reply, const RateStatus& rate) {
  // A 429 that no limit explains (a fault) asks for a second.
  const Duration wait = rate.refused ? rate.retry_in : std::chrono::seconds{1};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  const auto whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
  reply.headers.push_back({"retry-after", std::to_string(std::max<std::int64_t>(1, whole))});
  reply.headers.push_back({"retry-after-ms", std::to_string(std::max<std::int64_t>(1, ms))});
}

/// What the official clients obey before they look at the status.
bool should_retry(int status) {
  return status == 408 || status == 409 || status == 429 || status >= 500;
}

}  // namespace

void add_headers(HttpReply& reply, ProviderContext& context, const Spent& spent) {
  const auto ms =
      std::chrono::ceil<std::chrono::milliseconds>(context.latency + spent.time).count();
  reply.headers.push_back({"x-request-id", "req_" + hex_id(32, context.rng)});
  reply.headers.push_back({"openai-organization", "org-firedrill"});
  reply.headers.push_back({"openai-processing-ms", std::to_string(std::max<std::int64_t>(1, ms))});
  reply.headers.push_back({"openai-version", "2020-10-01"});
  add_rate_headers(reply, context.rate, spent.tokens);
  if (reply.status == 429) add_retry_after(reply, context.rate);
  if (reply.status >= 400) {
    reply.headers.push_back({"x-should-retry", should_retry(reply.status) ? "true" : "false"});
  }
}

}  // namespace firedrill::openai
