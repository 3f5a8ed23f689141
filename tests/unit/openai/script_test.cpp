// What a scenario makes the model say, and how fast.
#include "tests/unit/openai/api.hpp"

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

spec::ValueMatch like(const std::string& pattern) {
  spec::ValueMatch match;
  match.matches = pattern;
  return match;
}

spec::AnswerRule rule(const std::string& answer) {
  spec::AnswerRule made;
  made.answer = answer;
  return made;
}

Json about(const std::string& text, const std::string& model = "gpt-4o") {
  return chat(
      {{"model", model}, {"messages", Json::array({{{"role", "user"}, {"content", text}}})}});
}

const Json kTool{{"type", "function"},
                 {"function", {{"name", "book"}, {"parameters", {{"type", "object"}}}}}};

}  // namespace

TEST_CASE("openai script: the first rule that fits wins, then the answer", "[openai][script]") {
  spec::Mock mock;
  mock.answer = "otherwise";
  mock.answers = {rule(R"({"confidence":0.83})"), rule("mini"), rule("tenant")};
  mock.answers[0].model = "gpt-4*";
  mock.answers[0].message = like("(?i)implant");
  mock.answers[1].model = "*-mini";
  mock.answers[2].headers.push_back({"x-tenant", like("^a")});
  OpenAiApi api{mock};
  CHECK(content_of(api.post(kChat, about("An IMPLANT?"))) == R"({"confidence":0.83})");
  CHECK(content_of(api.post(kChat, about("implant", "gpt-4o-mini"))) == R"({"confidence":0.83})");
  CHECK(content_of(api.post(kChat, about("a crown", "gpt-4o-mini"))) == "mini");
  CHECK(content_of(api.post(kChat, about("implant", "o1"))) == "otherwise");
  CHECK(content_of(api.post(kChat, about("x"), {{"X-Tenant", "abc"}})) == "tenant");
  CHECK(content_of(api.post(kChat, about("x"), {{"x-tenant", "b"}})) == "otherwise");
}

TEST_CASE("openai script: the last message of the user counts, in parts too", "[openai][script]") {
  spec::Mock mock;
  mock.answers = {rule("found")};
  mock.answers[0].message = like("implant now");
  OpenAiApi api{mock};
  const Json parts =
      Json::array({{{"type", "text"}, {"text", "implant"}}, {{"type", "text"}, {"text", " now"}}});
  const Json messages = Json::array({{{"role", "user"}, {"content", "hello"}},
                                     {{"role", "user"}, {"content", parts}},
                                     {{"role", "assistant"}, {"content", "yes"}}});
  CHECK(content_of(api.post(kChat, chat({{"messages", messages}}))) == "found");
  CHECK(content_of(api.post(kChat, about("implant"))) != "found");
  const Json response = OpenAiApi::good(
      api.post(kResponses, {{"model", "gpt-4o"}, {"input", "implant now, please"}}));
  CHECK(response["output"][0]["content"][0]["text"] == "found");
}

TEST_CASE("openai script: answers may repeat what was asked", "[openai][script]") {
  spec::Mock mock;
  mock.answers = {rule(R"({"to":"${request.model}","said":"${request.message}"})")};
  mock.answers[0].model = "*";
  OpenAiApi api{mock};
  const Json said = Json::parse(content_of(api.post(kChat, about("a \"quote\""))));
  CHECK(said == Json{{"to", "gpt-4o"}, {"said", "a \"quote\""}});
}

TEST_CASE("openai script: a tool is called where it is offered, and only there",
          "[openai][script]") {
  spec::Mock mock;
  mock.answer = "words";
  mock.answers = {rule(R"({"minutes":30})")};
  mock.answers[0].model = "*";
  mock.answers[0].tool = "book";
  OpenAiApi api{mock};
  Json asked = about("book it");
  CHECK(content_of(api.post(kChat, asked)) == "words");
  asked["tools"] = Json::array({kTool});
  const Json called = OpenAiApi::good(api.post(kChat, asked))["choices"][0];
  CHECK(called["finish_reason"] == "tool_calls");
  CHECK(called["message"]["tool_calls"][0]["function"] ==
        Json{{"name", "book"}, {"arguments", R"({"minutes":30})"}});
  asked["tool_choice"] = "none";
  CHECK(content_of(api.post(kChat, asked)) == "words");
  asked["tool_choice"] = "required";
  CHECK(OpenAiApi::good(api.post(
            kChat, asked))["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] ==
        R"({"minutes":30})");
}

TEST_CASE("openai script: where a call is forced, words do not fit", "[openai][script]") {
  spec::Mock mock;
  mock.answers = {rule("words")};
  mock.answers[0].model = "*";
  OpenAiApi api{mock};
  Json asked = about("book it");
  asked["tools"] = Json::array({kTool});
  asked["tool_choice"] = "required";
  CHECK(OpenAiApi::good(api.post(kChat, asked))["choices"][0]["finish_reason"] == "tool_calls");
}

TEST_CASE("openai pace: without a word about it, answers come at once", "[openai][pace]") {
  OpenAiApi api;
  CHECK(api.post(kChat, chat()).delay == Duration{0});
  for (const HttpChunk& chunk : api.post(kChat, chat({{"stream", true}})).stream) {
    CHECK(chunk.after == Duration{0});
  }
}

TEST_CASE("openai pace: the first token takes its time, the others follow at their speed",
          "[openai][pace]") {
  spec::Mock mock;
  mock.answer = "12345678";  // two tokens
  mock.first_token = spec::Delay{spec::Delay::Kind::fixed, 300ms, 0ms};
  mock.tokens_per_second = spec::Spread{spec::Delay::Kind::fixed, 50, 0};
  OpenAiApi api{mock};
  const HttpReply plain = api.post(kChat, chat({{"n", 2}}));
  CHECK(plain.delay == Duration{340ms});  // two answers are made side by side
  CHECK(find_header(plain.headers, "openai-processing-ms") == "340");

  const HttpReply stream = api.post(kChat, chat({{"stream", true}}));
  CHECK(stream.delay == Duration{0});
  std::vector<Duration> pauses;
  for (const HttpChunk& chunk : stream.stream) pauses.push_back(chunk.after);
  CHECK(pauses == std::vector<Duration>{300ms, 20ms, 20ms, 0ms, 0ms});

  const Json asked{{"model", "gpt-4o"}, {"input", "hi"}};
  CHECK(api.post(kResponses, asked).delay == Duration{340ms});
  Json streamed = asked;
  streamed["stream"] = true;
  Duration all{0};
  for (const HttpChunk& chunk : api.post(kResponses, streamed).stream) all += chunk.after;
  CHECK(all == Duration{340ms});
}

TEST_CASE("openai pace: distributions are drawn for each answer, from its own randomness",
          "[openai][pace]") {
  spec::Mock mock;
  mock.first_token = spec::Delay{spec::Delay::Kind::lognormal, 300ms, 80ms};
  OpenAiApi first{mock};
  OpenAiApi second{mock};
  const Duration a = first.post(kChat, chat()).delay;
  const Duration b = first.post(kChat, chat()).delay;
  CHECK(a != b);
  CHECK(second.post(kChat, chat()).delay == a);
  // How fast it comes does not change what is said.
  OpenAiApi fast;
  OpenAiApi slow{mock};
  CHECK(fast.post(kChat, chat()).body == slow.post(kChat, chat()).body);
}
