#include "mocks/openai/openai.hpp"

#include "mocks/make_provider.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

/// One OpenAI mock, asked directly.
class Api {
 public:
  explicit Api(const spec::Mock& mock = {}) : provider_{make_provider(mock).value()} {}

  HttpReply send(const std::string& method, const std::string& path, const std::string& body,
                 const std::string& authorization = "Bearer sk-test") {
    HttpRequest request;
    request.method = method;
    request.target = request.path = path;
    request.body = body;
    if (!authorization.empty()) request.headers.push_back({"authorization", authorization});
    ProviderContext context;
    context.number = number_++;
    context.wall = WallTime{1'700'000'000s};
    context.rng = Rng::derive(1, "test", context.number);
    return provider_->answer(request, context);
  }

  HttpReply chat(const Json& body) { return send("POST", "/v1/chat/completions", body.dump()); }

  HttpReply error(int status) {
    ProviderContext context;
    return provider_->error(status, context);
  }

 private:
  std::unique_ptr<Provider> provider_;
  std::uint64_t number_ = 0;
};

Json request(Json changes = Json::object()) {
  Json body{{"model", "gpt-4o"},
            {"messages", Json::array({{{"role", "user"}, {"content", "As JSON, please"}}})}};
  body.update(changes);
  return body;
}

Json error_of(const HttpReply& reply) {
  CHECK(find_header(reply.headers, "content-type") == "application/json");
  const Json body = Json::parse(reply.body);
  CHECK(body["error"].size() == 4);
  return body["error"];
}

Json expected_error(const std::string& message, const Json& param, const Json& code) {
  return {
      {"message", message}, {"type", "invalid_request_error"}, {"param", param}, {"code", code}};
}

std::vector<Json> events_of(const HttpReply& reply) {
  std::string text;
  for (const HttpChunk& chunk : reply.stream) text += chunk.bytes;
  std::vector<Json> events;
  std::size_t at = 0;
  while (at < text.size()) {
    REQUIRE(text.compare(at, 6, "data: ") == 0);
    const std::size_t end = text.find("\n\n", at);
    REQUIRE(end != std::string::npos);
    const std::string data = text.substr(at + 6, end - at - 6);
    at = end + 2;
    if (data == "[DONE]") {
      CHECK(at == text.size());
      return events;
    }
    events.push_back(Json::parse(data));
  }
  FAIL("the stream does not end with [DONE]");
  return events;
}

std::string content_of(const HttpReply& reply) {
  return Json::parse(reply.body)["choices"][0]["message"]["content"].get<std::string>();
}

}  // namespace

