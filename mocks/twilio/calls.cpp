#include "mocks/twilio/calls.hpp"

#include "mocks/twilio/address.hpp"
#include "mocks/twilio/call_check.hpp"
#include "mocks/twilio/dates.hpp"
#include "mocks/twilio/paging.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace firedrill::twilio {
namespace {

using namespace std::chrono_literals;

// Real calls take seconds; drills are short.
constexpr Duration kUntilRinging = 50ms;
constexpr Duration kUntilAnswered = 150ms;
constexpr Duration kVerb = 20ms;  // To say, play or hear anything.

Hook hook_of(const Parameters& parameters, std::string_view url, std::string_view method) {
  return {parameters.get(url), parameters.get(method) == "GET" ? "GET" : "POST"};
}

/// What a telephone's refusal (a SIP status) makes of a call; "" when somebody picks up.
std::string_view end_of_call(int sip) {
  if (sip == 486 || sip == 600) return "busy";
  if (sip == 480 || sip == 487 || sip == 408) return "no-answer";
  return sip >= 400 && sip < 700 ? "failed" : "";
}

}  // namespace

void Calls::tell(Call& call, std::string_view event, WallTime at, const std::string& secret,
                 ProviderContext& context) {
  static constexpr std::string_view kUnderWay = "initiated ringing answered";
  const std::string group =
      kUnderWay.find(event) == kUnderWay.npos ? "completed" : std::string{event};
  const auto& wanted = call.callback_events;
  if (call.status_callback.url.empty() ||
      std::find(wanted.begin(), wanted.end(), group) == wanted.end()) {
    return;
  }
  Outgoing out = call_to(call.status_callback, "call." + std::string{event},
                         call_progress(call, event, at), secret, context);
  out.after = std::max(Duration{0}, at - context.wall);
  out.token = token_of(call.course, 0);
  context.outgoing.push_back(std::move(out));
}

void Calls::ask(Call& call, const Hook& hook, const std::string& event, const Parameters& extra,
                WallTime at, const std::string& secret, ProviderContext& context) {
  ++call.documents;
  const bool inbound_first = event == "voice.received";
  Parameters parameters = voice_parameters(call, inbound_first ? "ringing" : "in-progress");
  parameters.append(extra);
  Outgoing out = call_to(hook, event, parameters, secret, context);
  out.after = std::max(Duration{0}, at - context.wall);
  out.token = token_of(call.course, 0);
  context.outgoing.push_back(std::move(out));
}

void Calls::finish(Call& call, std::string_view how, WallTime at, const std::string& secret,
                   ProviderContext& context) {
  call.end = how;
  call.ended = at;
  tell(call, how, at, secret, context);
}

void Calls::ring(Call& call, const std::string& secret, ProviderContext& context) {
  call.created = call.updated = context.wall;
  call.ringing = context.wall + kUntilRinging;
  call.answered = context.wall + kUntilAnswered;
  tell(call, "initiated", context.wall, secret, context);
  tell(call, "ringing", call.ringing, secret, context);
  const std::string_view refusal = end_of_call(scripted_fate(call.to));
  if (!refusal.empty()) {
    call.sip = scripted_fate(call.to);
    finish(call, refusal, call.answered, secret, context);
    return;
  }
  tell(call, "answered", call.answered, secret, context);
  if (call.document.url.empty()) return;
  ask(call, call.document, "voice.answered", {}, call.answered, secret, context);
}

void Calls::receive(const Call& outbound, const std::string& secret, ProviderContext& context) {
  const Number* number = numbers_.find(outbound.to);
  if (number == nullptr || number->voice.url.empty()) return;
  Call call;
  call.sid = new_sid("CA", context);
  call.account = number->account;
  call.from = outbound.from;
  call.to = outbound.to;
  call.direction = "inbound";
  call.parent = outbound.sid;
  call.document = number->voice;
  call.fallback = number->voice_fallback;
  call.status_callback = number->status_callback;
  call.callback_events = {"completed"};
  call.created = call.updated = call.ringing = outbound.ringing;
  call.answered = outbound.answered;
  ask(call, call.document, "voice.received", {}, call.ringing, secret, context);
  const std::string sid = call.sid;
  all_.put(sid, std::move(call));
}

void Calls::play(const Call& call, const std::string& twiml, const std::string& secret,
                 ProviderContext& context) {
  const Outgoing asked = [&] {
    Outgoing out = call_to({"", "POST"}, "voice.inline", voice_parameters(call, "in-progress"),
                           secret, context);
    out.token = token_of(call.course, 0);
    return out;
  }();
  OutgoingOutcome outcome;
  outcome.status = 200;
  outcome.headers = {{"Content-Type", "text/xml"}};
  outcome.body = twiml;
  answered_(asked, outcome, context);
}

HttpReply Calls::create(const Request& request) {
  const Parameters& parameters = request.parameters;
  if (const auto problem = check_call(parameters)) return to_reply(*problem);
  Call call;
  call.sid = new_sid("CA", request.context);
  call.account = request.account;
  call.from = parameters.get("From");
  call.to = parameters.get("To");
  call.direction = "outbound-api";
  call.document = hook_of(parameters, "Url", "Method");
  call.fallback = hook_of(parameters, "FallbackUrl", "FallbackMethod");
  call.status_callback = hook_of(parameters, "StatusCallback", "StatusCallbackMethod");
  call.callback_events = parameters.all("StatusCallbackEvent");
  if (call.callback_events.empty()) call.callback_events = {"completed"};
  ring(call, request.secret, request.context);
  const std::string sid = call.sid;
  const bool picked_up = !call.ended;
  const Call& made = all_.put(sid, std::move(call));
  HttpReply reply = json_reply(201, to_text(made, request.context.wall));
  if (picked_up && made.document.url.empty()) {
    play(Call{made}, parameters.get("Twiml"), request.secret, request.context);
  }
  if (const Call* kept = picked_up ? all_.peek(sid) : nullptr) {
    receive(Call{*kept}, request.secret, request.context);
  }
  return reply;
}

