#include "faults/postgres/faults.hpp"

#include "harness/base/overloaded.hpp"

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kConnect = 3s;
constexpr auto kAsk = 5s;

}  // namespace

PostgresFaultRun::PostgresFaultRun(Context context)
    : ServiceFaultRun{std::move(context)},
      admin_{context_.io.get_executor(), context_.service.guard()} {}

PgSession::Login PostgresFaultRun::login_as(const Endpoint& endpoint) const {
  PgSession::Login login;
  login.endpoint = endpoint;
  login.application = context_.tag;
  return login;
}

PgSession PostgresFaultRun::new_session() const {
  return PgSession{context_.io.get_executor(), context_.service.guard()};
}

ServiceFaultRun::Awaitable PostgresFaultRun::open_admin() {
  PgSession::Login login = login_as(context_.service.admin());
  login.application = "firedrill admin";
  login.options = "-c statement_timeout=0 -c default_transaction_read_only=off -c lock_timeout=2s";
  const auto failure = co_await admin_.connect(std::move(login), kConnect);
  if (failure)
    co_return Error{"no session at " + context_.service.name() + ": " + failure->message};
  co_return Result<void>{};
}

net::awaitable<Result<std::string>> PostgresFaultRun::ask_admin(std::string sql) {
  std::vector<std::string> none;
  auto answer = co_await ask_admin(std::move(sql), std::move(none));
  co_return answer;
}

net::awaitable<Result<std::string>> PostgresFaultRun::ask_admin(
    std::string sql, std::vector<std::string> parameters) {
  const PgAnswer answer = co_await admin_.run(std::move(sql), std::move(parameters), kAsk);
  if (const PgFailure* failure = failure_of(answer)) co_return Error{failure->message};
  co_return std::get<PgRows>(answer).value();
}

std::uint64_t PostgresFaultRun::errors_so_far(const std::vector<std::string>& states) const {
  return context_.service.log().errors(states);
}

std::string sql_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::unique_ptr<ServiceFaultRun> make_postgres_fault(const spec::PostgresServerFault& fault,
                                                     ServiceFaultRun::Context context) {
  return std::visit(
      Overloaded{
          [&](const spec::HoldConnections& one) {
            return make_held_sessions(one, std::move(context));
          },
          [&](const spec::IdleInTransaction& one) {
            return make_held_sessions(one, std::move(context));
          },
          [&](const spec::LongQueries& one) { return make_held_sessions(one, std::move(context)); },
          [&](const spec::TerminateBackends& one) {
            return make_terminator(one, std::move(context));
          },
          [&](const spec::StatementTimeout& one) { return make_setting(one, std::move(context)); },
          [&](const spec::ReadOnly& one) { return make_setting(one, std::move(context)); },
          [&](const spec::NoSpace& one) { return make_no_space(one, std::move(context)); },
      },
      fault);
}

}  // namespace firedrill
