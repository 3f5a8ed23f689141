#pragma once

#include "mocks/clinic/ai.hpp"

#include <string>
#include <string_view>

namespace firedrill::clinic {

/// The AI's confidence is kept within these bounds.
inline constexpr double kAiConfidenceMin = 0.8;
inline constexpr double kAiConfidenceMax = 0.95;

/// Whether a patient is recognisable in what a third party gets.
enum class Privacy { masked, in_the_clear };

/// Body of POST /chat/completions that asks for the score of a lead. The phone number and the name
/// stay here: the model is told only whether there is one, and gets the message masked (see
/// mask.hpp). `in_the_clear` is what a planted defect does.
[[nodiscard]] std::string chat_request(const Lead& lead, Privacy privacy = Privacy::masked);

/// What a whole answer of POST /chat/completions means. Its content must be one JSON object with
/// `score` (a whole number, 1..5), `confidence` (0..1, clamped into the bounds above) and, if it
/// likes, `reason` (kept to 300 bytes). Anything else with a 2xx is `malformed`.
[[nodiscard]] AiReply read_chat_answer(int status, std::string_view body);

}  // namespace firedrill::clinic
