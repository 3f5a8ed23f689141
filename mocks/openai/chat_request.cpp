#include "mocks/openai/chat_request.hpp"

#include "harness/base/strings.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/models.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace firedrill::openai {
namespace {

using Document = nlohmann::json;

constexpr std::size_t kStopsMax = 4;
constexpr std::int64_t kChoicesMax = 128;

constexpr std::uint64_t kContextMax = 128'000;

constexpr std::array<std::string_view, 37> kChatParameters{"messages",
                                                           "model",
                                                           "audio",
                                                           "frequency_penalty",
                                                           "function_call",
                                                           "functions",
                                                           "logit_bias",
                                                           "logprobs",
                                                           "max_completion_tokens",
                                                           "max_tokens",
                                                           "metadata",
                                                           "modalities",
                                                           "moderation",
                                                           "n",
                                                           "parallel_tool_calls",
                                                           "prediction",
                                                           "presence_penalty",
                                                           "prompt_cache_key",
                                                           "prompt_cache_options",
                                                           "prompt_cache_retention",
                                                           "reasoning_effort",
                                                           "response_format",
                                                           "safety_identifier",
                                                           "seed",
                                                           "service_tier",
                                                           "stop",
                                                           "store",
                                                           "stream",
                                                           "stream_options",
                                                           "temperature",
                                                           "tool_choice",
                                                           "tools",
                                                           "top_logprobs",
                                                           "top_p",
                                                           "user",
                                                           "verbosity",
                                                           "web_search_options"};
constexpr std::array<std::string_view, 6> kParts{"text",    "image_url", "input_audio",
                                                 "refusal", "audio",     "file"};
constexpr std::array<std::string_view, 2> kTools{"function", "custom"};
constexpr std::array<std::string_view, 9> kMessageKeys{
    "role",    "content", "name",          "tool_calls", "tool_call_id",
    "refusal", "audio",   "function_call", "annotations"};
constexpr std::array<std::string_view, 4> kFunctionKeys{"name", "description", "parameters",
                                                        "strict"};
constexpr std::array<std::string_view, 4> kSchemaKeys{"name", "description", "schema", "strict"};
constexpr std::array<std::string_view, 2> kStreamKeys{"include_usage", "include_obfuscation"};

constexpr std::array<std::string_view, 6> kRoles{"system",   "assistant", "user",
                                                 "function", "tool",      "developer"};

class Reader {
 public:
  explicit Reader(const Document& document) : document_{document} {}

  std::variant<ChatRequest, Problem> read() {
    fields_.only(document_, "", kChatParameters);
    request_.prompt.model = fields_.required_text(document_, "model", "model");
    read_messages();
    read_numbers();
    read_stop();
    read_streaming();
    read_format();
    read_tools();
    read_storing();
    if (fields_.problem()) return *fields_.problem();
    if (!is_known_model(request_.prompt.model)) return unknown_model(request_.prompt.model);
    if (!is_chat_model(request_.prompt.model)) return not_a_chat_model();
    if (request_.prompt.tokens > kContextMax) {
      return context_too_long(kContextMax, request_.prompt.tokens, "messages");
    }
    return std::move(request_);
  }

 private:
  void read_messages() {
    static constexpr std::string_view kExpected = "an array of objects";
    const Document* messages = fields_.require(document_, "messages", "messages", kExpected);
    if (messages == nullptr ||
        !fields_.check_type(messages->is_array(), *messages, "messages", kExpected)) {
      return;
    }
    if (messages->empty()) {
      fields_.fail({.message = "Invalid 'messages': empty array. Expected an array with minimum "
                               "length 1, but got an empty array instead.",
                    .param = "messages",
                    .code = "empty_array"});
    }
    request_.prompt.tokens = kTokensPerReply;
    for (std::size_t i = 0; i < messages->size() && !fields_.problem(); ++i) {
      read_message((*messages)[i], "messages[" + std::to_string(i) + "]");
    }
  }

  void read_message(const Document& message, const std::string& path) {
    if (!fields_.check_type(message.is_object(), message, path, "an object")) return;
    fields_.only(message, path + ".", kMessageKeys);
    const std::string role = fields_.required_text(message, "role", path + ".role");
    if (fields_.problem()) return;
    fields_.check_value(role, path + ".role", kRoles);
    if (role == "tool") fields_.required_text(message, "tool_call_id", path + ".tool_call_id");
    request_.prompt.tokens += kTokensPerMessage;
    const std::string text = read_content(message, role == "assistant", path + ".content");
    if (role == "user") request_.prompt.message = text;
    count_tool_calls(message);
  }

