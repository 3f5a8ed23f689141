#include "mocks/control.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/time.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

struct Call {
  const HttpRequest& request;
  const MockSet& mocks;
  const ControlLanguage& language;
  TimePoint now;
  std::vector<std::string> names;  ///< Of the path: the mock, and whatever comes after it.
};
using Handler = HttpReply (*)(const Call&);
using MockHandler = HttpReply (*)(const Call&, Mock&);

HttpReply problem(int status, const std::string& message) {
  return json_reply(status, dump(Json{{"error", message}}));
}

HttpReply no_such_mock(const std::string& name, const MockSet& mocks) {
  std::vector<std::string> names;
  for (const auto& mock : mocks.all()) names.push_back(mock->name());
  return problem(404, "no mock '" + name + "' is running" + did_you_mean(name, names) +
                          "; running: " + join_or(names));
}

/// A handler for the mock that the path names.
template <MockHandler kHandler>
HttpReply with_mock(const Call& call) {
  Mock* mock = call.mocks.find(call.names[0]);
  return mock == nullptr ? no_such_mock(call.names[0], call.mocks) : kHandler(call, *mock);
}

HttpReply health(const Call&) { return json_reply(200, R"({"status":"ok"})"); }

/// When the mock began, which tells one life of it from the next, and how long ago that is by the
/// clock that calls are measured with.
void add_age(Json& json, const Mock& mock, TimePoint now) {
  json["started"] = to_rfc3339(mock.origin().wall);
  json["age"] = seconds(now - mock.origin().steady);
}

Json summary_of(const Mock& mock, TimePoint now) {
  Json json{{"url", mock.url()},
            {"requests", mock.book().requests()},
            {"not_kept", mock.book().not_kept()}};
  add_age(json, mock, now);
  return json;
}

HttpReply list(const Call& call) {
  Json all = Json::object();
  for (const auto& mock : call.mocks.all()) all[mock->name()] = summary_of(*mock, call.now);
  return json_reply(200, dump(Json{{"mocks", all}}));
}

Json line_json(const LedgerBook::Line& line, const TimeOrigin& origin) {
  const LedgerEntry& entry = line.entry;
  Json json{{"number", line.number},
            {"arrived", to_rfc3339(origin.wall_at(entry.arrived))},
            {"at", seconds(entry.arrived)},
            {"method", entry.method},
            {"path", entry.path},
            {"status", entry.status},
            {"delivery", line.open ? "open" : name_of(entry.delivery)},
            {"seconds", nullptr},
            {"well_formed", entry.well_formed},
            {"correlation_id", entry.correlation_id},
            {"idempotency_key", entry.idempotency_key},
            {"retry_after", nullptr}};
  if (entry.retry_after) json["retry_after"] = seconds(*entry.retry_after);
  if (!line.open) json["seconds"] = seconds(entry.done - entry.arrived);
  return json;
}

/// The parameter `since`, 0 unless given.
Result<std::uint64_t> since_of(const HttpRequest& request) {
  std::uint64_t since = 0;
  const auto text = query_value(request.query, "since");
  if (!text) return since;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, since);
  if (error == std::errc{} && stopped == end) return since;
  return Error{"since is '" + *text + "'; it must be the number of an entry, 0 or more"};
}

HttpReply read_ledger(const Call& call, Mock& mock) {
  const Result<std::uint64_t> since = since_of(call.request);
  if (!since) return problem(400, since.error().message);
  const LedgerBook& book = mock.book();
  Json entries = Json::array();
  std::uint64_t next = book.requests();
  auto lines = book.lines(*since, kLedgerPage + 1, mock.origin().steady);
  const bool more = lines.size() > kLedgerPage;
  if (more) {
    next = lines.back().number;
    lines.pop_back();
  }
  for (const auto& line : lines) entries.push_back(line_json(line, mock.origin()));
  Json json{{"mock", mock.name()}, {"next", next}, {"more", more}, {"not_kept", book.not_kept()}};
  add_age(json, mock, call.now);
  json["entries"] = std::move(entries);
  return json_reply(200, dump(json));
}

HttpReply clear_ledger(const Call&, Mock& mock) {
  return json_reply(200, dump(Json{{"cleared", mock.clear_ledger()}}));
}

Json attempt_json(const DeliveryAttempt& attempt, const TimeOrigin& origin) {
  return {{"sent", to_rfc3339(origin.wall_at(attempt.sent))},
          {"seconds", seconds(attempt.done - attempt.sent)},
          {"status", attempt.status},
          {"failure", attempt.failure}};
}

