#include "mocks/clinic/lead_scorer.hpp"

#include <utility>

namespace firedrill::clinic {

namespace net = boost::asio;

LeadScorer::LeadScorer(ScoringAi* ai, CircuitBreaker& breaker, Metrics& metrics, Log& log,
                       const Clock& clock, Defects defects)
    : ai_{ai}, breaker_{breaker}, metrics_{metrics}, log_{log}, clock_{clock}, defects_{defects} {}

net::awaitable<LeadScorer::Answer> LeadScorer::score(Lead lead, std::string correlation_id) {
  const std::optional<AiReply> reply = co_await ask_ai(lead, std::move(correlation_id));
  if (reply && reply->outcome == AiOutcome::scored) {
    metrics_.lead_scored(ScoreSource::ai);
    co_return ScoredLead{.score = reply->score, .source = ScoreSource::ai};
  }
  co_return without_ai(lead, reply);
}

/// Nothing when the AI was not asked: there is none, or its breaker spares it.
net::awaitable<std::optional<AiReply>> LeadScorer::ask_ai(Lead lead, std::string correlation_id) {
  if (!ai_) co_return std::nullopt;
  std::optional<CircuitBreaker::Permit> permit = breaker_.try_acquire(clock_.now());
  if (!permit) co_return std::nullopt;

  AiReply reply = co_await ai_->score(std::move(lead), correlation_id);
  const TimePoint now = clock_.now();
  switch (health_from(reply.outcome)) {
    case Health::good:
      permit->succeeded(now);
      break;
    case Health::bad:
      permit->failed(now);
      break;
    case Health::unknown:
      break;  // the permit goes away untold
  }
  note(reply, correlation_id);
  co_return reply;
}

void LeadScorer::note(const AiReply& reply, const std::string& correlation_id) {
  metrics_.ai_called(reply);
  last_ = AiSighting{.outcome = reply.outcome, .at = clock_.now(), .took = reply.took};
  if (reply.outcome == AiOutcome::scored) return;
  const bool ours = health_from(reply.outcome) == Health::unknown;
  log_.write(ours ? LogLevel::error : LogLevel::warning,
             ours ? "openai refuses our calls: check OPENAI_API_KEY and OPENAI_BASE_URL"
                  : "openai call failed",
             {{"correlation_id", correlation_id},
              {"dependency", "openai"},
              {"outcome", name_of(reply.outcome)},
              {"upstream_status", std::int64_t{reply.status}},
              {"why", reply.why},
              {"duration_ms", to_ms(reply.took)}});
}

LeadScorer::Answer LeadScorer::without_ai(const Lead& lead, const std::optional<AiReply>& reply) {
  if (defects_.leaks_5xx && reply && reply->status >= 500) {
    return NoScore{.status = reply->status, .error = "openai " + reply->why};
  }
  if (defects_.no_fallback) {
    return NoScore{.status = 503, .error = "lead scoring is unavailable: the AI is not to be had"};
  }
  metrics_.lead_scored(ScoreSource::rules);
  return ScoredLead{.score = score_by_rules(lead), .source = ScoreSource::rules};
}

}  // namespace firedrill::clinic