TEST_CASE("openai: a chat answer has the documented shape and a usage that adds up",
          "[mocks][openai]") {
  Api api;
  const HttpReply reply = api.chat(request());
  CHECK(reply.status == 200);
  const Json body = Json::parse(reply.body);
  CHECK_THAT(body["id"].get<std::string>(), Catch::Matches("chatcmpl-[0-9A-Za-z]{29}"));
  CHECK(body["created"] == 1'700'000'000);
  CHECK(body["model"] == "gpt-4o-2024-08-06");
  const Json& choice = body["choices"][0];
  CHECK(choice["finish_reason"] == "stop");
  CHECK(choice["logprobs"].is_null());
  CHECK(choice["message"]["refusal"].is_null());
  const std::string content = choice["message"]["content"];
  CHECK(body["usage"]["prompt_tokens"] == 3 + 3 + 4);
  CHECK(body["usage"]["completion_tokens"] == (content.size() + 3) / 4);
  CHECK(body["usage"]["total_tokens"] == 3 + 3 + 4 + (content.size() + 3) / 4);
}

TEST_CASE("openai: every answer carries the headers that applications read", "[mocks][openai]") {
  Api api;
  const std::vector<HttpReply> replies{api.chat(request()), api.chat(request({{"stream", true}})),
                                       api.chat(Json::object()), api.send("GET", "/x", ""),
                                       api.error(503)};
  for (const HttpReply& reply : replies) {
    for (const char* name :
         {"x-request-id", "openai-organization", "openai-processing-ms", "openai-version",
          "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens",
          "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens",
          "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "content-type"}) {
      CAPTURE(reply.status, name);
      CHECK_FALSE(find_header(reply.headers, name).empty());
    }
  }
}

TEST_CASE("openai: the scenario's answer is what the model says", "[mocks][openai]") {
  spec::Mock mock;
  mock.answer = R"({"score": 4, "index": ${request.index}})";
  Api api{mock};
  CHECK(content_of(api.chat(request())) == R"({"score": 4, "index": 0})");
  CHECK(content_of(api.chat(request({{"response_format", {{"type", "json_object"}}}}))) ==
        R"({"score": 4, "index": 1})");
}

TEST_CASE("openai: max_tokens cuts between characters", "[mocks][openai]") {
  spec::Mock mock;
  mock.answer = "1234567\xC3\xA9 and more";  // the eighth byte is inside a character
  Api api{mock};
  const Json body = Json::parse(api.chat(request({{"max_tokens", 2}})).body);
  CHECK(body["choices"][0]["message"]["content"] == "1234567");
  CHECK(body["choices"][0]["finish_reason"] == "length");
  CHECK(body["usage"]["completion_tokens"] == 2);
}

TEST_CASE("openai: stop ends the answer at the first sequence found", "[mocks][openai]") {
  spec::Mock mock;
  mock.answer = "one two three";
  Api api{mock};
  CHECK(content_of(api.chat(request({{"stop", {"three", " two"}}}))) == "one");
  CHECK(content_of(api.chat(request({{"stop", "four"}}))) == "one two three");
}

TEST_CASE("openai: a stream is the same answer in events", "[mocks][openai]") {
  spec::Mock mock;
  mock.answer = "gr\xC3\xBC\xC3\x9F Gott, \xF0\x9F\xA6\xB7!";
  Api api{mock};
  const HttpReply reply = api.chat(request({{"stream", true}}));
  CHECK(find_header(reply.headers, "content-type") == "text/event-stream; charset=utf-8");
  const auto events = events_of(reply);
  REQUIRE(events.size() > 3);
  CHECK(events.front()["choices"][0]["delta"] ==
        Json{{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}});
  std::string text;
  for (const Json& event : events) {
    CHECK(event["object"] == "chat.completion.chunk");
    CHECK(event["id"] == events.front()["id"]);
    CHECK_FALSE(event.contains("usage"));
    text += event["choices"][0]["delta"].value("content", "");
  }
  CHECK(text == *mock.answer);
  CHECK(events.back()["choices"][0]["delta"] == Json::object());
  CHECK(events.back()["choices"][0]["finish_reason"] == "stop");
}

TEST_CASE("openai: include_usage adds the usage after the last choice", "[mocks][openai]") {
  Api api;
  auto events = events_of(
      api.chat(request({{"stream", true}, {"stream_options", {{"include_usage", true}}}})));
  const Json last = events.back();
  events.pop_back();
  CHECK(last["choices"] == Json::array());
  CHECK(last["usage"]["total_tokens"] ==
        last["usage"]["prompt_tokens"].get<int>() + last["usage"]["completion_tokens"].get<int>());
  for (const Json& event : events) CHECK(event.at("usage").is_null());
}

TEST_CASE("openai: a forced tool is called with arguments by its schema", "[mocks][openai]") {
  Api api;
  const Json tool{{"type", "function"},
                  {"function",
                   {{"name", "book"},
                    {"parameters",
                     {{"type", "object"},
                      {"properties", {{"minutes", {{"type", "integer"}, {"minimum", 15}}}}}}}}}};
  const Json body =
      Json::parse(api.chat(request({{"tools", {tool}}, {"tool_choice", "required"}})).body);
  const Json& choice = body["choices"][0];
  CHECK(choice["finish_reason"] == "tool_calls");
  CHECK(choice["message"]["content"].is_null());
  const Json& call = choice["message"]["tool_calls"][0];
  CHECK_THAT(call["id"].get<std::string>(), Catch::Matches("call_[0-9A-Za-z]{24}"));
  CHECK(call["function"]["name"] == "book");
  CHECK(Json::parse(call["function"]["arguments"].get<std::string>())["minutes"] >= 15);

  for (const char* choice_word : {"auto", "none"}) {
    const auto reply = api.chat(request({{"tools", {tool}}, {"tool_choice", choice_word}}));
    CHECK(Json::parse(reply.body)["choices"][0]["finish_reason"] == "stop");
  }
}

TEST_CASE("openai: keys are wanted, and the scenario's key is the only one", "[mocks][openai]") {
  const std::string path = "/v1/models";
  Api open;
  CHECK(open.send("GET", path, "", "Bearer anything").status == 200);
  for (const char* header : {"", "Basic c2s6", "Bearer", "Bearer  "}) {
    CAPTURE(header);
    const HttpReply reply = open.send("GET", path, "", header);
    CHECK(reply.status == 401);
    CHECK(error_of(reply)["code"].is_null());
  }
  spec::Mock mock;
  mock.api_key = "sk-clinic";
  Api strict{mock};
  CHECK(strict.send("GET", path, "", "bearer sk-clinic").status == 200);
  const HttpReply wrong = strict.send("GET", path, "", "Bearer sk-other");
  CHECK(wrong.status == 401);
  CHECK(error_of(wrong) ==
        expected_error("Incorrect API key provided: sk-***. You can find your API key at "
                       "https://platform.openai.com/account/api-keys.",
                       nullptr, "invalid_api_key"));
}

TEST_CASE("openai: what is wrong with a request is said in the API's words", "[mocks][openai]") {
  Api api;
  const auto refused = [&api](const Json& body) {
    const HttpReply reply = api.chat(body);
    CHECK(reply.status == 400);
    return error_of(reply);
  };
  CHECK(refused({{"model", "gpt-4o"}}) == expected_error("Missing required parameter: 'messages'.",
                                                         "messages", "missing_required_parameter"));
  CHECK(refused({{"messages", Json::array()}})["param"] == "model");
  CHECK(refused(request({{"messages", "hi"}})) ==
        expected_error("Invalid type for 'messages': expected an array of objects, but got a "
                       "string instead.",
                       "messages", "invalid_type"));
  CHECK(refused(request({{"messages", Json::array()}}))["code"] == "empty_array");
  CHECK(refused(request({{"messages", {1}}}))["message"] ==
        "Invalid type for 'messages[0]': expected an object, but got an integer instead.");
  CHECK(refused(request({{"messages", {{{"role", "user"}}}}}))["param"] == "messages[0].content");
  CHECK(refused(request({{"messages", {{{"role", "boss"}, {"content", "x"}}}}}))["code"] ==
        "invalid_value");
  CHECK(refused(request({{"n", 0}}))["message"] ==
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.");
  CHECK(refused(request({{"n", 129}}))["code"] == "integer_above_max_value");
  CHECK(refused(request({{"n", 1.5}}))["code"] == "invalid_type");
  CHECK(refused(request({{"temperature", 2.5}}))["message"] ==
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 "
        "instead.");
  CHECK(refused(request({{"stream", "yes"}}))["message"] ==
        "Invalid type for 'stream': expected a boolean, but got a string instead.");
  CHECK(refused(request({{"stream_options", {{"include_usage", true}}}}))["param"] ==
        "stream_options");
  CHECK(refused(request({{"tool_choice", "required"}}))["param"] == "tool_choice");
  CHECK(refused(request({{"stop", {"1", "2", "3", "4", "5"}}}))["code"] ==
        "array_above_max_length");
  CHECK(refused(request({{"response_format", {{"type", "xml"}}}}))["code"] == "invalid_value");
  CHECK(refused(request({{"response_format", {{"type", "json_schema"}}}}))["param"] ==
        "response_format.json_schema");
}

TEST_CASE("openai: JSON mode wants the word JSON somewhere in the messages", "[mocks][openai]") {
  Api api;
  const Json format{{"response_format", {{"type", "json_object"}}}};
  CHECK(Json::parse(content_of(api.chat(request(format))))["ok"] == true);
  Json silent = request(format);
  silent["messages"][0]["content"] = "hello";
  CHECK(api.chat(silent).status == 400);
}

TEST_CASE("openai: null means absent where the API allows it", "[mocks][openai]") {
  Api api;
  CHECK(api.chat(request({{"n", nullptr},
                          {"stop", nullptr},
                          {"tools", nullptr},
                          {"stream_options", nullptr},
                          {"max_tokens", nullptr}}))
            .status == 200);
  CHECK(api.chat(request({{"messages", nullptr}})).status == 400);
}

TEST_CASE("openai: odd bodies get a 400 and never an exception", "[mocks][openai]") {
  Api api;
  for (
      const std::string body :
      {"", "{", "[]", "null", "1", "\"x\"", "{\"model\":\"\xff\"}", "{\"model\":{}}",
       R"({"model":"gpt-4o","messages":[[]]})", R"({"model":"gpt-4o","messages":[null]})",
       R"({"model":"gpt-4o","messages":[{"role":7}]})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":[1]}]})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text"}]}]})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"tools":{}})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":3}]})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"n":18446744073709551615})",
       R"({"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"stop":[1]})"}) {
    CAPTURE(body);
    const HttpReply reply = api.send("POST", "/v1/chat/completions", body);
    CHECK(reply.status == 400);
    CHECK_FALSE(error_of(reply)["message"].get<std::string>().empty());
  }
}