  std::string read_content(const Document& message, bool optional, const std::string& path) {
    static constexpr std::string_view kExpected = "one of a string or array of objects";
    const Document* content = optional ? fields_.find(message, "content")
                                       : fields_.require(message, "content", path, kExpected);
    if (content == nullptr) return "";
    if (content->is_string()) return counted(content->get<std::string>());
    if (!fields_.check_type(content->is_array(), *content, path, kExpected)) return "";
    std::string all;
    for (std::size_t i = 0; i < content->size() && !fields_.problem(); ++i) {
      all += read_part((*content)[i], path + "[" + std::to_string(i) + "]");
    }
    return all;
  }

  std::string read_part(const Document& part, const std::string& path) {
    if (!fields_.check_type(part.is_object(), part, path, "an object")) return "";
    const std::string type = fields_.required_text(part, "type", path + ".type");
    fields_.check_value(type, path + ".type", kParts);
    if (type == "image_url") request_.prompt.tokens += kTokensPerImage;
    if (type != "text") return "";
    return counted(fields_.required_text(part, "text", path + ".text"));
  }

  void count_tool_calls(const Document& message) {
    const Document* calls = fields_.find(message, "tool_calls");
    if (calls == nullptr || !calls->is_array()) return;
    for (const Document& call : *calls) request_.prompt.tokens += tokens_of(dump(call));
  }

  std::string counted(std::string text) {
    request_.prompt.tokens += tokens_of(text);
    says_json_ = says_json_ || to_lower(text).find("json") != std::string::npos;
    return text;
  }

  void read_numbers() {
    fields_.decimal(document_, "temperature", 0, 2);
    fields_.decimal(document_, "top_p", 0, 1);
    fields_.decimal(document_, "presence_penalty", -2, 2);
    fields_.decimal(document_, "frequency_penalty", -2, 2);
    request_.n =
        static_cast<std::uint32_t>(fields_.integer(document_, "n", 1, kChoicesMax).value_or(1));
    for (const char* key : {"max_tokens", "max_completion_tokens"}) {
      constexpr auto most = std::numeric_limits<std::int32_t>::max();
      if (const auto limit = fields_.integer(document_, key, 1, most)) {
        request_.prompt.max_tokens = static_cast<std::uint64_t>(*limit);
      }
    }
  }

  void read_stop() {
    static constexpr std::string_view kExpected = "one of a string or array of strings";
    const Document* stop = fields_.find(document_, "stop");
    if (stop == nullptr) return;
    if (stop->is_string()) {
      request_.prompt.stop.push_back(stop->get<std::string>());
      return;
    }
    if (!fields_.check_type(stop->is_array(), *stop, "stop", kExpected)) return;
    if (stop->size() > kStopsMax) {
      fields_.fail({.message = "Invalid 'stop': array too long. Expected an array with maximum "
                               "length 4, but got an array with length " +
                               std::to_string(stop->size()) + " instead.",
                    .param = "stop",
                    .code = "array_above_max_length"});
    }
    for (const Document& one : *stop) {
      if (!fields_.check_type(one.is_string(), one, "stop", kExpected)) return;
      request_.prompt.stop.push_back(one.get<std::string>());
    }
  }

  void read_streaming() {
    request_.stream = fields_.flag(document_, "stream", "stream");
    const Document* options = fields_.find(document_, "stream_options");
    if (options == nullptr ||
        !fields_.check_type(options->is_object(), *options, "stream_options", "an object")) {
      return;
    }
    if (!request_.stream) {
      fields_.fail({.message = "The 'stream_options' parameter is only allowed when 'stream' is "
                               "enabled.",
                    .param = "stream_options"});
    }
    fields_.only(*options, "stream_options.", kStreamKeys);
    request_.include_usage =
        fields_.flag(*options, "include_usage", "stream_options.include_usage");
  }

  void read_format() {
    const Document* format = fields_.find(document_, "response_format");
    if (format == nullptr ||
        !fields_.check_type(format->is_object(), *format, "response_format", "an object")) {
      return;
    }
    const std::string type = fields_.required_text(*format, "type", "response_format.type");
    if (fields_.problem() || type == "text") return;
    if (type == "json_object") {
      request_.prompt.format = Prompt::Format::json_object;
      require_word_json();
    } else if (type == "json_schema") {
      request_.prompt.format = Prompt::Format::json_schema;
      read_schema(*format);
    } else {
      fields_.fail(invalid_value("response_format.type",
                                 "Invalid value: '" + type +
                                     "'. Supported values are: 'json_object', 'json_schema', and "
                                     "'text'."));
    }
  }