void Calls::proceed(const Outgoing& asked, const Script& script, ProviderContext& context) {
  const Parameters sent = parameters_of(asked);
  const std::string sid = sent.get("CallSid");
  Call* call = all_.find(sid);
  if (call == nullptr) {
    Call taken;
    taken.sid = sid;
    taken.account = sent.get("AccountSid");
    taken.from = sent.get("From");
    taken.to = sent.get("To");
    taken.direction = sent.get("Direction");
    taken.created = taken.updated = taken.ringing = taken.answered = context.wall;
    call = &all_.put(sid, std::move(taken));
  }
  const bool overtaken = call->ended || course_of(asked) != call->course;
  if (overtaken) return;
  const WallTime at = std::max(context.wall, call->answered) +
                      kVerb * static_cast<Duration::rep>(script.executed.size());
  if (script.onward && call->documents < kDocumentsMax) {
    const Onward& onward = *script.onward;
    ask(*call, {onward.url, onward.method}, onward.event, onward.extra, at, asked.secret, context);
    return;
  }
  if (script.rejected) call->sip = script.busy ? 486 : 480;
  finish(*call,
         !script.rejected ? "completed"
         : script.busy    ? "busy"
                          : "no-answer",
         at, asked.secret, context);
}

Hook Calls::fallback_of(const std::string& sid) const {
  const Call* call = all_.peek(sid);
  return call == nullptr ? Hook{} : call->fallback;
}

bool Calls::wants(const Outgoing& call) const {
  const Call* known = all_.peek(parameters_of(call).get("CallSid"));
  return known == nullptr || course_of(call) == known->course;
}

HttpReply Calls::list(const Request& request) {
  const Page page = read_page(request.parameters);
  const Parameters& wanted = request.parameters;
  const WallTime now = request.context.wall;
  const auto equal = [&](const char* name, std::string_view value) {
    return !wanted.has(name) || wanted.get(name) == value;
  };
  const auto after = parse_iso8601(wanted.get("StartTime>"));
  const auto before = parse_iso8601(wanted.get("StartTime<"));
  const auto slice = slice_of(all_, page, [&](const Call& call) {
    return call.account == request.account && equal("To", call.to) && equal("From", call.from) &&
           equal("Status", call.status_at(now)) && equal("ParentCallSid", call.parent) &&
           (!after || call.answered >= *after) && (!before || call.answered <= *before);
  });
  std::vector<std::string> items;
  for (const Call* call : slice.items) items.push_back(to_text(*call, now));
  return json_reply(200, page_of_2010(request, page, "calls", items,
                                      items.empty() ? "" : slice.items.back()->sid, slice.more));
}

HttpReply Calls::fetch(const Request& request) {
  const Call* call = all_.find(request.ids[0]);
  if (call == nullptr || call->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  return json_reply(200, to_text(*call, request.context.wall));
}

std::optional<Problem> Calls::redirect(Call& call, const Request& request) {
  if (call.status_at(request.context.wall) != "in-progress") {
    return Problem{400, 21220, "Call is not in-progress. Cannot redirect."};
  }
  ++call.course;
  call.ended.reset();
  call.end = "completed";
  call.document = hook_of(request.parameters, "Url", "Method");
  if (!call.document.url.empty()) {
    ask(call, call.document, "voice.redirect", {}, request.context.wall, request.secret,
        request.context);
  } else {
    play(Call{call}, request.parameters.get("Twiml"), request.secret, request.context);
  }
  return std::nullopt;
}

HttpReply Calls::update(const Request& request) {
  Call* call = all_.find(request.ids[0]);
  if (call == nullptr || call->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  const Parameters& parameters = request.parameters;
  if (const auto problem = check_call_hooks(parameters)) return to_reply(*problem);
  const WallTime now = request.context.wall;
  const std::string status = parameters.get("Status");
  const std::string_view current = call->status_at(now);
  const bool waits = current == "queued" || current == "ringing";
  if (status.empty() && !parameters.has("Url") && !parameters.has("Twiml")) {
    return to_reply({400, 20001, "Status, Url or Twiml is required."});
  }
  if (!status.empty() && status != "canceled" && status != "completed") {
    return to_reply({400, 20001, "Status must be canceled or completed: " + status});
  }
  if (status.empty()) {
    if (const auto problem = redirect(*call, request)) return to_reply(*problem);
  } else if (!waits && current != "in-progress") {
    return to_reply({400, 21220, "Call is not in-progress. Cannot redirect."});
  } else if (waits || status == "completed") {
    ++call->course;
    finish(*call, waits ? "canceled" : "completed", now, request.secret, request.context);
  }
  call->updated = now;
  return json_reply(200, to_text(*call, now));
}

HttpReply Calls::remove(const Request& request) {
  const Call* call = all_.find(request.ids[0]);
  if (call == nullptr || call->account != request.account) {
    return to_reply(not_found(request.http.path));
  }
  if (!call->ended || request.context.wall < *call->ended) {
    return to_reply({409, 20009, "Cannot delete call because it is still in progress."});
  }
  all_.erase(request.ids[0]);
  HttpReply reply;
  reply.status = 204;
  return reply;
}

}  // namespace firedrill::twilio
