#pragma once

#include "harness/base/result.hpp"
#include "mocks/clinic/lead_scorer.hpp"
#include "mocks/clinic/scoring_rules.hpp"

#include <string>
#include <string_view>

namespace firedrill::clinic {

// The wire form of POST /api/leads/score. Pure.

/// Largest body taken, in bytes.
inline constexpr std::size_t kScoreBodyMax = std::size_t{64} * 1024;

/// {"phone": "…", "name": "…" (optional), "message": "…"}. Errors say which field is wrong and what
/// is accepted, and quote nothing of what was sent.
[[nodiscard]] Result<Lead> parse_lead(std::string_view body);

/// {"lead_id":…,"score":…,"confidence":…,"source":…,"reason":…}
[[nodiscard]] std::string lead_json(const std::string& lead_id, const ScoredLead& lead);

/// {"error":…,"correlation_id":…}: the body of every error that the service answers.
[[nodiscard]] std::string error_json(std::string_view error, std::string_view correlation_id);

}  // namespace firedrill::clinic
