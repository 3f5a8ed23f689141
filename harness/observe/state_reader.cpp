#include "harness/observe/state_reader.hpp"

#include "harness/clients/postgres.hpp"
#include "harness/clients/redis.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// One more than is kept, so that it is known when there are more; and the server need not send
/// what nobody keeps.
std::string bounded(std::string statement) {
  while (!statement.empty() &&
         (statement.back() == ';' || statement.back() == ' ' || statement.back() == '\n')) {
    statement.pop_back();
  }
  return "SELECT * FROM (" + statement + "\n) AS firedrill_rows LIMIT " +
         std::to_string(kStateRowsMax + 1);
}

std::string text_of_reply(const RedisReply& reply) {
  return reply.kind == RedisReply::Kind::integer ? std::to_string(reply.integer) : reply.text;
}

StateRead rows_of_reply(const spec::StateReading& reading, const RedisReply& reply) {
  const auto& command = std::get<spec::RedisReading>(reading.source).command;
  if (reply.is_error()) return failed_read(reading, "Redis: " + reply.text);
  if (reply.kind != RedisReply::Kind::list) return failed_read(reading, "Redis sent no list");
  const bool scores = std::any_of(command.begin(), command.end(), [](const std::string& word) {
    return word == "WITHSCORES" || word == "withscores";
  });
  const bool hash = command.front() == "HGETALL";
  if (!hash && !scores) {
    std::vector<std::string> items;
    for (const RedisReply& item : reply.items) items.push_back(text_of_reply(item));
    return read_items(reading, items);
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2) {
    std::string first = text_of_reply(reply.items[i]);
    std::string second = text_of_reply(reply.items[i + 1]);
    if (scores) std::swap(first, second);  // the score stands behind its value
    pairs.emplace_back(std::move(first), std::move(second));
  }
  return read_pairs(reading, scores ? "score" : "key", pairs);
}

}  // namespace

StateReader::StateReader(net::io_context& io, const EgressGuard& guard, Options options)
    : io_{io},
      guard_{guard},
      options_{std::move(options)},
      http_{io, guard, {.idle_max = 1, .body_max = kStateBytesMax}} {}

net::awaitable<StateRead> StateReader::read(spec::StateReading reading) {
  // One co_await an expression, nothing made inside it: g++ 12 gets others wrong.
  if (std::holds_alternative<spec::HttpReading>(reading.source)) {
    StateRead rows = co_await get(std::move(reading));
    co_return rows;
  }
  if (std::holds_alternative<spec::SqlReading>(reading.source)) {
    StateRead rows = co_await query(std::move(reading));
    co_return rows;
  }
  StateRead rows = co_await command(std::move(reading));
  co_return rows;
}

net::awaitable<StateRead> StateReader::get(spec::StateReading reading) {
  const auto& source = std::get<spec::HttpReading>(reading.source);
  HttpClient::Request request;
  request.url = options_.base_url + source.path;
  request.timeout = options_.within;
  for (const auto& [name, value] : source.headers) request.headers.push_back({name, value});
  const HttpClient::Answer answer = co_await http_.send(std::move(request));
  const auto* const response = std::get_if<HttpResponse>(&answer);
  if (response == nullptr) {
    co_return failed_read(reading,
                          source_text(reading) + ": " + std::get<HttpFailure>(answer).message);
  }
  if (response->status < 200 || response->status > 299) {
    co_return failed_read(reading, source_text(reading) + " was answered with status " +
                                       std::to_string(response->status));
  }
  co_return read_document(reading, response->body);
}

net::awaitable<StateRead> StateReader::query(spec::StateReading reading) {
  const auto& source = std::get<spec::SqlReading>(reading.source);
  PgSession session{io_.get_executor(), guard_};
  PgSession::Login login;
  login.endpoint = options_.endpoint(source.service);
  login.application = "firedrill-state";
  login.options = "-c default_transaction_read_only=on";
  const auto refused = co_await session.connect(std::move(login), options_.within);
  if (refused) co_return failed_read(reading, source.service + ": " + refused->message);
  const std::string statement = bounded(source.statement);
  PgAnswer answer = co_await session.run(statement, options_.within);
  if (const PgFailure* failure = failure_of(answer)) {
    co_return failed_read(reading, source.service + ": " + failure->message);
  }
  auto& rows = std::get<PgRows>(answer);
  co_return read_table(reading, std::move(rows.columns), rows.rows);
}

net::awaitable<StateRead> StateReader::command(spec::StateReading reading) {
  const auto& source = std::get<spec::RedisReading>(reading.source);
  RedisSession session{io_.get_executor(), guard_};
  const Endpoint endpoint = options_.endpoint(source.service);
  const auto connected = co_await session.connect(endpoint, options_.within);
  if (!connected) co_return failed_read(reading, source.service + ": " + connected.error().message);
  const auto reply = co_await session.run(source.command, options_.within);
  if (!reply) co_return failed_read(reading, source.service + ": " + reply.error().message);
  co_return rows_of_reply(reading, *reply);
}

}  // namespace firedrill
