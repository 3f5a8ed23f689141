#include "mocks/control.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/time.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;
using Parameters = std::vector<std::string>;
using Handler = HttpReply (*)(const HttpRequest&, const MockSet&, const Parameters&);

HttpReply problem(int status, const std::string& message) {
  return json_reply(status, dump(Json{{"error", message}}));
}

HttpReply no_such_mock(const std::string& name, const MockSet& mocks) {
  std::vector<std::string> names;
  for (const auto& mock : mocks.all()) names.push_back(mock->name());
  return problem(404, "no mock '" + name + "' is running" + did_you_mean(name, names) +
                          "; running: " + join_or(names));
}

HttpReply health(const HttpRequest&, const MockSet&, const Parameters&) {
  return json_reply(200, R"({"status":"ok"})");
}

HttpReply list(const HttpRequest&, const MockSet& mocks, const Parameters&) {
  Json all = Json::object();
  for (const auto& mock : mocks.all()) {
    all[mock->name()] = {{"url", mock->url()},
                         {"requests", mock->book().requests()},
                         {"not_kept", mock->book().not_kept()}};
  }
  return json_reply(200, dump(Json{{"mocks", all}}));
}

Json line_json(const LedgerBook::Line& line, const TimeOrigin& origin) {
  const LedgerEntry& entry = line.entry;
  Json json{{"number", line.number},
            {"arrived", to_rfc3339(origin.wall_at(entry.arrived))},
            {"method", entry.method},
            {"path", entry.path},
            {"status", entry.status},
            {"delivery", line.open ? "open" : name_of(entry.delivery)},
            {"seconds", nullptr},
            {"well_formed", entry.well_formed},
            {"correlation_id", entry.correlation_id}};
  if (!line.open) json["seconds"] = seconds(entry.done - entry.arrived);
  return json;
}

HttpReply read_ledger(const HttpRequest& request, const MockSet& mocks, const Parameters& names) {
  const Mock* mock = mocks.find(names[0]);
  if (mock == nullptr) return no_such_mock(names[0], mocks);
  std::uint64_t since = 0;
  if (const auto text = query_value(request.query, "since")) {
    const char* end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, since);
    if (error != std::errc{} || stopped != end) {
      return problem(400, "since is '" + *text + "'; it must be the number of an entry, 0 or more");
    }
  }
  const LedgerBook& book = mock->book();
  Json entries = Json::array();
  std::uint64_t next = book.requests();
  auto lines = book.lines(since, kLedgerPage + 1, mock->origin().steady);
  const bool more = lines.size() > kLedgerPage;
  if (more) {
    next = lines.back().number;
    lines.pop_back();
  }
  for (const auto& line : lines) entries.push_back(line_json(line, mock->origin()));
  return json_reply(200, dump(Json{{"mock", mock->name()},
                                   {"next", next},
                                   {"more", more},
                                   {"not_kept", book.not_kept()},
                                   {"entries", std::move(entries)}}));
}

HttpReply clear_ledger(const HttpRequest&, const MockSet& mocks, const Parameters& names) {
  Mock* mock = mocks.find(names[0]);
  if (mock == nullptr) return no_such_mock(names[0], mocks);
  return json_reply(200, dump(Json{{"cleared", mock->clear_ledger()}}));
}

constexpr std::array<Route<Handler>, 4> kRoutes{{
    {"GET", "/health", health},
    {"GET", "/mocks", list},
    {"GET", "/mocks/{name}/ledger", read_ledger},
    {"DELETE", "/mocks/{name}/ledger", clear_ledger},
}};

boost::asio::awaitable<HttpReply> answer(const MockSet* mocks, HttpRequest request) {
  co_return control_reply(request, *mocks);
}

}  // namespace

HttpReply control_reply(const HttpRequest& request, const MockSet& mocks) {
  const auto match = find_route(std::span{kRoutes}, request.method, request.path);
  if (match.handler) return (*match.handler)(request, mocks, match.parameters);
  if (match.allowed.empty()) {
    return problem(
        404, "no " + request.path + " here; there are /health, /mocks and /mocks/NAME/ledger");
  }
  const std::vector<std::string> allowed{match.allowed.begin(), match.allowed.end()};
  return problem(405, request.path + " answers " + join_or(allowed) + ", not " + request.method);
}

Control::Control(boost::asio::io_context& io, const MockSet& mocks, std::uint16_t port) {
  HttpServer::Options listen;
  listen.port = port;
  server_ = std::make_unique<HttpServer>(
      io, listen, [all = &mocks](HttpRequest request) { return answer(all, std::move(request)); });
}

Result<void> Control::start() { return server_->start(); }

void Control::stop() { server_->stop(); }

std::string Control::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

}  // namespace firedrill