TEST_CASE("openai: models are listed, retrieved, and refused by the API's words",
          "[mocks][openai]") {
  Api api;
  const Json list = Json::parse(api.send("GET", "/v1/models", "").body);
  CHECK(list["object"] == "list");
  CHECK(list["data"].size() > 3);
  CHECK(Json::parse(api.send("GET", "/models/ft%3Agpt-4o%3Aclinic", "").body)["id"] ==
        "ft:gpt-4o:clinic");

  const HttpReply unknown = api.chat(request({{"model", "llama-3"}}));
  CHECK(unknown.status == 404);
  CHECK(error_of(unknown) == expected_error("The model `llama-3` does not exist or you do not "
                                            "have access to it.",
                                            nullptr, "model_not_found"));
  CHECK(api.chat(request({{"model", "text-embedding-3-small"}})).status == 404);
  for (const char* model : {"gpt-9", "o1", "o3-pro", "o4-mini", "chatgpt-4o-latest"}) {
    CAPTURE(model);
    CHECK(api.chat(request({{"model", model}})).status == 200);
  }
}

TEST_CASE("openai: paths and methods that are not there", "[mocks][openai]") {
  Api api;
  const HttpReply unknown = api.send("POST", "/v1/foo", "");
  CHECK(unknown.status == 404);
  CHECK(error_of(unknown) == expected_error("Invalid URL (POST /v1/foo)", nullptr, nullptr));
  CHECK(api.send("GET", "/v1", "").status == 404);
  CHECK(api.send("GET", "/v1/v1/models", "").status == 404);
  CHECK(api.send("GET", "/\xff", "").status == 404);
  const HttpReply wrong = api.send("GET", "/v1/embeddings", "");
  CHECK(wrong.status == 405);
  CHECK(error_of(wrong)["message"] == "Only POST requests are accepted.");
}

