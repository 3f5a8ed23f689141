#include "mocks/twilio/debugger.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/hook.hpp"
#include "mocks/twilio/paging.hpp"
#include "mocks/twilio/problem.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kRetrievalFailure = 11200;
constexpr int kConnectionFailure = 11205;
constexpr int kProtocolViolation = 11206;
constexpr int kTooManyRedirects = 11215;
constexpr int kTooLarge = 11750;
constexpr int kSchemaWarning = 12200;

std::string more_info(int code) {
  return "https://www.twilio.com/docs/errors/" + std::to_string(code);
}

Json alert_json(const Alert& alert, const std::string& origin, bool whole) {
  const std::string when = to_iso8601(alert.at);
  Json json{{"account_sid", alert.account},
            {"alert_text", "ErrorCode=" + std::to_string(alert.code) + "&LogLevel=" +
                               (alert.warning ? "WARNING" : "ERROR") + "&Msg=" + alert.detail},
            {"api_version", "2010-04-01"},
            {"date_created", when},
            {"date_generated", when},
            {"date_updated", when},
            {"error_code", std::to_string(alert.code)},
            {"log_level", alert.warning ? "warning" : "error"},
            {"more_info", more_info(alert.code)},
            {"request_method", alert.method},
            {"request_url", alert.url},
            {"resource_sid", alert.resource},
            {"service_sid", nullptr},
            {"sid", alert.sid},
            {"url", origin + "/v1/Alerts/" + alert.sid}};
  if (whole) {
    json["request_variables"] = alert.parameters;
    json["request_headers"] = "";
    json["response_body"] = alert.answer;
    json["response_headers"] = "";
  }
  return json;
}

bool subscribed(const spec::WebhookTarget& target, const std::string& event) {
  return target.events.empty() ||
         std::find(target.events.begin(), target.events.end(), event) != target.events.end();
}

}  // namespace

std::optional<int> delivery_error(const OutgoingOutcome& outcome) {
  if (outcome.status >= 200 && outcome.status < 300) return std::nullopt;
  if (outcome.status != 0) return kRetrievalFailure;
  switch (outcome.cause) {
    case NoAnswer::not_http:
      return kProtocolViolation;
    case NoAnswer::too_large:
      return kTooLarge;
    case NoAnswer::none:
    case NoAnswer::refused:
    case NoAnswer::no_connection:
    case NoAnswer::timed_out:
    case NoAnswer::connection_lost:
      break;
  }
  return kConnectionFailure;
}

std::string_view name_of_error(int code) {
  switch (code) {
    case kRetrievalFailure:
      return "HTTP retrieval failure";
    case kConnectionFailure:
      return "HTTP connection failure";
    case kProtocolViolation:
      return "HTTP protocol violation";
    case kTooManyRedirects:
      return "HTTP too many redirects";
    case kTooLarge:
      return "TwiML response body too large";
    case 12100:
      return "Document parse failure";
    case kSchemaWarning:
      return "Schema validation warning";
    case 12300:
      return "Invalid Content-Type";
    default:
      return "Error";
  }
}

Parameters debugger_event(const Alert& alert) {
  Json parameters = Json::object();
  const Parameters sent = Parameters::decode(alert.parameters);
  for (const auto& [name, value] : sent.items()) {
    parameters[name] = value;
  }
  const Json payload{{"resource_sid", alert.resource},
                     {"service_sid", nullptr},
                     {"error_code", std::to_string(alert.code)},
                     {"more_info",
                      {{"Msg", alert.detail},
                       {"ErrorCode", std::to_string(alert.code)},
                       {"LogLevel", alert.warning ? "WARNING" : "ERROR"}}},
                     {"webhook",
                      {{"type", "application/json"},
                       {"request",
                        {{"url", alert.url},
                         {"method", alert.method},
                         {"headers", Json::object()},
                         {"parameters", std::move(parameters)}}},
                       {"response",
                        {{"status_code", alert.status == 0 ? Json(nullptr) : Json(alert.status)},
                         {"headers", Json::object()},
                         {"body", alert.answer}}}}}};
  return {{"Sid", alert.sid},
          {"AccountSid", alert.account},
          {"ParentAccountSid", ""},
          {"Timestamp", to_iso8601(alert.at)},
          {"Level", alert.warning ? "WARNING" : "ERROR"},
          {"PayloadType", "application/json"},
          {"Payload", dump(payload)}};
}

Debugger::Debugger(std::vector<spec::WebhookTarget> targets) : targets_{std::move(targets)} {}

void Debugger::report(int code, const std::string& detail, const Outgoing& call,
                      const OutgoingOutcome& outcome, ProviderContext& context) {
  const Parameters sent = parameters_of(call);
  Alert alert;
  alert.sid = new_sid("NO", context);
  alert.account = sent.get("AccountSid");
  alert.warning = code == kSchemaWarning;
  alert.code = code;
  alert.detail = detail.empty() ? std::string{name_of_error(code)} : detail;
  alert.resource = sent.has("CallSid") ? sent.get("CallSid") : sent.get("MessageSid");
  alert.method = call.method;
  alert.url = call.url.substr(0, call.url.find('#'));
  alert.parameters = sent.encode();
  alert.status = outcome.status;
  alert.answer = outcome.body.substr(0, kAnswerMax);
  alert.at = context.wall;
  ++by_code_[code];
  tell(alert, call.secret, context);
  const std::string sid = alert.sid;
  alerts_.put(sid, std::move(alert));
}

void Debugger::tell(const Alert& alert, const std::string& secret, ProviderContext& context) const {
  const std::string event = alert.warning ? "debugger.warning" : "debugger.error";
  for (const spec::WebhookTarget& target : targets_) {
    if (!subscribed(target, event)) continue;
    context.outgoing.push_back(call_to({target.url, "POST"}, event, debugger_event(alert),
                                       target.secret.empty() ? secret : target.secret, context));
  }
}

HttpReply Debugger::list(const Request& request) {
  const Page page = read_page(request.parameters);
  const std::string level = request.parameters.get("LogLevel");
  const auto slice = slice_of(alerts_, page, [&](const Alert& alert) {
    return alert.account == request.account &&
           (level.empty() || (level == "warning") == alert.warning);
  });
  std::vector<std::string> items;
  for (const Alert* alert : slice.items) {
    items.push_back(dump(alert_json(*alert, origin_of(request.http), false)));
  }
  return json_reply(200, page_with_meta(request, page, "alerts", items,
                                        items.empty() ? "" : slice.items.back()->sid, slice.more));
}

HttpReply Debugger::fetch(const Request& request) {
  const Alert* alert = alerts_.find(request.ids[0]);
  if (alert == nullptr) return to_reply(not_found(request.http.path));
  return json_reply(200, dump(alert_json(*alert, origin_of(request.http), true)));
}

void Debugger::reset() {
  alerts_ = BoundedMap<Alert>{kAlertsMax};
  by_code_.clear();
}

}  // namespace firedrill::twilio
