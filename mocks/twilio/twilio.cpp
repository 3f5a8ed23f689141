#include "mocks/twilio/twilio.hpp"

#include "harness/base/strings.hpp"
#include "mocks/ids.hpp"
#include "mocks/routes.hpp"
#include "mocks/twilio/account.hpp"
#include "mocks/twilio/lookups.hpp"
#include "mocks/twilio/problem.hpp"
#include "mocks/webhooks/digest.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace firedrill::twilio {

struct Twilio::Api {
  using Handler = HttpReply (*)(Twilio&, const Request&);

  // Paths of 2010 end in .json; those of newer products do not. Their hosts differ, their paths
  // do not clash.
  static constexpr std::array<Route<Handler>, 28> kRoutes{{
      {"GET", "/2010-04-01/Accounts/{AccountSid}",
       [](Twilio& t, const Request& r) { return t.account(r); }},

      {"POST", "/2010-04-01/Accounts/{AccountSid}/Messages",
       [](Twilio& t, const Request& r) { return t.messages_.create(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/Messages",
       [](Twilio& t, const Request& r) { return t.messages_.list(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}",
       [](Twilio& t, const Request& r) { return t.messages_.fetch(r); }},
      {"POST", "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}",
       [](Twilio& t, const Request& r) { return t.messages_.update(r); }},
      {"DELETE", "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}",
       [](Twilio& t, const Request& r) { return t.messages_.remove(r); }},

      {"POST", "/2010-04-01/Accounts/{AccountSid}/Calls",
       [](Twilio& t, const Request& r) { return t.calls_.create(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls",
       [](Twilio& t, const Request& r) { return t.calls_.list(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}",
       [](Twilio& t, const Request& r) { return t.calls_.fetch(r); }},
      {"POST", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}",
       [](Twilio& t, const Request& r) { return t.calls_.update(r); }},
      {"DELETE", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}",
       [](Twilio& t, const Request& r) { return t.calls_.remove(r); }},

      {"POST", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers",
       [](Twilio& t, const Request& r) { return t.numbers_.create(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers",
       [](Twilio& t, const Request& r) { return t.numbers_.list(r); }},
      {"GET", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}",
       [](Twilio& t, const Request& r) { return t.numbers_.fetch(r); }},
      {"POST", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}",
       [](Twilio& t, const Request& r) { return t.numbers_.update(r); }},
      {"DELETE", "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}",
       [](Twilio& t, const Request& r) { return t.numbers_.remove(r); }},

      {"GET", "/v2/PhoneNumbers/{PhoneNumber}",
       [](Twilio&, const Request& r) { return look_up(r); }},

      {"POST", "/v2/Services",
       [](Twilio& t, const Request& r) { return t.verify_.create_service(r); }},
      {"GET", "/v2/Services",
       [](Twilio& t, const Request& r) { return t.verify_.list_services(r); }},
      {"GET", "/v2/Services/{Sid}",
       [](Twilio& t, const Request& r) { return t.verify_.fetch_service(r); }},
      {"POST", "/v2/Services/{Sid}",
       [](Twilio& t, const Request& r) { return t.verify_.update_service(r); }},
      {"DELETE", "/v2/Services/{Sid}",
       [](Twilio& t, const Request& r) { return t.verify_.remove_service(r); }},
      {"POST", "/v2/Services/{ServiceSid}/Verifications",
       [](Twilio& t, const Request& r) { return t.verify_.start(r); }},
      {"GET", "/v2/Services/{ServiceSid}/Verifications/{Sid}",
       [](Twilio& t, const Request& r) { return t.verify_.fetch(r); }},
      {"POST", "/v2/Services/{ServiceSid}/Verifications/{Sid}",
       [](Twilio& t, const Request& r) { return t.verify_.update(r); }},
      {"POST", "/v2/Services/{ServiceSid}/VerificationCheck",
       [](Twilio& t, const Request& r) { return t.verify_.check(r); }},

      {"GET", "/v1/Alerts", [](Twilio& t, const Request& r) { return t.debugger_.list(r); }},
      {"GET", "/v1/Alerts/{Sid}", [](Twilio& t, const Request& r) { return t.debugger_.fetch(r); }},
  }};
};

namespace {

constexpr std::string_view kJson = ".json";
constexpr std::string_view k2010 = "/2010-04-01/";

/// Clients of several products may put the product in front: /lookups/v2/….
std::string_view without_product(std::string_view path) {
  for (const std::string_view product : {"/api", "/lookups", "/verify", "/monitor"}) {
    if (path.starts_with(product) && path.substr(product.size()).starts_with('/')) {
      return path.substr(product.size());
    }
  }
  return path;
}

/// The path as the routes have it; "" when it has no business here (2010 without .json is XML).
std::string_view route_path(std::string_view path) {
  path = without_product(path);
  if (!path.starts_with(k2010)) return path;
  return path.ends_with(kJson) ? path.substr(0, path.size() - kJson.size()) : std::string_view{};
}

std::optional<std::pair<std::string, std::string>> basic_credentials(const HttpRequest& request) {
  static constexpr std::string_view kScheme = "basic ";
  const std::string_view header = find_header(request.headers, "authorization");
  if (!equals_ignoring_case(header.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto text = base64_decode(header.substr(kScheme.size()));
  const std::size_t mark = text ? text->find(':') : std::string::npos;
  if (mark == std::string::npos) return std::nullopt;
  return std::pair{text->substr(0, mark), text->substr(mark + 1)};
}

void add_headers(HttpReply& reply, ProviderContext& context) {
  std::array<char, 32> duration{};
  std::snprintf(duration.data(), duration.size(), "%.3f", firedrill::seconds(context.latency));
  reply.headers.push_back({"Twilio-Request-Id", new_sid("RQ", context)});
  reply.headers.push_back({"Twilio-Concurrent-Requests", "1"});
  reply.headers.push_back({"Twilio-Request-Duration", duration.data()});
  reply.headers.push_back({"X-Home-Region", "us1"});
  reply.headers.push_back({"X-API-Domain", "api.twilio.com"});
}

}  // namespace

Result<std::unique_ptr<Provider>> Twilio::make(const spec::Mock& mock) {
  Result<ScriptedText> people = ScriptedText::parse(mock.answer);
  if (!people) return people.error();
  return std::unique_ptr<Provider>{std::make_unique<Twilio>(mock, *std::move(people))};
}

Twilio::Twilio(spec::Mock options, ScriptedText people)
    : options_{std::move(options)},
      people_{std::move(people)},
      messages_{numbers_},
      calls_{numbers_, [this](const Outgoing& call, const OutgoingOutcome& outcome,
                              ProviderContext& context) { read_document(call, outcome, context); }},
      debugger_{options_.webhooks} {}

HttpReply Twilio::answer(const HttpRequest& request, ProviderContext& context) {
  HttpReply reply = route(request, context);
  add_headers(reply, context);
  return reply;
}

HttpReply Twilio::error(int status, ProviderContext& context) {
  HttpReply reply = to_reply(problem_for(status));
  add_headers(reply, context);
  return reply;
}

HttpReply Twilio::route(const HttpRequest& request, ProviderContext& context) {
  const auto credentials = basic_credentials(request);
  if (!credentials) return to_reply(no_credentials());
  const Caller caller{credentials->first, credentials->second};
  if (!is_sid(caller.user, "AC") && !is_sid(caller.user, "SK")) return to_reply(wrong_username());
  if (!accepts(caller)) return to_reply(no_credentials());

  auto match = find_route(std::span{Api::kRoutes}, request.method, route_path(request.path));
  if (match.allowed.empty()) return to_reply(not_found(request.path));
  if (!match.handler) return to_reply(method_not_allowed());
  std::string account = "AC" + caller.user.substr(2);
  if (without_product(request.path).starts_with(k2010)) {
    account = match.parameters.front();
    match.parameters.erase(match.parameters.begin());
    if (!is_sid(account, "AC")) return to_reply(not_found(request.path));
  }
  const std::string& text = request.method == "POST" ? request.body : request.query;
  const Request known{request,
                      context,
                      Parameters::decode(text),
                      account,
                      std::move(match.parameters),
                      auth_token(account, caller)};
  return (*match.handler)(*this, known);
}

HttpReply Twilio::account(const Request& request) {
  return json_reply(200, account_text(request.account, request.context.wall));
}

bool Twilio::accepts(const Caller& caller) const {
  const std::string& key = options_.api_key;
  if (caller.password.empty()) return false;
  return key.empty() || key == caller.password || key == caller.user + ":" + caller.password;
}

std::string Twilio::auth_token(const std::string& account, const Caller& caller) {
  const bool own = caller.user == account;
  if (own) tokens_.put(account, caller.password);
  const std::string* seen = tokens_.find(account);
  if (seen != nullptr) return *seen;
  const std::string& key = options_.api_key;
  if (!key.empty() && key.find(':') == std::string::npos) return key;
  return std::string{kDefaultAuthToken};
}

std::vector<std::string> route_names() {
  std::vector<std::string> names;
  for (const auto& route : Twilio::Api::kRoutes) {
    std::string name = std::string{route.method} + " " + std::string{route.pattern};
    if (route.pattern.starts_with(k2010)) name += kJson;
    names.push_back(std::move(name));
  }
  return names;
}

void Twilio::reset() {
  numbers_.reset();
  messages_.reset();
  calls_.reset();
  verify_.reset();
  debugger_.reset();
  journal_ = Journal{};
  tokens_.clear();
}

}  // namespace firedrill::twilio