TEST_CASE("openai: errors for faults have the provider's envelope", "[mocks][openai]") {
  Api api;
  const auto type_and_code = [&api](int status) {
    const HttpReply reply = api.error(status);
    CHECK(reply.status == status);
    const Json error = error_of(reply);
    return Json::array({error["type"], error["code"]});
  };
  CHECK(type_and_code(400) == Json{"invalid_request_error", nullptr});
  CHECK(type_and_code(401) == Json{"invalid_request_error", "invalid_api_key"});
  CHECK(type_and_code(403) == Json{"request_forbidden", "unsupported_country_region_territory"});
  CHECK(type_and_code(404) == Json{"invalid_request_error", nullptr});
  CHECK(type_and_code(429) == Json{"requests", "rate_limit_exceeded"});
  CHECK(type_and_code(500) == Json{"server_error", nullptr});
  CHECK(type_and_code(503) == Json{"server_error", nullptr});
  CHECK(type_and_code(418) == Json{"invalid_request_error", nullptr});
  CHECK(type_and_code(599) == Json{"server_error", nullptr});

  const HttpReply throttled = api.error(429);
  CHECK(find_header(throttled.headers, "retry-after") == "1");
  CHECK(find_header(throttled.headers, "retry-after-ms") == "1000");
  CHECK(find_header(api.error(503).headers, "retry-after").empty());
}
