#pragma once

#include "harness/base/strings.hpp"
#include "mocks/twilio/parameters.hpp"
#include "mocks/twilio/twilio.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace firedrill::twilio {

inline const std::string kAccount = "AC" + std::string(32, '1');
inline const std::string kToken = "auth-token";
inline const std::string kBase = "/2010-04-01/Accounts/" + kAccount;

/// One Twilio mock, asked directly, on a clock of its own; its calls are collected in `sent`.
class Api {
 public:
  explicit Api(const spec::Mock& mock = {})
      : twilio_{mock, ScriptedText::parse(mock.answer).value()} {}

  HttpReply send(const std::string& method, const std::string& path, const Parameters& parameters,
                 const std::string& user = kAccount, const std::string& password = kToken) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.headers = {{"Host", "127.0.0.1:12113"}};
    if (!user.empty()) {
      request.headers.push_back({"Authorization", "Basic " + base64(user + ":" + password)});
    }
    (method == "POST" ? request.body : request.query) = parameters.encode();
    ProviderContext context = next_context();
    HttpReply reply = twilio_.answer(request, context);
    collect(context);
    return reply;
  }

  nlohmann::json post(const std::string& path, const Parameters& parameters, int status = 201) {
    return json_of(send("POST", path, parameters), status);
  }
  nlohmann::json get(const std::string& path, const Parameters& parameters = {}, int status = 200) {
    return json_of(send("GET", path, parameters), status);
  }

  /// The application answers `call`.
  void answer(const Outgoing& call, const std::string& body,
              const std::string& content_type = "text/xml", int status = 200) {
    OutgoingOutcome outcome;
    outcome.status = status;
    outcome.headers = {{"Content-Type", content_type}};
    outcome.body = body;
    end(call, outcome);
  }
  void end(const Outgoing& call, const OutgoingOutcome& outcome) {
    ProviderContext context = next_context();
    twilio_.delivered(call, outcome, context);
    collect(context);
  }

  /// Takes the only call that was sent since the last time.
  Outgoing only() {
    if (sent.size() != 1) throw std::runtime_error(std::to_string(sent.size()) + " calls sent");
    Outgoing call = sent.front();
    sent.clear();
    return call;
  }

  [[nodiscard]] nlohmann::json state() const { return nlohmann::json::parse(twilio_.state()); }
  Twilio& twilio() { return twilio_; }

  WallTime now{std::chrono::seconds{1'700'000'000}};
  std::vector<Outgoing> sent;

 private:
  static nlohmann::json json_of(const HttpReply& reply, int status) {
    if (reply.status != status) throw std::runtime_error(reply.body);
    return nlohmann::json::parse(reply.body);
  }
  ProviderContext next_context() {
    ProviderContext context;
    context.number = number_++;
    context.wall = now;
    context.rng = Rng::derive(1, "test", context.number);
    return context;
  }
  void collect(ProviderContext& context) {
    for (Outgoing& call : context.outgoing) sent.push_back(std::move(call));
  }

  Twilio twilio_;
  std::uint64_t number_ = 0;
};

inline std::vector<std::string> events_of(const std::vector<Outgoing>& calls) {
  std::vector<std::string> events;
  for (const Outgoing& call : calls) events.push_back(call.event);
  return events;
}

}  // namespace firedrill::twilio
