#include "mocks/clinic/lead_scorer.hpp"

#include "mocks/clinic/chat_completion.hpp"

#include <algorithm>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Of the defect herd-after-close: leads kept for later.
constexpr std::size_t kMissedMax = 5000;
/// Of the defect slow-when-open.
constexpr Duration kSlowness = 250ms;

/// Counts a lead for as long as it is with the AI, however that ends.
class WithAi {
 public:
  explicit WithAi(std::shared_ptr<std::uint32_t> count) : count_{std::move(count)} { ++*count_; }
  WithAi(const WithAi&) = delete;
  WithAi& operator=(const WithAi&) = delete;
  ~WithAi() { --*count_; }

 private:
  std::shared_ptr<std::uint32_t> count_;
};

bool was_lost(const AiReply& reply) {
  return reply.outcome == AiOutcome::timed_out || reply.outcome == AiOutcome::no_connection;
}

}  // namespace

LeadScorer::LeadScorer(Parts parts, ScorerOptions options, Defects defects, Rng rng)
    : parts_{std::move(parts)}, options_{options}, defects_{defects}, rng_{rng} {}

net::awaitable<LeadScorer::Answer> LeadScorer::score(Lead lead, std::string correlation_id) {
  const std::optional<AiReply> reply = co_await ask_ai(lead, std::move(correlation_id));
  if (reply && reply->outcome == AiOutcome::scored) {
    parts_.metrics.lead_scored(ScoreSource::ai);
    co_return ScoredLead{.score = reply->score, .source = ScoreSource::ai};
  }
  co_return without_ai(lead, reply);
}

/// Nothing when the AI was not asked: there is none, its breaker spares it, or enough leads are
/// with it already. Else how the last attempt ended.
net::awaitable<std::optional<AiReply>> LeadScorer::ask_ai(Lead lead, std::string correlation_id) {
  if (!has_ai()) co_return std::nullopt;
  const std::uint64_t number = ++asked_;
  if (defects_.fallback_for_everyone && number % 4 == 0) co_return std::nullopt;
  if (*leads_with_ai_ >= options_.leads_with_ai_max) {
    parts_.metrics.ai_spared();
    co_return std::nullopt;
  }
  const WithAi counted{leads_with_ai_};
  const TimePoint began = parts_.clock.now();
  std::optional<AiReply> reply;
  for (std::uint32_t attempt = 1;; ++attempt) {
    std::optional<Permit> permit = parts_.breaker.try_acquire(parts_.clock.now());
    if (!permit) {
      if (defects_.herd_after_close && missed_.size() < kMissedMax) {
        missed_.emplace_back(lead, correlation_id);
      }
      if (defects_.slow_when_open) co_await parts_.pause(kSlowness);
      if (!defects_.calls_while_open || number % 20 != 0) co_return reply;
    }
    if (attempt > 1) parts_.metrics.ai_asked_again();
    const Duration left = options_.budget - (parts_.clock.now() - began);
    reply = co_await ask_once(lead, correlation_id, std::move(permit), left);
    const auto wait = wait_before_retry(options_.retry, attempt, *reply,
                                        options_.budget - (parts_.clock.now() - began), rng_);
    if (!wait) co_return reply;
    co_await parts_.pause(*wait);
  }
}

net::awaitable<AiReply> LeadScorer::ask_once(Lead lead, std::string correlation_id,
                                             std::optional<Permit> permit, Duration within) {
  const bool trial = permit && permit->is_trial();
  std::string shown_id = correlation_id;
  if (defects_.correlation_lost) shown_id = "clinic-call";
  AiReply reply = co_await parts_.ai->score(std::move(lead), std::move(shown_id), within);
  tell(permit, reply);
  note(reply, correlation_id);
  if (trial && reply.outcome == AiOutcome::scored) {
    for (auto& [missed, id] : std::exchange(missed_, {})) {
      parts_.spawn(ask_later(std::move(missed), std::move(id)));
    }
  }
  co_return reply;
}

/// Of the defect herd-after-close: a lead that had to do without the AI is shown to it after all.
net::awaitable<void> LeadScorer::ask_later(Lead lead, std::string correlation_id) {
  std::optional<Permit> permit = parts_.breaker.try_acquire(parts_.clock.now());
  if (!permit) co_return;
  co_await ask_once(std::move(lead), std::move(correlation_id), std::move(permit), options_.budget);
}

void LeadScorer::tell(std::optional<Permit>& permit, const AiReply& reply) {
  if (!permit) return;
  if (defects_.breaker_stuck_half_open && permit->is_trial() && was_lost(reply)) {
    lost_trials_.push_back(std::move(*permit));
    return;
  }
  switch (health_of(reply)) {
    case Health::good:
      permit->succeeded(parts_.clock.now());
      break;
    case Health::bad:
      permit->failed(parts_.clock.now());
      break;
    case Health::unknown:
      break;  // the permit goes away untold
  }
}

Health LeadScorer::health_of(const AiReply& reply) const {
  const bool taken_for_outage =
      defects_.swallows_401 && reply.outcome == AiOutcome::credentials_rejected;
  return taken_for_outage ? Health::bad : health_from(reply.outcome);
}

void LeadScorer::note(const AiReply& reply, const std::string& correlation_id) {
  parts_.metrics.ai_called(reply);
  TokenUsage billed = reply.usage;
  if (defects_.cost_undercounted) billed.completion = 0;
  parts_.metrics.ai_billed(billed);
  last_ = AiSighting{.outcome = reply.outcome, .at = parts_.clock.now(), .took = reply.took};
  if (reply.outcome == AiOutcome::scored) return;
  const bool ours = health_of(reply) == Health::unknown;
  parts_.log.write(ours ? LogLevel::error : LogLevel::warning,
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
  parts_.metrics.lead_scored(defects_.fallback_counter_lies ? ScoreSource::ai : ScoreSource::rules);
  LeadScore score = score_by_rules(lead);
  if (defects_.fallback_wrong_confidence) score.confidence = kAiConfidenceMin;
  return ScoredLead{.score = std::move(score), .source = ScoreSource::rules};
}

}  // namespace firedrill::clinic