  void require_word_json() {
    if (says_json_) return;
    fields_.fail({.message = "'messages' must contain the word 'json' in some form, to use "
                             "'response_format' of type 'json_object'.",
                  .param = "messages"});
  }

  void read_schema(const Document& format) {
    const std::string path = "response_format.json_schema";
    const Document* wrapper = fields_.require(format, "json_schema", path, "an object");
    if (wrapper == nullptr ||
        !fields_.check_type(wrapper->is_object(), *wrapper, path, "an object")) {
      return;
    }
    fields_.only(*wrapper, path + ".", kSchemaKeys);
    fields_.name(*wrapper, path + ".name");
    const Document* schema = fields_.find(*wrapper, "schema");
    request_.prompt.schema = schema == nullptr ? "{}" : dump(*schema);
  }

  void read_tools() {
    const Document* tools = fields_.find(document_, "tools");
    const Document* choice = fields_.find(document_, "tool_choice");
    if (tools != nullptr &&
        fields_.check_type(tools->is_array(), *tools, "tools", "an array of objects")) {
      for (std::size_t i = 0; i < tools->size(); ++i) {
        read_tool((*tools)[i], "tools[" + std::to_string(i) + "]");
      }
    }
    if (choice == nullptr || fields_.problem()) return;
    if (tools == nullptr || tools->empty()) {
      fields_.fail({.message =
                        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when "
                        "'tools' are specified.",
                    .param = "tool_choice"});
      return;
    }
    read_tool_choice(*choice);
  }

  void read_tool(const Document& tool, const std::string& path) {
    if (!fields_.check_type(tool.is_object(), tool, path, "an object")) return;
    const std::string type = fields_.required_text(tool, "type", path + ".type");
    fields_.check_value(type, path + ".type", kTools);
    if (fields_.problem() || type != "function") return;
    const Document* function = fields_.require(tool, "function", path + ".function", "an object");
    if (function == nullptr ||
        !fields_.check_type(function->is_object(), *function, path + ".function", "an object")) {
      return;
    }
    fields_.only(*function, path + ".function.", kFunctionKeys);
    const std::string name = fields_.name(*function, path + ".function.name");
    const Document* parameters = fields_.find(*function, "parameters");
    request_.prompt.tools.push_back({name, parameters == nullptr ? "{}" : dump(*parameters)});
    request_.prompt.tokens += tokens_of(dump(*function));
  }

  void read_tool_choice(const Document& choice) {
    if (choice.is_string()) {
      const auto& word = choice.get_ref<const std::string&>();
      if (word == "required" && !request_.prompt.tools.empty())
        request_.prompt.forced_tool = request_.prompt.tools.front();
      if (word == "none") request_.prompt.tools.clear();
      if (word == "required" || word == "auto" || word == "none") return;
      fields_.fail(invalid_value(
          "tool_choice",
          "Invalid value: '" + word + "'. Supported values are: 'none', 'auto', and 'required'."));
      return;
    }
    static constexpr std::string_view kExpected = "one of a string or object";
    if (!fields_.check_type(choice.is_object(), choice, "tool_choice", kExpected)) return;
    const std::string type = fields_.required_text(choice, "type", "tool_choice.type");
    if (fields_.problem() || type != "function") return;
    const Document* function =
        fields_.require(choice, "function", "tool_choice.function", "an object");
    if (function == nullptr || !fields_.check_type(function->is_object(), *function,
                                                   "tool_choice.function", "an object")) {
      return;
    }
    const std::string name = fields_.required_text(*function, "name", "tool_choice.function.name");
    for (const Tool& tool : request_.prompt.tools) {
      if (tool.name == name) request_.prompt.forced_tool = tool;
    }
    if (!request_.prompt.forced_tool) {
      fields_.fail({.message = "Invalid value for 'tool_choice': the function '" + name +
                               "' is not among the 'tools'.",
                    .param = "tool_choice"});
    }
  }

  void read_storing() {
    request_.store = fields_.flag(document_, "store", "store");
    if (const Document* metadata = fields_.object(document_, "metadata", "metadata")) {
      request_.metadata = dump(*metadata);
    }
    if (request_.store && !fields_.problem()) request_.messages = dump(document_["messages"]);
  }

  const Document& document_;
  Fields<Document> fields_;
  ChatRequest request_;
  bool says_json_ = false;
};

}  // namespace

std::variant<ChatRequest, Problem> parse_chat_request(std::string_view body) {
  const auto document = parse_json<Document>(body);
  if (!document || !document->is_object()) return unreadable_json();
  return Reader{*document}.read();
}

}  // namespace firedrill::openai