Json delivery_json(std::uint64_t number, const WebhookEntry& entry, const TimeOrigin& origin) {
  Json attempts = Json::array();
  for (const auto& attempt : entry.attempts) attempts.push_back(attempt_json(attempt, origin));
  return {{"number", number},
          {"event", entry.event},
          {"id", entry.id},
          {"url", entry.url},
          {"copy", name_of(entry.copy)},
          {"corrupted", entry.corrupted},
          {"built", to_rfc3339(origin.wall_at(entry.built))},
          {"fate", name_of(entry.fate)},
          {"attempts", std::move(attempts)}};
}

HttpReply read_deliveries(const Call& call, Mock& mock) {
  const Result<std::uint64_t> since = since_of(call.request);
  if (!since) return problem(400, since.error().message);
  const DeliveryBook& book = mock.deliveries();
  std::uint64_t number = std::max(*since, book.first());
  Json entries = Json::array();
  for (const auto& entry : book.entries(number, kLedgerPage, mock.origin().steady)) {
    entries.push_back(delivery_json(number++, entry, mock.origin()));
  }
  return json_reply(200, dump(Json{{"mock", mock.name()},
                                   {"next", number},
                                   {"more", number < book.next()},
                                   {"not_kept", book.not_kept()},
                                   {"entries", std::move(entries)}}));
}

HttpReply clear_deliveries(const Call&, Mock& mock) {
  return json_reply(200, dump(Json{{"cleared", mock.deliveries().clear()}}));
}

Json fault_json(const FaultReport& fault) {
  return {{"name", fault.name},
          {"active", fault.active},
          {"seen", fault.seen},
          {"hits", fault.hits},
          {"hits_by_step", fault.hits_by_step}};
}

HttpReply list_faults(const Call&, Mock& mock) {
  Json faults = Json::array();
  for (const FaultReport& fault : mock.fault_reports()) faults.push_back(fault_json(fault));
  return json_reply(200, dump(Json{{"faults", std::move(faults)}}));
}

HttpReply add_fault(const Call& call, Mock& mock) {
  if (!call.language.fault) return problem(501, "faults are not understood here");
  const Result<spec::Fault> fault = call.language.fault(call.request.body);
  if (!fault) return problem(400, fault.error().message);
  const auto& spec = std::get<spec::MockFault>(fault->what);
  const Result<std::string> name = mock.inject(fault->name, spec, call.now);
  if (!name) return problem(409, name.error().message);
  return json_reply(201, dump(Json{{"fault", *name}}));
}

HttpReply end_fault(const Call& call, Mock& mock) {
  const auto ended = mock.end_fault(call.names[1]);
  if (ended) return json_reply(200, dump(fault_json(*ended)));
  std::vector<std::string> known;
  for (const FaultReport& fault : mock.fault_reports()) known.push_back(fault.name);
  return problem(404, "no fault '" + call.names[1] + "' was switched on here" +
                          did_you_mean(call.names[1], known) +
                          (known.empty() ? "; there is none" : "; there is " + join_or(known)));
}

HttpReply end_faults(const Call&, Mock& mock) {
  Json ended = Json::array();
  for (const FaultReport& fault : mock.fault_reports()) {
    if (const auto report = mock.end_fault(fault.name)) ended.push_back(fault_json(*report));
  }
  return json_reply(200, dump(Json{{"ended", std::move(ended)}}));
}

Json settings_json(const spec::Mock& mock) {
  static constexpr std::array<const char*, 4> kKinds{"fixed", "uniform", "normal", "lognormal"};
  Json rate = nullptr;
  if (mock.rate_limit) rate = mock.rate_limit->per_second;
  const auto kind = static_cast<std::size_t>(mock.latency.kind);
  Json seconds_of = Json::array({seconds(mock.latency.a)});
  if (kind > 0) seconds_of.push_back(seconds(mock.latency.b));
  return {{"latency", {{"kind", kKinds.at(kind)}, {"seconds", std::move(seconds_of)}}},
          {"rate_limit_per_second", std::move(rate)}};
}

HttpReply show(const Call& call, Mock& mock) {
  Json json = summary_of(mock, call.now);
  json["settings"] = settings_json(mock.spec());
  return json_reply(200, dump(json));
}

