#pragma once

#include "mocks/make_provider.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace firedrill::test {

using Json = nlohmann::json;

/// One OpenAI mock, asked directly, at a time that the test sets.
class OpenAiApi {
 public:
  explicit OpenAiApi(const spec::Mock& mock = {}) : provider_{make_provider(mock).value()} {}

  HttpReply send(const std::string& method, const std::string& target, const std::string& body = "",
                 std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = method;
    request.target = target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.body = body;
    request.headers = std::move(headers);
    request.headers.push_back({"authorization", "Bearer sk-test"});
    ProviderContext context;
    context.number = number_++;
    context.now = now;
    context.wall = WallTime{std::chrono::seconds{1'700'000'000}};
    context.rng = Rng::derive(1, "test", context.number);
    HttpReply reply = provider_->answer(request, context);
    outgoing = std::move(context.outgoing);
    return reply;
  }

  HttpReply post(const std::string& path, const Json& body, std::vector<HttpHeader> headers = {}) {
    return send("POST", path, body.dump(), std::move(headers));
  }

  /// The body of an answer that must be a 200.
  Json get(const std::string& target) { return good(send("GET", target)); }
  static Json good(const HttpReply& reply) {
    CHECK(reply.status == 200);
    return Json::parse(reply.body);
  }

  Provider& provider() { return *provider_; }

  TimePoint now{std::chrono::seconds{1000}};
  std::vector<Outgoing> outgoing;  ///< What the last request led to.

 private:
  std::unique_ptr<Provider> provider_;
  std::uint64_t number_ = 0;
};

inline Json error_of(const HttpReply& reply) {
  CHECK(find_header(reply.headers, "content-type") == "application/json");
  const Json body = Json::parse(reply.body);
  REQUIRE(body.contains("error"));
  CHECK(body["error"].size() == 4);
  return body["error"];
}

inline Json chat(Json changes = Json::object()) {
  Json body{{"model", "gpt-4o"},
            {"messages", Json::array({{{"role", "user"}, {"content", "How much?"}}})}};
  body.update(changes);
  return body;
}

inline std::string content_of(const HttpReply& reply) {
  return OpenAiApi::good(reply)["choices"][0]["message"]["content"].get<std::string>();
}

inline const std::string kChat = "/v1/chat/completions";
inline const std::string kResponses = "/v1/responses";

}  // namespace firedrill::test
