#include "mocks/clinic/chat_completion.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

using nlohmann::json;

/// An answer of the API whose content is `content`.
std::string completion(const std::string& content) {
  return json{
      {"id", "chatcmpl-1"},
      {"choices",
       json::array({{{"index", 0}, {"message", {{"role", "assistant"}, {"content", content}}}}})},
      {"usage", {{"prompt_tokens", 21}, {"completion_tokens", 9}, {"total_tokens", 30}}}}
      .dump();
}

AiReply answered(const std::string& content) { return read_chat_answer(200, completion(content)); }

}  // namespace

TEST_CASE("chat completion: a good answer gives score, confidence, reason and usage",
          "[clinic][ai]") {
  const AiReply reply = answered(R"({"score":4,"confidence":0.9,"reason":"asks for implants"})");
  REQUIRE(reply.outcome == AiOutcome::scored);
  CHECK(reply.score.score == 4);
  CHECK(reply.score.confidence == 0.9);
  CHECK(reply.score.reason == "asks for implants");
  CHECK(reply.usage.prompt == 21);
  CHECK(reply.usage.completion == 9);
  CHECK(reply.status == 200);
  CHECK(reply.why.empty());
}

TEST_CASE("chat completion: confidence is clamped into 0.8 to 0.95", "[clinic][ai]") {
  CHECK(answered(R"({"score":1,"confidence":0})").score.confidence == 0.8);
  CHECK(answered(R"({"score":1,"confidence":0.8})").score.confidence == 0.8);
  CHECK(answered(R"({"score":5,"confidence":0.95})").score.confidence == 0.95);
  CHECK(answered(R"({"score":5.0,"confidence":1})").score.confidence == 0.95);
}

TEST_CASE("chat completion: what cannot be used is malformed, and says why without quoting",
          "[clinic][ai]") {
  const auto [content, why] = GENERATE(table<std::string, std::string>({
      {"canary", "content is not a JSON object"},
      {"[1]", "content is not a JSON object"},
      {"", "content is not a JSON object"},
      {R"({"confidence":0.9})", "content has no number 'score'"},
      {R"({"score":"4","confidence":0.9})", "content has no number 'score'"},
      {R"({"score":0,"confidence":0.9})", "'score' is not a whole number from 1 to 5"},
      {R"({"score":6,"confidence":0.9})", "'score' is not a whole number from 1 to 5"},
      {R"({"score":3.5,"confidence":0.9})", "'score' is not a whole number from 1 to 5"},
      {R"({"score":3})", "content has no number 'confidence'"},
      {R"({"score":3,"confidence":1.1})", "'confidence' is not within 0 to 1"},
      {R"({"score":3,"confidence":-0.1})", "'confidence' is not within 0 to 1"},
  }));
  CAPTURE(content);
  const AiReply reply = answered(content);
  CHECK(reply.outcome == AiOutcome::malformed);
  CHECK(reply.why == why);
  CHECK(reply.usage.prompt == 21);  // billed all the same
}

TEST_CASE("chat completion: an answer that is not a completion is malformed", "[clinic][ai]") {
  const std::string body =
      GENERATE(R"({"choices":[{"mess)", "", "null", "{}", R"({"choices":[]})", R"({"choices":{}})",
               R"({"choices":[1]})", R"({"choices":[{"message":{"content":null}}]})",
               R"({"usage":7,"choices":[{"message":"x"}]})", "<html>502</html>");
  CAPTURE(body);
  const AiReply reply = read_chat_answer(200, body);
  CHECK(reply.outcome == AiOutcome::malformed);
  CHECK_FALSE(reply.why.empty());
  CHECK(reply.usage.prompt == 0);
}

TEST_CASE("chat completion: each status has its outcome, and the outcome its word for the breaker",
          "[clinic][ai]") {
  const auto [status, outcome, health] = GENERATE(table<int, AiOutcome, Health>({
      {302, AiOutcome::malformed, Health::bad},
      {400, AiOutcome::request_rejected, Health::unknown},
      {401, AiOutcome::credentials_rejected, Health::unknown},
      {403, AiOutcome::credentials_rejected, Health::unknown},
      {404, AiOutcome::request_rejected, Health::unknown},
      {408, AiOutcome::timed_out, Health::bad},
      {429, AiOutcome::rate_limited, Health::bad},
      {500, AiOutcome::server_error, Health::bad},
      {503, AiOutcome::server_error, Health::bad},
  }));
  CAPTURE(status);
  const AiReply reply = read_chat_answer(status, R"({"error":{"message":"canary"}})");
  CHECK(reply.outcome == outcome);
  CHECK(health_from(reply.outcome) == health);
  CHECK(reply.status == status);
  CHECK(reply.why == "answered " + std::to_string(status));
}

TEST_CASE("chat completion: a long reason is cut between characters", "[clinic][ai]") {
  std::string reason(299, 'a');
  reason += "\xc3\xa9 and so on";
  const AiReply reply =
      answered(json{{"score", 2}, {"confidence", 0.9}, {"reason", reason}}.dump());
  REQUIRE(reply.outcome == AiOutcome::scored);
  CHECK(reply.score.reason == std::string(299, 'a'));
}

TEST_CASE("chat completion: the request asks gpt-4o for JSON and keeps phone and name back",
          "[clinic][ai]") {
  const std::string text = chat_request(
      {.phone = "+15550100123", .name = "Zoe Canary", .message = "an \"implant\", please"});
  CHECK(text.find("15550100123") == std::string::npos);
  CHECK(text.find("Canary") == std::string::npos);
  const json request = json::parse(text);
  CHECK(request.at("model") == "gpt-4o");
  CHECK(request.at("response_format").at("type") == "json_object");
  REQUIRE(request.at("messages").size() == 2);
  CHECK(request.at("messages")[0].at("role") == "system");
  CHECK(request.at("messages")[1].at("role") == "user");
  CHECK(request.at("messages")[1].at("content") ==
        "Phone number usable: yes\nName given: yes\nMessage: an \"implant\", please");
}

}  // namespace firedrill::clinic
