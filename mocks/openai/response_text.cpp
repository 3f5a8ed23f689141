// A response on the wire: as a body, as a stream, and what it was made from.
#include "mocks/json_text.hpp"
#include "mocks/openai/response.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPiecesMax = 1000;

bool has_output(ResponseStatus status) {
  return status == ResponseStatus::completed || status == ResponseStatus::incomplete;
}

Json text_part(const std::string& text) {
  return {{"type", "output_text"},
          {"annotations", Json::array()},
          {"logprobs", Json::array()},
          {"text", text}};
}

/// The only item of the output: as it begins, or as it ended.
Json item_json(const Response& response, bool done) {
  const Said& said = response.said;
  const char* status = !done ? "in_progress" : said.cut_short ? "incomplete" : "completed";
  if (said.calls_tool) {
    return {{"id", response.item_id}, {"type", "function_call"},
            {"status", status},       {"call_id", said.call_id},
            {"name", said.tool},      {"arguments", done ? said.arguments : ""}};
  }
  Json content = Json::array();
  if (done) content.push_back(text_part(said.content));
  return {{"id", response.item_id},
          {"type", "message"},
          {"status", status},
          {"role", "assistant"},
          {"content", std::move(content)}};
}

Json usage_json(const Response& response) {
  return {{"input_tokens", response.input_tokens},
          {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
          {"output_tokens", response.said.tokens},
          {"output_tokens_details", {{"reasoning_tokens", 0}}},
          {"total_tokens", response.tokens()}};
}

Json response_json(const Response& response, ResponseStatus status) {
  Json body{{"id", response.id},         {"object", "response"},   {"created_at", response.created},
            {"status", name_of(status)}, {"error", nullptr},       {"incomplete_details", nullptr},
            {"model", response.model},   {"output", Json::array()}};
  body.update(Json::parse(response.settings));
  body["service_tier"] = "default";
  body["completed_at"] = nullptr;
  body["usage"] = nullptr;
  if (has_output(status)) {
    body["output"].push_back(item_json(response, true));
    body["usage"] = usage_json(response);
  }
  if (status == ResponseStatus::completed) body["completed_at"] = response.created;
  if (status == ResponseStatus::incomplete) {
    body["incomplete_details"] = {{"reason", "max_output_tokens"}};
  }
  return body;
}

/// Writes the events of one stream.
class StreamWriter {
 public:
  explicit StreamWriter(std::int64_t after) : after_{after} {}

  void wait(Duration time) { next_after_ += time; }

  void add(const std::string& type, Json fields) {
    Json event{{"type", type}, {"sequence_number", number_}};
    event.update(fields);
    if (number_++ <= after_) return;
    chunks_.push_back({std::exchange(next_after_, Duration{0}),
                       "event: " + type + "\ndata: " + dump(event) + "\n\n"});
  }

  std::vector<HttpChunk> finish() { return std::move(chunks_); }

 private:
  std::int64_t after_;
  std::int64_t number_ = 0;
  Duration next_after_{0};
  std::vector<HttpChunk> chunks_;
};

/// Adds the position of the item that an event is about.
Json about_item(const Response& response, Json fields) {
  Json all{{"item_id", response.item_id}, {"output_index", 0}};
  all.update(fields);
  return all;
}

void write_pieces(StreamWriter& writer, const Response& response, const Pace& pace,
                  const std::string& type, const Json& more) {
  for (const std::string_view piece : pieces_of(response.said.text(), kPiecesMax)) {
    writer.wait(pace.per_token * static_cast<std::int64_t>(tokens_of(piece)));
    Json fields = about_item(response, more);
    fields["delta"] = piece;
    writer.add(type, std::move(fields));
  }
}

void write_text(StreamWriter& writer, const Response& response, const Pace& pace) {
  const std::string& text = response.said.content;
  const Json content{{"content_index", 0}};
  Json part = about_item(response, content);
  part["part"] = text_part("");
  writer.add("response.content_part.added", part);
  write_pieces(writer, response, pace, "response.output_text.delta",
               {{"content_index", 0}, {"logprobs", Json::array()}});
  writer.add(
      "response.output_text.done",
      about_item(response, {{"content_index", 0}, {"logprobs", Json::array()}, {"text", text}}));
  part["part"] = text_part(text);
  writer.add("response.content_part.done", part);
}

void write_call(StreamWriter& writer, const Response& response, const Pace& pace) {
  write_pieces(writer, response, pace, "response.function_call_arguments.delta", Json::object());
  writer.add(
      "response.function_call_arguments.done",
      about_item(response, {{"name", response.said.tool}, {"arguments", response.said.arguments}}));
}

/// An item of the input, with an id that stays the same.
Json listed_item(const Response& response, const Json& item, std::size_t index) {
  Json listed = item;
  if (listed.contains("id")) return listed;
  const bool message = item.value("type", "") == "message";
  std::string number = std::to_string(index);
  number.insert(0, 8 - std::min<std::size_t>(8, number.size()), '0');
  listed["id"] = (message ? "msg_" : "in_") + response.id.substr(5, 40) + number;
  return listed;
}

}  // namespace

std::string to_body(const Response& response, ResponseStatus status) {
  return dump(response_json(response, status));
}

std::vector<HttpChunk> to_stream(const Response& response, const Pace& pace, std::int64_t after) {
  StreamWriter writer{after};
  const Json begun = response_json(response, ResponseStatus::in_progress);
  writer.add("response.created", {{"response", begun}});
  writer.add("response.in_progress", {{"response", begun}});
  writer.wait(pace.first_token);
  writer.add("response.output_item.added",
             {{"output_index", 0}, {"item", item_json(response, false)}});
  if (response.said.calls_tool) {
    write_call(writer, response, pace);
  } else {
    write_text(writer, response, pace);
  }
  writer.add("response.output_item.done",
             {{"output_index", 0}, {"item", item_json(response, true)}});
  const auto status =
      response.said.cut_short ? ResponseStatus::incomplete : ResponseStatus::completed;
  writer.add("response." + std::string{name_of(status)},
             {{"response", response_json(response, status)}});
  return writer.finish();
}

std::string input_item_list(const Response& response, PageQuery query) {
  std::vector<Json> items;
  const Json sent = Json::parse(response.input_items);
  for (std::size_t i = 0; i < sent.size(); ++i) items.push_back(listed_item(response, sent[i], i));
  if (query.order != "asc") std::reverse(items.begin(), items.end());
  Page<Json> page{std::move(query)};
  for (Json& item : items) {
    const std::string id = item["id"].is_string() ? item["id"].get<std::string>() : "";
    if (!page.offer(id, std::move(item))) break;
  }
  return std::move(page).body();
}

}  // namespace firedrill::openai
