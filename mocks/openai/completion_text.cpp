// The two forms of a completion on the wire.
#include "mocks/json_text.hpp"
#include "mocks/openai/completion.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

/// Pieces of all choices together; longer texts come in larger ones, as each chunk has a long head.
constexpr std::size_t kPiecesMax = 1000;

Json usage_json(const Completion& completion) {
  return {{"prompt_tokens", completion.prompt_tokens},
          {"completion_tokens", completion.completion_tokens},
          {"total_tokens", completion.prompt_tokens + completion.completion_tokens},
          {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", 0},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
}

Json call_json(const Said& choice, const std::string& arguments) {
  return {{"id", choice.call_id},
          {"type", "function"},
          {"function", {{"name", choice.tool}, {"arguments", arguments}}}};
}

Json message_json(const Said& choice) {
  Json message{{"role", "assistant"},
               {"content", nullptr},
               {"refusal", nullptr},
               {"annotations", Json::array()}};
  if (choice.calls_tool) {
    message["tool_calls"] = Json::array({call_json(choice, choice.arguments)});
  } else {
    message["content"] = choice.content;
  }
  return message;
}

std::string finish_reason_of(const Said& choice) {
  if (choice.cut_short) return "length";
  return choice.calls_tool ? "tool_calls" : "stop";
}

/// Writes the chunks of one stream; all share the same head.
class StreamWriter {
 public:
  StreamWriter(const Completion& completion, bool include_usage, const Pace& pace)
      : completion_{completion}, include_usage_{include_usage}, next_after_{pace.first_token} {}

  /// Time that passes before the next chunk.
  void wait(Duration time) { next_after_ += time; }

  void open(std::size_t index, const Said& choice) {
    if (!choice.calls_tool) {
      add_delta(index, {{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}});
      return;
    }
    Json call{{"index", 0}};
    call.update(call_json(choice, ""));
    add_delta(index, {{"role", "assistant"},
                      {"content", nullptr},
                      {"tool_calls", Json::array({std::move(call)})}});
  }

  void add_piece(std::size_t index, const Said& choice, std::string_view piece) {
    if (!choice.calls_tool) {
      add_delta(index, {{"content", piece}});
      return;
    }
    const Json call{{"index", 0}, {"function", {{"arguments", piece}}}};
    add_delta(index, {{"tool_calls", Json::array({call})}});
  }

  void close(std::size_t index, const Said& choice) {
    add_delta(index, Json::object(), finish_reason_of(choice));
  }

  std::vector<HttpChunk> finish() {
    if (include_usage_) {
      Json chunk = head(Json::array());
      chunk["usage"] = usage_json(completion_);
      add("data: " + dump(chunk) + "\n\n");
    }
    add("data: [DONE]\n\n");
    return std::move(chunks_);
  }

 private:
  [[nodiscard]] Json head(Json choices) const {
    Json chunk{{"id", completion_.id},           {"object", "chat.completion.chunk"},
               {"created", completion_.created}, {"model", completion_.model},
               {"service_tier", "default"},      {"system_fingerprint", completion_.fingerprint},
               {"choices", std::move(choices)}};
    if (include_usage_) chunk["usage"] = nullptr;
    return chunk;
  }

  void add_delta(std::size_t index, Json delta, Json finish_reason = nullptr) {
    Json choice{{"index", index},
                {"delta", std::move(delta)},
                {"logprobs", nullptr},
                {"finish_reason", std::move(finish_reason)}};
    add("data: " + dump(head(Json::array({std::move(choice)}))) + "\n\n");
  }

  void add(std::string event) {
    chunks_.push_back({std::exchange(next_after_, Duration{0}), std::move(event)});
  }

  const Completion& completion_;
  bool include_usage_;
  Duration next_after_;
  std::vector<HttpChunk> chunks_;
};

}  // namespace

std::string to_body(const Completion& completion, bool stored) {
  Json choices = Json::array();
  for (std::size_t i = 0; i < completion.choices.size(); ++i) {
    const Said& choice = completion.choices[i];
    choices.push_back({{"index", i},
                       {"message", message_json(choice)},
                       {"logprobs", nullptr},
                       {"finish_reason", finish_reason_of(choice)}});
  }
  Json body{{"id", completion.id},           {"object", "chat.completion"},
            {"created", completion.created}, {"model", completion.model},
            {"choices", std::move(choices)}, {"usage", usage_json(completion)},
            {"service_tier", "default"},     {"system_fingerprint", completion.fingerprint}};
  if (stored) body["metadata"] = Json::parse(completion.metadata);
  return dump(body);
}

std::vector<HttpChunk> to_stream(const Completion& completion, bool include_usage,
                                 const Pace& pace) {
  StreamWriter writer{completion, include_usage, pace};
  const std::vector<Said>& choices = completion.choices;
  std::vector<std::vector<std::string_view>> pieces;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    writer.open(i, choices[i]);
    pieces.push_back(
        pieces_of(choices[i].text(), std::max<std::size_t>(1, kPiecesMax / choices.size())));
  }
  // The answers grow side by side, as those of the real API do: a round takes as long as its
  // longest piece.
  bool more = true;
  for (std::size_t at = 0; more; ++at) {
    more = false;
    std::uint64_t tokens = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (at >= pieces[i].size()) continue;
      tokens = std::max(tokens, tokens_of(pieces[i][at]));
    }
    if (tokens > 0) writer.wait(pace.per_token * static_cast<std::int64_t>(tokens));
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (at >= pieces[i].size()) continue;
      writer.add_piece(i, choices[i], pieces[i][at]);
      more = true;
    }
  }
  for (std::size_t i = 0; i < choices.size(); ++i) writer.close(i, choices[i]);
  return writer.finish();
}

}  // namespace firedrill::openai
