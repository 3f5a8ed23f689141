#include "mocks/openai/response_request.hpp"

#include "harness/base/strings.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/models.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <limits>

namespace firedrill::openai {
namespace {

using Document = nlohmann::json;

constexpr std::int64_t kOutputTokensMin = 16;
constexpr std::uint64_t kContextMax = 128'000;

constexpr std::array<std::string_view, 32> kResponseParameters{"access_programs",
                                                               "background",
                                                               "context_management",
                                                               "conversation",
                                                               "image",
                                                               "include",
                                                               "input",
                                                               "instructions",
                                                               "max_output_tokens",
                                                               "max_tool_calls",
                                                               "metadata",
                                                               "model",
                                                               "moderation",
                                                               "parallel_tool_calls",
                                                               "previous_response_id",
                                                               "prompt",
                                                               "prompt_cache_key",
                                                               "prompt_cache_options",
                                                               "prompt_cache_retention",
                                                               "reasoning",
                                                               "safety_identifier",
                                                               "service_tier",
                                                               "store",
                                                               "stream",
                                                               "stream_options",
                                                               "temperature",
                                                               "text",
                                                               "tool_choice",
                                                               "tools",
                                                               "top_logprobs",
                                                               "top_p",
                                                               "truncation"};
constexpr std::array<std::string_view, 4> kRoles{"assistant", "system", "developer", "user"};
constexpr std::array<std::string_view, 6> kParts{"input_text",  "input_image", "input_file",
                                                 "input_audio", "output_text", "refusal"};
constexpr std::array<std::string_view, 3> kFormats{"text", "json_object", "json_schema"};
constexpr std::array<std::string_view, 2> kTruncations{"auto", "disabled"};
constexpr std::array<std::string_view, 3> kToolChoices{"none", "auto", "required"};

/// Items of an input that are no messages; what they hold is the caller's affair.
constexpr std::array<std::string_view, 13> kItems{"message",
                                                  "function_call",
                                                  "function_call_output",
                                                  "reasoning",
                                                  "item_reference",
                                                  "file_search_call",
                                                  "web_search_call",
                                                  "computer_call",
                                                  "computer_call_output",
                                                  "code_interpreter_call",
                                                  "mcp_call",
                                                  "custom_tool_call",
                                                  "custom_tool_call_output"};

class Reader {
 public:
  explicit Reader(const Document& document) : document_{document} {}

  std::variant<ResponseRequest, Problem> read() {
    check_parameters();
    request_.prompt.model = fields_.required_text(document_, "model", "model");
    read_input();
    read_flags();
    read_numbers();
    read_format();
    read_tools();
    if (fields_.problem()) return *fields_.problem();
    const Prompt& prompt = request_.prompt;
    if (!is_known_model(prompt.model)) return unknown_model(prompt.model);
    if (!is_chat_model(prompt.model)) return not_a_chat_model();
    if (prompt.tokens > kContextMax) return context_too_long(kContextMax, prompt.tokens, "input");
    request_.settings = settings();
    return std::move(request_);
  }

 private:
  void check_parameters() {
    for (const auto& [key, value] : document_.items()) {
      const bool known =
          key == "user" || std::find(kResponseParameters.begin(), kResponseParameters.end(), key) !=
                               kResponseParameters.end();
      if (!known) fields_.fail(unknown_parameter(key));
    }
  }

  void read_input() {
    static constexpr std::string_view kExpected = "one of a string or array of input items";
    counted(fields_.text(document_, "instructions", "instructions"));
    request_.prompt.tokens += kTokensPerReply;
    const Document* input = fields_.require(document_, "input", "input", kExpected);
    if (input == nullptr) return;
    if (input->is_string()) {
      request_.prompt.tokens += kTokensPerMessage;
      request_.prompt.message = counted(input->get<std::string>());
      items_.push_back(
          {{"type", "message"},
           {"role", "user"},
           {"status", "completed"},
           {"content", Document::array({{{"type", "input_text"}, {"text", *input}}})}});
    } else if (fields_.check_type(input->is_array(), *input, "input", kExpected)) {
      for (std::size_t i = 0; i < input->size() && !fields_.problem(); ++i) {
        read_item((*input)[i], "input[" + std::to_string(i) + "]");
      }
    }
    request_.input_items = dump(items_);
  }

