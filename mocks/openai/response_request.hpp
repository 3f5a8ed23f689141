#pragma once

#include "mocks/openai/problem.hpp"
#include "mocks/openai/prompt.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace firedrill::openai {

/// What of a POST /responses decides its answer; validated.
struct ResponseRequest {
  Prompt prompt;
  bool stream = false;
  bool store = true;
  bool background = false;
  std::string previous_response_id;  ///< "" for a first turn.
  /// The settings that the answer repeats, with the API's defaults for what was not sent: a JSON
  /// object as text.
  std::string settings;
  std::string input_items;  ///< A JSON array as text: the input, each item without an id.
};

/// Reads a request body; the first thing wrong with it is the problem.
[[nodiscard]] std::variant<ResponseRequest, Problem> parse_response_request(std::string_view body);

}  // namespace firedrill::openai
