#include "harness/services/service.hpp"

#include "harness/aio/tokens.hpp"
#include "harness/base/units.hpp"
#include "harness/clients/redis.hpp"
#include "harness/services/service_folder.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kPoll = 10ms;
constexpr auto kAsk = 1s;
constexpr auto kStopGrace = 3s;

TimePoint now() { return std::chrono::steady_clock::now(); }

std::uint16_t usual_port(spec::ServiceKind kind) {
  return kind == spec::ServiceKind::postgres ? kPostgresPort : kRedisPort;
}

}  // namespace

Service::Service(net::io_context& io, const EgressGuard& guard, Options options)
    : io_{io}, guard_{guard}, options_{std::move(options)}, timer_{io} {}

net::awaitable<Result<void>> Service::start() {
  const TimePoint deadline = now() + options_.spec.within;
  if (ours()) co_return co_await start_private(deadline);
  const auto given = parse_endpoint(options_.spec.url, usual_port(kind()));
  if (!given) co_return Error{"the url of the service " + name() + " is " + given.error().message};
  endpoint_ = *given;
  admin_ = *given;
  co_return co_await wait_until_ready(deadline);
}

net::awaitable<Result<void>> Service::start_private(TimePoint deadline) {
  auto plan = plan_server(options_.spec, options_.folder);
  if (!plan) co_return Error{"the service " + name() + " cannot start: " + plan.error().message};
  plan_ = *std::move(plan);
  endpoint_.port = plan_.port;
  admin_.port = plan_.port;
  if (kind() == spec::ServiceKind::postgres) {
    endpoint_.user = kPostgresUser;
    endpoint_.database = options_.spec.database;
    admin_.user = kPostgresAdmin;
    admin_.database = "postgres";  // until the drill's own is there
  }
  if (auto made = prepare_folder(plan_); !made) co_return not_ready(made.error().message);
  if (auto prepared = co_await prepare(deadline); !prepared) co_return prepared;
  if (auto written = write_configuration(options_.spec, plan_); !written)
    co_return not_ready(written.error().message);
  if (auto launched = launch(); !launched) co_return launched;
  if (auto ready = co_await wait_until_ready(deadline); !ready) co_return ready;
  if (kind() == spec::ServiceKind::postgres) co_return co_await make_database(deadline);
  co_return Result<void>{};
}

Child::Options Service::child_options(std::vector<std::string> argv) {
  Child::Options options;
  options.argv = std::move(argv);
  options.env = plan_.env;
  options.directory = plan_.folder;
  // Not the run's own mark: the system is ended by that, and its database must not go before it.
  options.run_id = options_.run_id + "/service";
  options.user = plan_.user;
  options.death_signal = plan_.death_signal;
  options.on_line = [this](Child::Options::Stream, const std::string& line) { log_.add(line); };
  return options;
}

/// Runs what must be done before the first start to its end.
net::awaitable<Result<void>> Service::prepare(TimePoint deadline) {
  if (plan_.prepare.empty()) co_return Result<void>{};
  Child::Options options = child_options(plan_.prepare);
  options.death_signal = SIGKILL;
  auto started = Child::start(io_, std::move(options));
  if (!started) co_return cannot_start(started.error());
  const std::unique_ptr<Child> child = *std::move(started);
  while (!child->ended() && now() < deadline && !given_up_) co_await nap(kPoll);
  if (!child->ended()) co_return not_ready(plan_.prepare[0] + " did not end in time");
  if (*child->ended() != "exit code 0")
    co_return not_ready(plan_.prepare[0] + " ended with " + *child->ended());
  co_return Result<void>{};
}

Result<void> Service::launch() {
  Child::Options options = child_options(plan_.serve);
  options.on_exit = [this](const std::string& how) {
    if (!end_expected_ && options_.on_exit) options_.on_exit(how);
  };
  auto started = Child::start(io_, std::move(options));
  if (!started) return cannot_start(started.error());
  child_ = *std::move(started);
  return {};
}

Error Service::cannot_start(const Error& why) const {
  return Error{"the service " + name() + " cannot start: " + why.message +
               "; Debian's package of it is " + plan_.package};
}

Error Service::not_ready(const std::string& why) const {
  if (given_up_) return Error{"interrupted while the service " + name() + " was starting"};
  const std::string said = log_.tail();
  return Error{"the service " + name() + " was not ready within " + to_text(options_.spec.within) +
               ": " + why + (said.empty() ? "" : "; it said: " + said)};
}

