#include "harness/clients/postgres.hpp"

#include "harness/aio/steady_now.hpp"
#include "harness/aio/tokens.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <libpq-fe.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using Descriptor = net::posix::stream_descriptor;

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, FinishConnection>;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// libpq's messages have several lines and a blank at the end.
std::string one_line(const char* text) {
  std::string line = text ? text : "";
  std::replace(line.begin(), line.end(), '\n', ' ');
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

/// "FATAL:  57P03: the system is starting up": with PQERRORS_SQLSTATE the state of a refused
/// connection, which libpq has no other way to tell.
std::string sqlstate_in(const std::string& message) {
  for (const char* severity : {"FATAL:", "ERROR:", "PANIC:"}) {
    const std::size_t at = message.find(severity);
    if (at == std::string::npos) continue;
    std::size_t begin = at + std::strlen(severity);
    while (begin < message.size() && message[begin] == ' ') ++begin;
    const std::string state = message.substr(begin, 5);
    const bool is_state = state.size() == 5 && std::all_of(state.begin(), state.end(), [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                          });
    if (is_state && message.substr(begin + 5, 1) == ":") return state;
  }
  return "";
}

PgRows rows_of(PGresult* result) {
  PgRows rows;
  for (int column = 0; column < PQnfields(result); ++column) {
    rows.columns.emplace_back(PQfname(result, column));
  }
  for (int row = 0; row < PQntuples(result); ++row) {
    std::vector<std::optional<std::string>> values;
    for (int column = 0; column < PQnfields(result); ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        values.emplace_back();
      } else {
        values.emplace_back(PQgetvalue(result, row, column));
      }
    }
    rows.rows.push_back(std::move(values));
  }
  const char* const affected = PQcmdTuples(result);
  std::from_chars(affected, affected + std::strlen(affected), rows.affected);
  return rows;
}

}  // namespace

std::string PgRows::value() const {
  if (rows.empty() || rows[0].empty()) return "";
  return rows[0][0].value_or("");
}

struct PgSession::Impl {
  Impl(net::any_io_executor executor_, const EgressGuard& guard_)
      : executor{std::move(executor_)}, guard{guard_}, socket{executor}, timer{executor} {}

  // The descriptor is a copy: libpq may close its own whenever it likes.
  bool watch() {
    close_socket();
    const int copy = ::dup(PQsocket(connection.get()));
    if (copy < 0) return false;
    boost::system::error_code ec;
    socket.assign(copy, ec);
    if (ec) ::close(copy);
    return !ec;
  }

  void close_socket() {
    boost::system::error_code ignored;
    socket.close(ignored);
  }

  void close() {
    close_socket();
    connection.reset();
  }

  PgFailure lost(std::string message) {
    PgFailure failure{"", std::move(message), true};
    failure.sqlstate = sqlstate_in(failure.message);
    close();
    return failure;
  }

  net::any_io_executor executor;
  const EgressGuard& guard;
  Connection connection;
  Descriptor socket;
  net::steady_timer timer;
};

namespace {

/// True when the socket is ready; false when the time is over, or the session was closed.
template <typename Impl>
net::awaitable<bool> ready(std::shared_ptr<Impl> impl, Descriptor::wait_type what,
                           TimePoint deadline) {
  impl->timer.expires_at(deadline);
  impl->timer.async_wait([impl](const boost::system::error_code& ec) {
    boost::system::error_code ignored;
    if (!ec && impl->socket.is_open()) impl->socket.cancel(ignored);
  });
  const auto [ec] = co_await impl->socket.async_wait(what, as_result);
  impl->timer.cancel();
  co_return !ec;
}

/// What a statement (or several) ended with; null when there is no answer in time.
template <typename Impl>
net::awaitable<PGresult*> last_result(std::shared_ptr<Impl> impl, TimePoint deadline) {
  PGresult* last = nullptr;
  while (true) {
    while (impl->connection && PQisBusy(impl->connection.get()) != 0) {
      const bool arrived = co_await ready(impl, Descriptor::wait_read, deadline);
      if (arrived && impl->connection && PQconsumeInput(impl->connection.get()) != 0) continue;
      PQclear(last);
      co_return nullptr;
    }
    PGresult* const next = impl->connection ? PQgetResult(impl->connection.get()) : nullptr;
    if (!next) co_return last;
    const bool keep = last && PQresultStatus(last) == PGRES_FATAL_ERROR;  // the first error counts
    PQclear(keep ? next : last);
    if (!keep) last = next;
  }
}

}  // namespace

PgSession::PgSession(net::any_io_executor executor, const EgressGuard& guard)
    : impl_{std::make_shared<Impl>(std::move(executor), guard)} {}
