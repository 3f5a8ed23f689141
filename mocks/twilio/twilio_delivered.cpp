// What follows from calls that the application answered, or did not.

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/hook.hpp"
#include "mocks/twilio/script.hpp"
#include "mocks/twilio/twilio.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kRedirectsMax = 10;
constexpr int kTooManyRedirects = 11215;
constexpr std::size_t kShown = 100;

bool is_http_redirect(const OutgoingOutcome& outcome) {
  const int status = outcome.status;
  return (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) &&
         !find_header(outcome.headers, "location").empty();
}

bool is_about_debugger(const Outgoing& call) { return call.event.starts_with("debugger."); }

Dialect dialect_of(const Outgoing& call) {
  return call.event.starts_with("voice.") ? Dialect::voice : Dialect::messaging;
}

/// Only what the document itself asks for: the fragment is for the delivery.
std::string base_of(const Outgoing& call) { return call.url.substr(0, call.url.find('#')); }

std::string resource_of(const Parameters& sent) {
  return sent.has("CallSid") ? sent.get("CallSid") : sent.get("MessageSid");
}

Json kept(std::size_t count, std::uint64_t evicted) {
  return {{"kept", count}, {"evicted", evicted}};
}

}  // namespace

bool Twilio::wants(const Outgoing& call, WallTime) const {
  if (call.event.starts_with("call.") || call.event.starts_with("voice.")) {
    return calls_.wants(call);
  }
  return !call.event.starts_with("message.") || messages_.wants(call);
}

void Twilio::delivered(const Outgoing& call, const OutgoingOutcome& outcome,
                       ProviderContext& context) {
  // The debugger does not report itself: one broken subscriber would keep it busy for ever.
  if (!outcome.last || is_about_debugger(call)) return;
  if (is_http_redirect(outcome)) return follow_redirect(call, outcome, context);
  if (const auto code = delivery_error(outcome)) {
    debugger_.report(*code, outcome.failure, call, outcome, context);
    return without_document(call, *code, context);
  }
  if (asks_for_twiml(call)) read_document(call, outcome, context);
}

void Twilio::follow_redirect(const Outgoing& call, const OutgoingOutcome& outcome,
                             ProviderContext& context) {
  const std::uint64_t redirects = redirects_of(call) + 1;
  if (redirects > kRedirectsMax) {
    debugger_.report(kTooManyRedirects, "", call, outcome, context);
    return without_document(call, kTooManyRedirects, context);
  }
  const std::string location{find_header(outcome.headers, "location")};
  // 307 and 308 keep the method; after the others clients ask with GET, without parameters.
  const bool repeats = outcome.status == 307 || outcome.status == 308;
  Outgoing next = call_to({resolve_url(base_of(call), location), "POST"}, call.event,
                          parameters_of(call), call.secret, context);
  if (!repeats || call.method == "GET") {
    next = call_to({next.url, "GET"}, call.event, parameters_of(call), call.secret, context);
  }
  next.token = token_of(course_of(call), redirects);
  context.outgoing.push_back(std::move(next));
}

void Twilio::read_document(const Outgoing& call, const OutgoingOutcome& outcome,
                           ProviderContext& context) {
  const Dialect dialect = dialect_of(call);
  const Parameters sent = parameters_of(call);
  const Twiml twiml = read_answer(outcome.status, find_header(outcome.headers, "content-type"),
                                  outcome.body, dialect);
  for (const Complaint& warning : twiml.warnings) {
    debugger_.report(warning.code, warning.detail, call, outcome, context);
  }
  for (const Complaint& error : twiml.errors) {
    debugger_.report(error.code, error.detail, call, outcome, context);
  }
  if (!twiml.errors.empty()) return without_document(call, twiml.errors.front().code, context);

  Person person;
  if (const auto scripted = people_.render(context)) person.input = *scripted;
  Script script = execute(twiml, dialect, base_of(call), person);
  journal_.record({resource_of(sent), call.event, base_of(call), script.executed, context.wall});
  for (const Reply& reply : script.replies) messages_.reply(reply, sent, call.secret, context);
  if (dialect == Dialect::voice) return calls_.proceed(call, script, context);
  if (!script.onward) return;
  const std::uint64_t documents = redirects_of(call) + 1;
  if (documents > kRedirectsMax) {
    debugger_.report(kTooManyRedirects, "", call, outcome, context);
    return;
  }
  Outgoing next = call_to({script.onward->url, script.onward->method}, script.onward->event, sent,
                          call.secret, context);
  next.token = token_of(0, documents);
  context.outgoing.push_back(std::move(next));
}

void Twilio::without_document(const Outgoing& call, int code, ProviderContext& context) {
  if (!asks_for_twiml(call)) return;
  const Parameters sent = parameters_of(call);
  const bool voice = dialect_of(call) == Dialect::voice;
  const Number* number = numbers_.find(sent.get("To"));
  const Hook fallback = voice               ? calls_.fallback_of(sent.get("CallSid"))
                        : number != nullptr ? number->sms_fallback
                                            : Hook{};
  // A fallback that fails too has none of its own.
  if (!fallback.url.empty() && !sent.has("ErrorCode")) {
    Parameters parameters = sent;
    parameters.add("ErrorCode", std::to_string(code));
    parameters.add("ErrorUrl", base_of(call));
    Outgoing next = call_to(fallback, call.event, parameters, call.secret, context);
    next.token = token_of(course_of(call), 0);
    context.outgoing.push_back(std::move(next));
  } else if (voice) {
    calls_.proceed(call, Script{}, context);
  }
}

std::string Twilio::state() const {
  Json verbs = Json::object();
  for (const auto& [verb, count] : journal_.verbs()) verbs[verb] = count;
  Json documents = Json::array();
  const auto& last = journal_.last();
  for (auto it = last.rbegin(); it != last.rend() && documents.size() < kShown; ++it) {
    documents.push_back({{"resource", it->resource},
                         {"event", it->event},
                         {"url", it->url},
                         {"verbs", it->verbs},
                         {"at", to_iso8601(it->at)}});
  }
  Json by_code = Json::object();
  for (const auto& [code, count] : debugger_.by_code()) by_code[std::to_string(code)] = count;
  Json alerts = Json::array();
  debugger_.alerts().newest_first([&](const std::string& sid, const Alert& alert) {
    alerts.push_back({{"sid", sid},
                      {"level", alert.warning ? "warning" : "error"},
                      {"code", alert.code},
                      {"detail", alert.detail},
                      {"resource", alert.resource},
                      {"url", alert.url},
                      {"status", alert.status},
                      {"at", to_iso8601(alert.at)}});
    return alerts.size() < kShown;
  });
  return dump(Json{{"messages", kept(messages_.count(), messages_.evicted())},
                   {"calls", kept(calls_.count(), calls_.evicted())},
                   {"verifications", kept(verify_.count(), verify_.evicted())},
                   {"numbers", kept(numbers_.count(), numbers_.evicted())},
                   {"twiml",
                    {{"documents", journal_.total()},
                     {"verbs", std::move(verbs)},
                     {"last", std::move(documents)}}},
                   {"debugger",
                    {{"by_code", std::move(by_code)},
                     {"evicted", debugger_.alerts().evicted()},
                     {"last", std::move(alerts)}}}});
}

}  // namespace firedrill::twilio