HttpReply change(const Call& call, Mock& mock) {
  if (!call.language.settings) return problem(501, "settings are not understood here");
  const Result<spec::MockSettings> settings = call.language.settings(call.request.body);
  if (!settings) return problem(400, settings.error().message);
  mock.set(*settings);
  return json_reply(200, dump(Json{{"settings", settings_json(mock.spec())}}));
}

HttpReply show_state(const Call&, Mock& mock) {
  // The provider's own JSON, put in as it is.
  return json_reply(200,
                    R"({"mock":)" + dump(Json(mock.name())) + R"(,"state":)" + mock.state() + "}");
}

HttpReply reset(const Call&, Mock& mock) {
  mock.reset();
  return json_reply(200, dump(Json{{"reset", mock.name()}}));
}

constexpr std::array<Route<Handler>, 14> kRoutes{{
    {"GET", "/health", health},
    {"GET", "/mocks", list},
    {"GET", "/mocks/{name}", with_mock<show>},
    {"PATCH", "/mocks/{name}", with_mock<change>},
    {"GET", "/mocks/{name}/ledger", with_mock<read_ledger>},
    {"DELETE", "/mocks/{name}/ledger", with_mock<clear_ledger>},
    {"GET", "/mocks/{name}/deliveries", with_mock<read_deliveries>},
    {"DELETE", "/mocks/{name}/deliveries", with_mock<clear_deliveries>},
    {"GET", "/mocks/{name}/faults", with_mock<list_faults>},
    {"POST", "/mocks/{name}/faults", with_mock<add_fault>},
    {"DELETE", "/mocks/{name}/faults", with_mock<end_faults>},
    {"DELETE", "/mocks/{name}/faults/{fault}", with_mock<end_fault>},
    {"GET", "/mocks/{name}/state", with_mock<show_state>},
    {"POST", "/mocks/{name}/reset", with_mock<reset>},
}};

/// "127.0.0.1:8080", "localhost", "[::1]:8080"
bool is_loopback(std::string_view host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  const std::string_view name = host.substr(0, end);
  return name == "127.0.0.1" || equals_ignoring_case(name, "localhost") || name == "[::1]";
}

/// Unset for whoever runs on this machine and is no web page of somebody else's.
std::optional<HttpReply> refuse_foreign(const HttpRequest& request) {
  const std::string_view host = find_header(request.headers, "host");
  if (!is_loopback(host)) {
    return problem(403,
                   "the control port answers to 127.0.0.1 and localhost only, not to the host '" +
                       std::string{host} + "'");
  }
  const std::string_view origin = find_header(request.headers, "origin");
  if (!origin.empty() && origin != "http://" + std::string{host}) {
    return problem(403,
                   "the control port does not answer to web pages of another origin, such as '" +
                       std::string{origin} + "'");
  }
  return std::nullopt;
}

boost::asio::awaitable<HttpReply> answer(const MockSet* mocks,
                                         std::shared_ptr<const ControlLanguage> language,
                                         HttpRequest request) {
  co_return control_reply(request, *mocks, *language, std::chrono::steady_clock::now());
}

}  // namespace

HttpReply control_reply(const HttpRequest& request, const MockSet& mocks,
                        const ControlLanguage& language, TimePoint now) {
  if (auto refused = refuse_foreign(request)) return *std::move(refused);
  auto match = find_route(std::span{kRoutes}, request.method, request.path);
  if (match.handler) {
    return (*match.handler)({request, mocks, language, now, std::move(match.parameters)});
  }
  if (match.allowed.empty()) {
    return problem(404, "no " + request.path +
                            " here; there are /health, /mocks, /mocks/NAME and below that ledger, "
                            "deliveries, faults, state and reset");
  }
  const std::vector<std::string> allowed{match.allowed.begin(), match.allowed.end()};
  return problem(405, request.path + " answers " + join_or(allowed) + ", not " + request.method);
}

Control::Control(boost::asio::io_context& io, const MockSet& mocks, ControlLanguage language,
                 std::uint16_t port) {
  HttpServer::Options listen;
  listen.port = port;
  auto shared = std::make_shared<const ControlLanguage>(std::move(language));
  server_ = std::make_unique<HttpServer>(io, listen, [all = &mocks, shared](HttpRequest request) {
    return answer(all, shared, std::move(request));
  });
}

Result<void> Control::start() { return server_->start(); }

void Control::stop() { server_->stop(); }

std::string Control::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

}  // namespace firedrill
