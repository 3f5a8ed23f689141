#pragma once

#include "harness/base/rng.hpp"
#include "mocks/clinic/ai.hpp"
#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"
#include "mocks/clinic/metrics.hpp"
#include "mocks/clinic/retry.hpp"
#include "mocks/clinic/scorer_options.hpp"
#include "mocks/clinic/scoring_rules.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

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

/// Scores leads: the AI when it is to be had in time, the rules otherwise. A call that fails is
/// made again, each attempt only with the breaker's permit; no more than so many leads are with the
/// AI at a time, the next one gets the rules at once.
///
/// Thread: one. Lifetime: everything given outlives the scorer, the scorer outlives its calls.
class LeadScorer final {
 public:
  struct Parts {
    ScoringAi* ai = nullptr;  ///< Null: there is none and the rules score every lead.
    CircuitBreaker& breaker;
    Metrics& metrics;
    Log& log;
    const Clock& clock;
    Pause pause;
    /// Runs work that nobody waits for.
    std::function<void(boost::asio::awaitable<void>)> spawn;
  };

  LeadScorer(Parts parts, ScorerOptions options, Defects defects, Rng rng);
  LeadScorer(const LeadScorer&) = delete;
  LeadScorer& operator=(const LeadScorer&) = delete;

  using Answer = std::variant<ScoredLead, NoScore>;
  boost::asio::awaitable<Answer> score(Lead lead, std::string correlation_id);

  [[nodiscard]] bool has_ai() const { return parts_.ai != nullptr; }
  [[nodiscard]] const std::optional<AiSighting>& last_sighting() const { return last_; }

 private:
  using Permit = CircuitBreaker::Permit;

  boost::asio::awaitable<std::optional<AiReply>> ask_ai(Lead lead, std::string correlation_id);
  boost::asio::awaitable<AiReply> ask_once(Lead lead, std::string correlation_id,
                                           std::optional<Permit> permit, Duration within);
  boost::asio::awaitable<void> ask_later(Lead lead, std::string correlation_id);
  void tell(std::optional<Permit>& permit, const AiReply& reply);
  void note(const AiReply& reply, const std::string& correlation_id);
  [[nodiscard]] Health health_of(const AiReply& reply) const;
  [[nodiscard]] Answer without_ai(const Lead& lead, const std::optional<AiReply>& reply);

  const Parts parts_;
  const ScorerOptions options_;
  const Defects defects_;
  Rng rng_;
  std::shared_ptr<std::uint32_t> leads_with_ai_ = std::make_shared<std::uint32_t>(0);
  std::optional<AiSighting> last_;

  // What planted defects keep.
  std::uint64_t asked_ = 0;
  std::vector<Permit> lost_trials_;
  std::vector<std::pair<Lead, std::string>> missed_;  // scored by the rules while it was open
};

}  // namespace firedrill::clinic
