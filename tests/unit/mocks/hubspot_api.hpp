#pragma once

#include "harness/base/time.hpp"
#include "mocks/hubspot/hubspot.hpp"
#include "mocks/json_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// One HubSpot mock, asked directly.
class HubSpotApi {
 public:
  using Json = nlohmann::json;

  struct Answer {
    int status = 0;
    Json body;  ///< null for an empty one.
    std::vector<HttpHeader> headers;
    std::vector<Outgoing> outgoing;

    [[nodiscard]] std::string header(std::string_view name) const {
      return std::string{find_header(headers, name)};
    }
  };

  explicit HubSpotApi(spec::Mock mock = {}) : hubspot_{std::move(mock)} {}

  Answer send(const std::string& method, const std::string& target, const std::string& body,
              const std::string& authorization = "Bearer pat-na1-test") {
    HttpRequest request;
    request.method = method;
    request.target = target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.headers.push_back({"Host", "127.0.0.1:12111"});
    request.body = body;
    if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
    ProviderContext context = next_context();
    context.request = &request;
    const HttpReply reply = hubspot_.answer(request, context);
    return to_answer(reply, std::move(context.outgoing));
  }

  Answer get(const std::string& target) { return send("GET", target, ""); }
  Answer post(const std::string& target, const Json& body) {
    return send("POST", target, body.dump());
  }
  Answer patch(const std::string& target, const Json& body) {
    return send("PATCH", target, body.dump());
  }
  Answer put(const std::string& target, const Json& body) {
    return send("PUT", target, body.dump());
  }
  Answer remove(const std::string& target) { return send("DELETE", target, ""); }

  /// The provider's own error, as faults and rate limits ask for it.
  Answer error(int status, std::optional<HttpRequest> request = std::nullopt,
               RateStatus rate = {}) {
    ProviderContext context = next_context();
    if (request) context.request = &*request;
    context.rate = rate;
    const HttpReply reply = hubspot_.error(status, context);
    Answer answer{reply.status, {}, reply.headers, {}};
    answer.body = parse_json<Json>(reply.body).value_or(Json(reply.body));
    return answer;
  }

  /// Creates an object and returns its id.
  std::string create(const std::string& plural, const Json& properties) {
    const Answer answer = post("/crm/v3/objects/" + plural, {{"properties", properties}});
    INFO(answer.body.dump());
    REQUIRE(answer.status == 201);
    return answer.body["id"].get<std::string>();
  }

  [[nodiscard]] Json state() const { return Json::parse(hubspot_.state()); }
  void reset() { hubspot_.reset(); }
  void advance(Duration by) { wall_ += by; }
  [[nodiscard]] WallTime now() const { return wall_; }

 private:
  ProviderContext next_context() {
    ProviderContext context;
    context.number = number_++;
    context.wall = wall_;
    context.rng = Rng::derive(1, "test", context.number);
    return context;
  }

  static Answer to_answer(const HttpReply& reply, std::vector<Outgoing> outgoing) {
    Answer answer{reply.status, nullptr, reply.headers, std::move(outgoing)};
    if (reply.status == 204) {
      CHECK(reply.body.empty());
      return answer;
    }
    CHECK(answer.header("content-type") == "application/json");
    answer.body = Json::parse(reply.body);
    if (reply.status >= 400) {
      CHECK(answer.body.contains("correlationId"));
      CHECK(answer.body["correlationId"] == answer.header("x-hubspot-correlation-id"));
    }
    return answer;
  }

  hubspot::HubSpot hubspot_;
  std::uint64_t number_ = 0;
  WallTime wall_{std::chrono::seconds{1'700'000'000}};
};

}  // namespace firedrill
