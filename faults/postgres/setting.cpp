#include "faults/postgres/faults.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kConnect = 2s;
constexpr int kLooks = 50;
constexpr auto kLook = 20ms;

/// A setting of the whole server, and how it shows.
struct Kind {
  std::string name;
  std::string value;
  std::string probe;  ///< Fails while it holds …
  std::string state;  ///< … with this state.
  Duration probe_within{0};
};

/// Changes a setting with ALTER SYSTEM, which reaches every session that has not set it itself.
class Setting final : public PostgresFaultRun {
 public:
  Setting(Kind kind, Context context)
      : PostgresFaultRun{std::move(context)}, kind_{std::move(kind)} {}

  Awaitable begin() override {
    before_ = errors_so_far({kind_.state});
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    auto undo = co_await make_undo();
    if (!undo) co_return undo.error();
    if (auto promised = context_.promise(*std::move(undo)); !promised) co_return promised;
    const auto set =
        co_await ask_admin("ALTER SYSTEM SET " + kind_.name + " = " + sql_quoted(kind_.value));
    if (!set) co_return set.error();
    const auto loaded = co_await ask_admin("SELECT pg_reload_conf()");
    if (!loaded) co_return loaded.error();
    for (int i = 0; i < kLooks && hits_ == 0; ++i) {
      co_await probe();
      if (hits_ == 0) co_await nap(kLook);
    }
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    hits_ += errors_so_far({kind_.state}) - before_;
    seen_ = hits_;
    admin_.close();
    co_return Result<void>{};
  }

 private:
  /// Back to what ALTER SYSTEM had said before, if anything; a new session must then see what one
  /// sees now.
  net::awaitable<Result<ServiceUndo>> make_undo() {
    const auto before = co_await ask_admin(
        "SELECT setting FROM pg_file_settings WHERE name = " + sql_quoted(kind_.name) +
        " AND sourcefile LIKE '%/postgresql.auto.conf'");
    if (!before) co_return before.error();
    PgSession look = new_session();
    const auto failure = co_await look.connect(login_as(context_.service.admin()), kConnect);
    if (failure) co_return Error{failure->message};
    const std::string show = "SHOW " + kind_.name;
    const PgAnswer now = co_await look.run(show, kConnect);
    if (const PgFailure* wrong = failure_of(now)) co_return Error{wrong->message};
    const std::string reset = before->empty()
                                  ? "ALTER SYSTEM RESET " + kind_.name
                                  : "ALTER SYSTEM SET " + kind_.name + " = " + sql_quoted(*before);
    co_return ServiceUndo{
        RunSql{address(), {reset, "SELECT pg_reload_conf()"}, show, std::get<PgRows>(now).value()}};
  }

  net::awaitable<void> probe() {
    PgSession session = new_session();
    if (co_await session.connect(login_as(context_.service.endpoint()), kConnect)) co_return;
    const PgAnswer answer = co_await session.run(kind_.probe, kind_.probe_within);
    const PgFailure* failure = failure_of(answer);
    if (failure && failure->sqlstate == kind_.state) ++hits_;
  }

  const Kind kind_;
  std::uint64_t before_ = 0;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_setting(const spec::StatementTimeout& what,
                                              ServiceFaultRun::Context context) {
  const auto time = std::max(std::chrono::ceil<std::chrono::milliseconds>(what.time), 1ms);
  Kind kind;
  kind.name = "statement_timeout";
  kind.value = std::to_string(time.count()) + "ms";
  kind.probe = "SELECT pg_sleep(" + std::to_string((time + 500ms).count()) + "/1000.0)";
  kind.probe_within = time + 2s;
  kind.state = "57014";
  return std::make_unique<Setting>(std::move(kind), std::move(context));
}

std::unique_ptr<ServiceFaultRun> make_setting(const spec::ReadOnly& /*what*/,
                                              ServiceFaultRun::Context context) {
  Kind kind;
  kind.name = "default_transaction_read_only";
  kind.value = "on";
  kind.probe = "CREATE TABLE firedrill_probe (); DROP TABLE firedrill_probe";
  kind.probe_within = 2s;
  kind.state = "25006";
  return std::make_unique<Setting>(std::move(kind), std::move(context));
}

}  // namespace firedrill
