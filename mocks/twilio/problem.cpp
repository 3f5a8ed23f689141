#include "mocks/twilio/problem.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::twilio {

Problem bad_request(int code, std::string message) { return {400, code, std::move(message)}; }

Problem no_credentials() { return {401, 20003, "Authenticate"}; }

Problem wrong_username() { return {401, 20003, "Authentication Error - invalid username"}; }

Problem not_found(std::string_view path) {
  return {404, 20404, "The requested resource " + std::string{path} + " was not found"};
}

Problem method_not_allowed() { return {405, 20004, "Method not allowed"}; }

Problem problem_for(int status) {
  switch (status) {
    case 400:
      return {400, 20001, "Bad request"};
    case 401:
      return no_credentials();
    case 404:
      return {404, 20404, "The requested resource was not found"};
    case 405:
      return method_not_allowed();
    case 429:
      return {429, 20429, "Too Many Requests"};
    case 500:
      return {500, 20500, "An internal server error has occurred"};
    case 503:
      return {503, 20503, "Service is unavailable"};
    default:
      break;
  }
  const std::string_view reason = reason_of(status);
  return {status, 20000 + status, std::string{reason.empty() ? "Error" : reason}};
}

HttpReply to_reply(const Problem& problem) {
  const std::string code = std::to_string(problem.code);
  HttpReply reply = json_reply(
      problem.status,
      dump(nlohmann::ordered_json{{"code", problem.code},
                                  {"message", problem.message},
                                  {"more_info", "https://www.twilio.com/docs/errors/" + code},
                                  {"status", problem.status}}));
  reply.headers.push_back({"X-Twilio-Error-Code", code});
  if (problem.status == 401) {
    reply.headers.push_back({"WWW-Authenticate", "Basic realm=\"Twilio API\""});
  }
  return reply;
}

}  // namespace firedrill::twilio