PgSession::PgSession(PgSession&&) noexcept = default;
PgSession& PgSession::operator=(PgSession&& other) noexcept {
  if (impl_) impl_->close();
  impl_ = std::move(other.impl_);
  return *this;
}
PgSession::~PgSession() {
  if (impl_) impl_->close();
}

net::awaitable<std::optional<PgFailure>> PgSession::connect(Login login, Duration within) {
  const auto impl = impl_;
  const TimePoint deadline = steady_now() + within;
  impl->close();
  const auto address = co_await resolve(login.endpoint, impl->guard);
  if (!address) co_return PgFailure{"", address.error().message, true};
  const std::string ip = address->address().to_string();
  const std::string port = std::to_string(login.endpoint.port);
  const std::array<const char*, 11> keys{
      "host",   "hostaddr",         "port",    "user",       "password",
      "dbname", "application_name", "options", "gssencmode", "client_encoding",
      nullptr};
  const std::array<const char*, 11> values{login.endpoint.host.c_str(),
                                           ip.c_str(),
                                           port.c_str(),
                                           login.endpoint.user.c_str(),
                                           login.endpoint.password.c_str(),
                                           login.endpoint.database.c_str(),
                                           login.application.c_str(),
                                           login.options.c_str(),
                                           "disable",
                                           "UTF8",
                                           nullptr};
  impl->connection.reset(PQconnectStartParams(keys.data(), values.data(), 0));
  PGconn* const begun = impl->connection.get();
  if (!begun) co_return PgFailure{"", "out of memory", true};
  PQsetErrorVerbosity(begun, PQERRORS_VERBOSE);  // the state stands in it, also of a refusal
  if (PQstatus(begun) == CONNECTION_BAD) co_return impl->lost(one_line(PQerrorMessage(begun)));
  auto wanted = Descriptor::wait_write;
  while (true) {
    bool arrived = impl->watch();
    if (arrived) arrived = co_await ready(impl, wanted, deadline);
    if (!arrived) {
      co_return impl->lost("no answer from " + login.endpoint.address() + " in time");
    }
    if (!impl->connection) co_return impl->lost("closed");
    const auto state = PQconnectPoll(impl->connection.get());
    if (state == PGRES_POLLING_OK) break;
    if (state == PGRES_POLLING_FAILED)
      co_return impl->lost(one_line(PQerrorMessage(impl->connection.get())));
    wanted = state == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write;
  }
  PQsetErrorVerbosity(impl->connection.get(), PQERRORS_DEFAULT);
  if (!impl->watch() || PQsetnonblocking(impl->connection.get(), 1) != 0)
    co_return impl->lost("cannot watch the connection");
  co_return std::nullopt;
}

net::awaitable<PgAnswer> PgSession::run(std::string sql, Duration within) {
  std::vector<std::string> none;
  PgAnswer answer = co_await run(std::move(sql), std::move(none), within);
  co_return answer;
}

net::awaitable<PgAnswer> PgSession::run(std::string sql, std::vector<std::string> parameters,
                                        Duration within) {
  const auto impl = impl_;
  const TimePoint deadline = steady_now() + within;
  if (!impl->connection) co_return PgFailure{"", "there is no session", true};
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  PGconn* const connection = impl->connection.get();
  const int sent = parameters.empty()
                       ? PQsendQuery(connection, sql.c_str())
                       : PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()),
                                           nullptr, values.data(), nullptr, nullptr, 0);
  if (sent == 0) co_return impl->lost(one_line(PQerrorMessage(connection)));
  while (impl->connection) {
    const int left = PQflush(impl->connection.get());
    if (left == 0) break;
    if (left < 0) co_return impl->lost(one_line(PQerrorMessage(impl->connection.get())));
    const bool room = co_await ready(impl, Descriptor::wait_write, deadline);
    if (!room) break;
  }
  const PgResult result{co_await last_result(impl, deadline)};
  if (!impl->connection) co_return PgFailure{"", "the session was closed", true};
  if (!result) {
    const std::string message = one_line(PQerrorMessage(impl->connection.get()));
    co_return impl->lost(message.empty() ? "no answer in time" : message);
  }
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
    co_return rows_of(result.get());
  PgFailure failure;
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const char* const primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  failure.sqlstate = state ? state : "";
  failure.message = primary ? primary : one_line(PQresultErrorMessage(result.get()));
  if (PQstatus(impl->connection.get()) == CONNECTION_BAD) {
    failure.lost = true;
    impl->close();
  }
  co_return failure;
}

bool PgSession::open() const { return impl_->connection != nullptr; }

int PgSession::backend() const {
  return impl_->connection ? PQbackendPID(impl_->connection.get()) : 0;
}

void PgSession::close() { impl_->close(); }

}  // namespace firedrill
