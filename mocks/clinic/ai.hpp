#pragma once

#include "harness/base/time.hpp"
#include "mocks/clinic/scoring_rules.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::clinic {

/// How one call of the AI ended.
enum class AiOutcome : std::uint8_t {
  scored,
  no_connection,         ///< Refused, reset, broken off.
  timed_out,             ///< No whole answer in time; also the provider's own 408.
  rate_limited,          ///< 429
  server_error,          ///< 5xx
  malformed,             ///< Answered, but not with a score that can be used.
  credentials_rejected,  ///< 401, 403: our key is wrong.
  request_rejected,      ///< Any other 4xx, or a URL that may not be called: we ask wrongly.
};
inline constexpr std::size_t kAiOutcomes = 8;

/// "scored", "no_connection", …: the label in metrics and logs.
[[nodiscard]] std::string_view name_of(AiOutcome outcome);

/// What an outcome says about the health of the dependency, for its circuit breaker. A rejected key
/// or request says nothing: the dependency answered quickly and well, and sparing it calls would
/// not mend our configuration, so it is neither success nor failure.
enum class Health { good, bad, unknown };
[[nodiscard]] Health health_from(AiOutcome outcome);

/// What the provider bills.
struct TokenUsage {
  std::uint64_t prompt = 0;
  std::uint64_t completion = 0;
};

struct AiReply {
  AiOutcome outcome = AiOutcome::no_connection;
  LeadScore score;  ///< For `scored` only.
  int status = 0;   ///< HTTP status; 0 without an answer.
  /// How long the provider asks us to stay away.
  std::optional<Duration> retry_after = std::nullopt;
  TokenUsage usage;  ///< Billed even when the answer cannot be used.
  std::string
      why;  ///< For people, when not scored; holds nothing of the lead's or of the answer's text.
  Duration took{0};
};

/// The AI as the scorer sees it. One call, given up when `within` is over, never thrown out of.
class ScoringAi {
 public:
  virtual ~ScoringAi() = default;
  virtual boost::asio::awaitable<AiReply> score(Lead lead, std::string correlation_id,
                                                Duration within) = 0;
};

}  // namespace firedrill::clinic