net::awaitable<std::string> Service::ask(TimePoint deadline) {
  const Duration within = std::clamp<Duration>(deadline - now(), 1ms, kAsk);
  if (kind() == spec::ServiceKind::redis) {
    RedisSession session{io_.get_executor(), guard_};
    if (auto connected = co_await session.connect(admin_, within); !connected)
      co_return connected.error().message;
    std::vector<std::string> ping{"PING"};
    const auto answer = co_await session.run(std::move(ping), within);
    if (!answer) co_return answer.error().message;
    co_return answer->is_error() ? answer->text : "";
  }
  PgSession session{io_.get_executor(), guard_};
  PgSession::Login login;
  login.endpoint = admin_;
  const auto failure = co_await session.connect(std::move(login), within);
  co_return failure ? failure->message : "";
}

net::awaitable<Result<void>> Service::wait_until_ready(TimePoint deadline) {
  std::string last_seen = "no answer";
  while (now() < deadline && !given_up_) {
    if (child_ && child_->ended()) co_return not_ready("it ended: " + *child_->ended());
    last_seen = co_await ask(deadline);
    if (last_seen.empty()) {
      end_expected_ = false;
      co_return Result<void>{};
    }
    co_await nap(kPoll);
  }
  co_return not_ready(endpoint_.address() + ": " + last_seen);
}

/// The system's role and database, and what the scenario wants in it.
net::awaitable<Result<void>> Service::make_database(TimePoint deadline) {
  const std::string& database = options_.spec.database;
  const std::string role = kPostgresUser;
  const std::vector<std::string> makers{"CREATE ROLE " + role + " LOGIN",
                                        database == "postgres"
                                            ? "ALTER DATABASE postgres OWNER TO " + role
                                            : "CREATE DATABASE " + database + " OWNER " + role +
                                                  " STRATEGY file_copy TEMPLATE template0"};
  PgSession session{io_.get_executor(), guard_};
  PgSession::Login login;
  login.endpoint = admin_;
  if (const auto failure = co_await session.connect(login, deadline - now()))
    co_return not_ready(failure->message);
  for (const std::string& maker : makers) {
    const PgAnswer answer = co_await session.run(maker, deadline - now());
    if (const PgFailure* failure = failure_of(answer)) co_return not_ready(failure->message);
  }
  admin_.database = database;
  login.endpoint = endpoint_;
  if (const auto failure = co_await session.connect(login, deadline - now()))
    co_return not_ready(failure->message);
  if (options_.spec.init_sql.empty()) co_return Result<void>{};
  const PgAnswer answer = co_await session.run(options_.spec.init_sql, deadline - now());
  if (const PgFailure* failure = failure_of(answer))
    co_return not_ready(options_.spec.init_file + ": " + failure->message);
  co_return Result<void>{};
}

net::awaitable<void> Service::nap(Duration length) {
  timer_.expires_after(length);
  co_await timer_.async_wait(as_result);
}

void Service::give_up() {
  given_up_ = true;
  timer_.cancel();
}

net::awaitable<bool> Service::end_within(Duration grace) {
  const TimePoint deadline = now() + grace;
  while (!child_->ended() && now() < deadline) co_await nap(kPoll);
  co_return child_->ended().has_value();
}

net::awaitable<Result<void>> Service::halt() {
  end_expected_ = true;
  if (!running()) co_return Result<void>{};
  child_->signal_group(plan_.stop_signal);
  if (co_await end_within(kStopGrace)) co_return Result<void>{};
  child_->signal_group(SIGKILL);
  if (co_await end_within(kStopGrace)) co_return Result<void>{};
  co_return Error{"the service " + name() + " could not be ended; end it by hand: kill -9 " +
                  std::to_string(child_->pid())};
}

net::awaitable<Result<void>> Service::start_again() {
  child_.reset();
  const auto launched = launch();
  if (!launched) co_return launched;
  co_return co_await wait_until_ready(now() + options_.spec.within);
}

net::awaitable<Result<void>> Service::stop() {
  if (!ours()) co_return Result<void>{};
  end_expected_ = true;
  Result<void> ended;
  if (child_) ended = co_await halt();
  child_.reset();
  const auto removed = remove_service_folder(options_.folder);
  co_return removed ? ended : removed;
}

std::string Service::variable(std::string_view part) const {
  if (part == "address") return endpoint_.address();
  if (part == "host") return endpoint_.host;
  if (part == "port") return std::to_string(endpoint_.port);
  if (part == "user") return endpoint_.user;
  if (part == "database") return endpoint_.database;
  if (part != "url") return "";
  if (!ours()) return options_.spec.url;
  return url_of(kind() == spec::ServiceKind::postgres ? "postgres" : "redis", endpoint_);
}

}  // namespace firedrill
