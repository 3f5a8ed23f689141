#include "mocks/clinic/patients.hpp"

#include "harness/base/units.hpp"

#include <charconv>
#include <utility>

namespace firedrill::clinic {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// A probe wants to know now.
constexpr auto kCheckTimeout = 500ms;
/// What the server should have cancelled by itself, we give up a little later.
constexpr auto kStatementGrace = 1s;

/// Two instances that start at once must not both make it.
constexpr const char* kMakeTable =
    "SELECT pg_advisory_xact_lock(20); CREATE TABLE IF NOT EXISTS patients ("
    "id bigserial PRIMARY KEY, name text NOT NULL, phone text NOT NULL, "
    "created_at timestamptz NOT NULL DEFAULT now())";

PgSession::Login login_of(const Patients::Options& options) {
  const auto timeout =
      std::chrono::ceil<std::chrono::milliseconds>(options.statement_timeout).count();
  PgSession::Login login;
  login.endpoint = options.database;
  login.application = "clinic";
  login.options = "-c statement_timeout=" + std::to_string(timeout);
  return login;
}

Pool::Options pool_options(const Patients::Options& options) {
  Pool::Options pool;
  pool.login = login_of(options);
  pool.size = options.pool_size;
  return pool;
}

std::int64_t id_of(const std::string& text) {
  std::int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

std::string why_of(Pool::Refusal refusal, Duration within) {
  if (refusal == Pool::Refusal::unreachable) return "the database cannot be reached";
  return "no database connection was free within " + to_text(within);
}

}  // namespace

Patients::Patients(net::io_context& io, const EgressGuard& guard, Options options, Log& log,
                   Defects defects)
    : options_{std::move(options)},
      log_{log},
      defects_{defects},
      pool_{io, guard, pool_options(options_)} {}

net::awaitable<Result<void>> Patients::make_table(PgSession& session) {
  if (has_table_) co_return Result<void>{};
  const PgAnswer made =
      co_await session.run(kMakeTable, options_.statement_timeout + kStatementGrace);
  const PgFailure* const failure = failure_of(made);
  if (failure) co_return Error{failure->message};
  has_table_ = true;
  co_return Result<void>{};
}

Patients::Failure Patients::failed(const std::string& why, const std::string& sqlstate,
                                   const std::string& correlation_id) {
  log_.write(LogLevel::warning, "database call failed",
             {{"correlation_id", correlation_id},
              {"dependency", "postgres"},
              {"sqlstate", sqlstate},
              {"why", why}});
  return {503, why};
}

net::awaitable<Patients::Rows> Patients::run(std::string sql, std::vector<std::string> parameters,
                                             std::string correlation_id) {
  const Duration patience =
      defects_.unbounded_pool_wait ? Duration::max() : options_.acquire_timeout;
  Pool::Answer answer = co_await pool_.acquire(patience);
  if (const auto* refusal = std::get_if<Pool::Refusal>(&answer))
    co_return failed(why_of(*refusal, options_.acquire_timeout), "", correlation_id);
  Pool::Loan& loan = std::get<Pool::Loan>(answer);
  const auto table = co_await make_table(loan.session());
  if (!table) co_return failed("the table cannot be made", "", correlation_id);
  PgAnswer rows = co_await loan.session().run(std::move(sql), std::move(parameters),
                                              options_.statement_timeout + kStatementGrace);
  if (auto* found = std::get_if<PgRows>(&rows)) co_return std::move(*found);
  if (defects_.pool_leak) loan.forget();
  const PgFailure& failure = std::get<PgFailure>(rows);
  const bool slow = failure.sqlstate == "57014";
  co_return failed(slow ? "the database took too long" : "the database refused", failure.sqlstate,
                   correlation_id);
}

net::awaitable<Patients::Stored> Patients::store(Patient patient, std::string correlation_id) {
  std::vector<std::string> values{std::move(patient.name), std::move(patient.phone)};
  Rows rows = co_await run("INSERT INTO patients (name, phone) VALUES ($1, $2) RETURNING id",
                           std::move(values), std::move(correlation_id));
  if (auto* failure = std::get_if<Failure>(&rows)) co_return std::move(*failure);
  co_return id_of(std::get<PgRows>(rows).value());
}

net::awaitable<Patients::Recent> Patients::recent(std::string correlation_id) {
  std::vector<std::string> none;
  Rows rows = co_await run("SELECT id FROM patients ORDER BY id DESC LIMIT 10", std::move(none),
                           std::move(correlation_id));
  if (auto* failure = std::get_if<Failure>(&rows)) co_return std::move(*failure);
  std::vector<std::int64_t> ids;
  for (const auto& row : std::get<PgRows>(rows).rows) ids.push_back(id_of(row.at(0).value_or("")));
  co_return ids;
}

net::awaitable<DatabaseView> Patients::check() {
  DatabaseView view;
  if (!defects_.ready_lies) {
    Pool::Answer answer = co_await pool_.acquire(kCheckTimeout);
    if (const auto* refusal = std::get_if<Pool::Refusal>(&answer)) {
      view.ok = false;
      view.why = why_of(*refusal, kCheckTimeout);
    } else {
      PgSession& session = std::get<Pool::Loan>(answer).session();
      const PgAnswer asked = co_await session.run("SELECT 1", kCheckTimeout);
      view.ok = failure_of(asked) == nullptr;
      if (!view.ok) view.why = "the database does not answer";
    }
  }
  view.pool = pool_.stats();
  co_return view;
}

}  // namespace firedrill::clinic