  void read_item(const Document& item, const std::string& path) {
    if (!fields_.check_type(item.is_object(), item, path, "an object")) return;
    const std::string type = fields_.choice(item, "type", path + ".type", kItems);
    if (fields_.problem()) return;
    items_.push_back(item);
    request_.prompt.tokens += kTokensPerMessage;
    if (!type.empty() && type != "message") {
      request_.prompt.tokens += tokens_of(dump(item));
      return;
    }
    static constexpr std::array<std::string_view, 6> kKnown{"type", "role",   "content",
                                                            "id",   "status", "phase"};
    fields_.only(item, path + ".", kKnown);
    items_.back()["type"] = "message";
    const std::string role = fields_.required_text(item, "role", path + ".role");
    fields_.check_value(role, path + ".role", kRoles);
    const std::string text = read_content(item, path + ".content");
    if (role == "user") request_.prompt.message = text;
    if (fields_.problem() || !item["content"].is_string()) return;
    const char* part = role == "assistant" ? "output_text" : "input_text";
    items_.back()["content"] = Document::array({{{"type", part}, {"text", item["content"]}}});
  }

  std::string read_content(const Document& item, const std::string& path) {
    static constexpr std::string_view kExpected = "one of a string or array of objects";
    const Document* content = fields_.require(item, "content", path, kExpected);
    if (content == nullptr) return "";
    if (content->is_string()) return counted(content->get<std::string>());
    if (!fields_.check_type(content->is_array(), *content, path, kExpected)) return "";
    std::string all;
    for (std::size_t i = 0; i < content->size() && !fields_.problem(); ++i) {
      const Document& part = (*content)[i];
      const std::string place = path + "[" + std::to_string(i) + "]";
      if (!fields_.check_type(part.is_object(), part, place, "an object")) return "";
      const std::string type = fields_.required_text(part, "type", place + ".type");
      fields_.check_value(type, place + ".type", kParts);
      if (type == "input_image") request_.prompt.tokens += kTokensPerImage;
      if (type != "input_text" && type != "output_text") continue;
      all += counted(fields_.required_text(part, "text", place + ".text"));
    }
    return all;
  }

  std::string counted(std::string text) {
    request_.prompt.tokens += tokens_of(text);
    says_json_ = says_json_ || to_lower(text).find("json") != std::string::npos;
    return text;
  }

  void read_flags() {
    request_.stream = fields_.flag(document_, "stream", "stream");
    request_.background = fields_.flag(document_, "background", "background");
    if (fields_.find(document_, "store") != nullptr) {
      request_.store = fields_.flag(document_, "store", "store");
    }
    if (request_.background && !request_.store) {
      fields_.fail(invalid_value("store", "Background mode requires 'store' to be true."));
    }
    fields_.flag(document_, "parallel_tool_calls", "parallel_tool_calls");
    fields_.object(document_, "metadata", "metadata");
    fields_.object(document_, "reasoning", "reasoning");
    fields_.choice(document_, "truncation", "truncation", kTruncations);
    request_.previous_response_id =
        fields_.text(document_, "previous_response_id", "previous_response_id");
  }

  void read_numbers() {
    fields_.decimal(document_, "temperature", 0, 2);
    fields_.decimal(document_, "top_p", 0, 1);
    constexpr auto most = std::numeric_limits<std::int32_t>::max();
    if (const auto limit =
            fields_.integer(document_, "max_output_tokens", kOutputTokensMin, most)) {
      request_.prompt.max_tokens = static_cast<std::uint64_t>(*limit);
    }
  }

  void read_format() {
    const Document* text = fields_.object(document_, "text", "text");
    if (text == nullptr) return;
    static constexpr std::array<std::string_view, 2> kKnown{"format", "verbosity"};
    fields_.only(*text, "text.", kKnown);
    const Document* format = fields_.object(*text, "format", "text.format");
    if (format == nullptr) return;
    const std::string type = fields_.required_text(*format, "type", "text.format.type");
    fields_.check_value(type, "text.format.type", kFormats);
    if (type == "json_object") {
      request_.prompt.format = Prompt::Format::json_object;
      if (!says_json_) {
        fields_.fail({.message = "Response input messages must contain the word 'json' in some "
                                 "form to use 'text.format' of type 'json_object'.",
                      .param = "input"});
      }
    } else if (type == "json_schema") {
      request_.prompt.format = Prompt::Format::json_schema;
      fields_.name(*format, "text.format.name");
      const Document* schema =
          fields_.require(*format, "schema", "text.format.schema", "an object");
      if (schema != nullptr) request_.prompt.schema = dump(*schema);
    }
  }

