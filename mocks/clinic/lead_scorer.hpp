#pragma once

#include "mocks/clinic/ai.hpp"
#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/metrics.hpp"
#include "mocks/clinic/scoring_rules.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <variant>

namespace firedrill::clinic {

/// A lead with its score.
struct ScoredLead {
  LeadScore score;
  ScoreSource source = ScoreSource::rules;
};

/// No score. Only a planted defect gets here: the healthy service always has the rules.
struct NoScore {
  int status = 503;  ///< To answer with.
  std::string error;
};

/// The last that was heard of the AI; for people and health endpoints.
struct AiSighting {
  AiOutcome outcome;
  TimePoint at;
  Duration took;
};

/// Scores leads: the AI when it is to be had, the rules otherwise.
///
/// Thread: one. Lifetime: everything given outlives the scorer, the scorer outlives its calls.
class LeadScorer final {
 public:
  /// `ai` may be null: then there is none and the rules score every lead.
  LeadScorer(ScoringAi* ai, CircuitBreaker& breaker, Metrics& metrics, Log& log, const Clock& clock,
             Defects defects);
  LeadScorer(const LeadScorer&) = delete;
  LeadScorer& operator=(const LeadScorer&) = delete;

  using Answer = std::variant<ScoredLead, NoScore>;
  boost::asio::awaitable<Answer> score(Lead lead, std::string correlation_id);

  [[nodiscard]] bool has_ai() const { return ai_ != nullptr; }
  [[nodiscard]] const std::optional<AiSighting>& last_sighting() const { return last_; }

 private:
  boost::asio::awaitable<std::optional<AiReply>> ask_ai(Lead lead, std::string correlation_id);
  void note(const AiReply& reply, const std::string& correlation_id);
  [[nodiscard]] Answer without_ai(const Lead& lead, const std::optional<AiReply>& reply);

  ScoringAi* const ai_;
  CircuitBreaker& breaker_;
  Metrics& metrics_;
  Log& log_;
  const Clock& clock_;
  const Defects defects_;
  std::optional<AiSighting> last_;
};

}  // namespace firedrill::clinic