  void read_tools() {
    const Document* tools = fields_.find(document_, "tools");
    if (tools != nullptr &&
        fields_.check_type(tools->is_array(), *tools, "tools", "an array of objects")) {
      for (std::size_t i = 0; i < tools->size() && !fields_.problem(); ++i) {
        read_tool((*tools)[i], "tools[" + std::to_string(i) + "]");
      }
    }
    const Document* choice = fields_.find(document_, "tool_choice");
    if (choice != nullptr && !fields_.problem()) read_tool_choice(*choice);
  }

  /// Functions can be called; the API's own tools are taken note of and never used.
  void read_tool(const Document& tool, const std::string& path) {
    if (!fields_.check_type(tool.is_object(), tool, path, "an object")) return;
    const std::string type = fields_.required_text(tool, "type", path + ".type");
    if (fields_.problem() || type != "function") return;
    const std::string name = fields_.name(tool, path + ".name");
    const Document* parameters = fields_.find(tool, "parameters");
    request_.prompt.tools.push_back({name, parameters == nullptr ? "{}" : dump(*parameters)});
    request_.prompt.tokens += tokens_of(dump(tool));
  }

  void read_tool_choice(const Document& choice) {
    std::vector<Tool>& tools = request_.prompt.tools;
    if (choice.is_string()) {
      const auto& word = choice.get_ref<const std::string&>();
      fields_.check_value(word, "tool_choice", kToolChoices);
      if (word == "none") tools.clear();
      if (word == "required" && !tools.empty()) request_.prompt.forced_tool = tools.front();
      return;
    }
    if (!fields_.check_type(choice.is_object(), choice, "tool_choice", "one of a string or object"))
      return;
    const std::string type = fields_.required_text(choice, "type", "tool_choice.type");
    if (fields_.problem() || type != "function") return;
    const std::string name = fields_.required_text(choice, "name", "tool_choice.name");
    for (const Tool& tool : tools) {
      if (tool.name == name) request_.prompt.forced_tool = tool;
    }
    if (!request_.prompt.forced_tool) {
      fields_.fail({.message = "Tool choice 'function' not found in 'tools' parameter.",
                    .param = "tool_choice"});
    }
  }

  [[nodiscard]] std::string settings() const {
    Document settings{{"background", false},
                      {"instructions", nullptr},
                      {"max_output_tokens", nullptr},
                      {"max_tool_calls", nullptr},
                      {"metadata", Document::object()},
                      {"parallel_tool_calls", true},
                      {"previous_response_id", nullptr},
                      {"prompt_cache_key", nullptr},
                      {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
                      {"safety_identifier", nullptr},
                      {"store", true},
                      {"temperature", 1.0},
                      {"text", {{"format", {{"type", "text"}}}, {"verbosity", "medium"}}},
                      {"tool_choice", "auto"},
                      {"tools", Document::array()},
                      {"top_logprobs", 0},
                      {"top_p", 1.0},
                      {"truncation", "disabled"},
                      {"user", nullptr}};
    for (auto& [key, value] : settings.items()) {
      const Document* sent = fields_.find(document_, key.c_str());
      if (sent == nullptr) continue;
      if (value.is_object()) {
        value.update(*sent);
      } else {
        value = *sent;
      }
    }
    return dump(settings);
  }

  const Document& document_;
  Fields<Document> fields_;
  ResponseRequest request_;
  Document items_ = Document::array();
  bool says_json_ = false;
};

}  // namespace

std::variant<ResponseRequest, Problem> parse_response_request(std::string_view body) {
  const auto document = parse_json<Document>(body);
  if (!document || !document->is_object()) return unreadable_json();
  return Reader{*document}.read();
}

}  // namespace firedrill::openai
