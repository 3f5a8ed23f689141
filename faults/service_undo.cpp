#include "faults/service_undo.hpp"

#include "harness/aio/task_group.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/clients/postgres.hpp"
#include "harness/clients/redis.hpp"
#include "harness/services/service_folder.hpp"

#include <boost/asio/io_context.hpp>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <poll.h>
#include <sys/mount.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kConnect = 2s;
constexpr auto kRun = 2s;
constexpr auto kVerify = 2s;
constexpr int kPollMs = 20;

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

/// The one who made the promise knows it; whoever has it from a journal does not.
Endpoint with_password(Endpoint endpoint, const char* variable) {
  if (endpoint.password.empty()) endpoint.password = from_environment(variable);
  return endpoint;
}

/// The guard of whoever undoes: the address was permitted when the promise was made.
Result<EgressGuard> guard_for(const Endpoint& endpoint) {
  return EgressGuard::allowing({endpoint.host});
}

std::string text_of(const RedisReply& reply) {
  if (reply.kind == RedisReply::Kind::integer) return std::to_string(reply.integer);
  std::string text = reply.text;
  for (const RedisReply& item : reply.items) text += (text.empty() ? "" : " ") + text_of(item);
  return text;
}

/// Why it could not be done; "gone" is a server that nothing listens for.
struct Failed {
  bool gone = false;
  std::string message;
};
using Outcome = std::optional<Failed>;

net::awaitable<void> keep(net::awaitable<Outcome> task, Outcome& into) {
  into = co_await std::move(task);
}

/// Runs it to its end, here.
Outcome finish(net::io_context& io, net::awaitable<Outcome> task) {
  Outcome outcome = Failed{};
  TaskGroup tasks{io};
  tasks.spawn("undo", keep(std::move(task), outcome));
  io.run();
  return outcome;
}

/// The healer has nothing else to do meanwhile.
void wait_a_moment() { ::poll(nullptr, 0, kPollMs); }

/// Whatever a fault did to new sessions does not hold for the one that undoes it.
constexpr const char* kUnharmed = "-c statement_timeout=0 -c default_transaction_read_only=off";

net::awaitable<std::optional<PgFailure>> begin_session(PgSession& session, Endpoint endpoint,
                                                       std::string options) {
  PgSession::Login login;
  login.endpoint = std::move(endpoint);
  login.application = "firedrill undo";
  login.options = std::move(options);
  auto failure = co_await session.connect(std::move(login), kConnect);
  co_return failure;
}

/// A server that is full, or on its way down, is asked again for a while.
net::awaitable<Outcome> begin_undo(PgSession& session, Endpoint endpoint) {
  const TimePoint deadline = std::chrono::steady_clock::now() + kConnect;
  while (true) {
    const auto failure = co_await begin_session(session, endpoint, kUnharmed);
    if (!failure) co_return std::nullopt;
    const bool gone = failure->sqlstate.empty();
    if (gone || std::chrono::steady_clock::now() > deadline)
      co_return Failed{gone, failure->message};
    wait_a_moment();
  }
}

net::awaitable<Outcome> begin_undo(RedisSession& session, Endpoint endpoint) {
  const TimePoint deadline = std::chrono::steady_clock::now() + kConnect;
  while (true) {
    const auto connected = co_await session.connect(endpoint, kConnect);
    if (!connected) co_return Failed{true, connected.error().message};
    std::vector<std::string> ping{"PING"};
    const auto answer = co_await session.run(std::move(ping), kRun);
    if (answer && !answer->is_error()) co_return std::nullopt;
    if (std::chrono::steady_clock::now() > deadline)
      co_return Failed{false, answer ? answer->text : answer.error().message};
    wait_a_moment();
  }
}

net::awaitable<Outcome> undo_sql(net::io_context& io, const EgressGuard& guard, RunSql undo,
                                 Endpoint endpoint) {
  PgSession session{io.get_executor(), guard};
  if (auto failed = co_await begin_undo(session, endpoint)) co_return failed;
  for (const std::string& statement : undo.statements) {
    const PgAnswer answer = co_await session.run(statement, kRun);
    if (const PgFailure* failure = failure_of(answer)) co_return Failed{false, failure->message};
  }
  // Each look is a session of its own: settings that were loaded again show in new ones first.
  const TimePoint deadline = std::chrono::steady_clock::now() + kVerify;
  std::string seen;
  do {
    PgSession look{io.get_executor(), guard};
    if (const auto failure = co_await begin_session(look, endpoint, "")) {
      seen = failure->message;
    } else {
      const PgAnswer answer = co_await look.run(undo.check, kRun);
      const PgFailure* const wrong = failure_of(answer);
      seen = wrong ? wrong->message : std::get<PgRows>(answer).value();
    }
    if (seen == undo.expected) co_return std::nullopt;
    wait_a_moment();
  } while (std::chrono::steady_clock::now() < deadline);
  co_return Failed{false,
                   "'" + undo.check + "' gives '" + seen + "' and not '" + undo.expected + "'"};
}

net::awaitable<Outcome> undo_redis(net::io_context& io, const EgressGuard& guard, RunRedis undo,
                                   Endpoint endpoint) {
  RedisSession session{io.get_executor(), guard};
  if (auto failed = co_await begin_undo(session, endpoint)) co_return failed;
  for (const std::vector<std::string>& command : undo.commands) {
    const auto answer = co_await session.run(command, kRun);
    if (!answer) co_return Failed{false, answer.error().message};
    if (answer->is_error()) co_return Failed{false, answer->text};
  }
  const auto answer = co_await session.run(undo.check, kRun);
  if (!answer) co_return Failed{false, answer.error().message};
  const std::string seen = text_of(*answer);
  if (seen == undo.expected) co_return std::nullopt;
  co_return Failed{false, "it answers '" + seen + "' and not '" + undo.expected + "'"};
}

/// What a person types instead.
std::string by_hand(const RunSql& undo) {
  const Endpoint& at = undo.at.endpoint;
  std::string text = "psql -h " + at.host + " -p " + std::to_string(at.port) + " -U " + at.user +
                     " -d " + at.database;
  for (const std::string& statement : undo.statements) text += " -c \"" + statement + "\"";
  return text;
}

std::string by_hand(const RunRedis& undo) {
  std::string text;
  for (const auto& command : undo.commands) {
    text += (text.empty() ? "" : "; ") + std::string{"redis-cli -h "} + undo.at.endpoint.host +
            " -p " + std::to_string(undo.at.endpoint.port);
    for (const std::string& word : command) text += " " + word;
  }
  return text.empty() ? "look at it with redis-cli" : text;
}

template <typename Run>
Result<void> undo_at_server(const Run& undo, const char* variable, Outcome outcome) {
  if (!outcome || (outcome->gone && undo.at.ours)) return {};
  return Error{"the server at " + undo.at.endpoint.address() + " could not be put right (" +
               outcome->message + "); do it by hand: " + by_hand(undo) +
               "; its password, if it has one, is looked for in " + variable};
}

Result<void> carry_out_one(const RemoveServiceFolder& undo) {
  return remove_service_folder(undo.folder);
}

bool is_mounted(const std::string& folder) {
  std::ifstream file{"/proc/self/mountinfo"};
  std::string line;
  while (std::getline(file, line)) {
    if (line.find(" " + folder + " ") != std::string::npos) return true;
  }
  return false;
}

Result<void> carry_out_one(const UnmountFolder& undo) {
  // Whoever still has a file open there keeps it until then: the server ends with its drill.
  if (is_mounted(undo.folder)) ::umount2(undo.folder.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  const int reason = errno;
  if (!is_mounted(undo.folder)) return {};
  return Error{"what is mounted at " + undo.folder + " could not be unmounted (" +
               std::strerror(reason) + "); do it by hand: umount -l " + undo.folder};
}

Result<void> carry_out_one(const RunSql& undo) {
  const auto guard = guard_for(undo.at.endpoint);
  if (!guard) return guard.error();
  net::io_context io{1};
  const Endpoint endpoint = with_password(undo.at.endpoint, kPostgresPassword);
  return undo_at_server(undo, kPostgresPassword, finish(io, undo_sql(io, *guard, undo, endpoint)));
}

Result<void> carry_out_one(const RunRedis& undo) {
  const auto guard = guard_for(undo.at.endpoint);
  if (!guard) return guard.error();
  net::io_context io{1};
  const Endpoint endpoint = with_password(undo.at.endpoint, kRedisPassword);
  return undo_at_server(undo, kRedisPassword, finish(io, undo_redis(io, *guard, undo, endpoint)));
}

}  // namespace

std::string to_text(const ServiceUndo& undo) {
  return std::visit(
      Overloaded{
          [](const RemoveServiceFolder& one) { return "ended the server in " + one.folder; },
          [](const UnmountFolder& one) { return "unmounted " + one.folder; },
          [](const RunSql& one) {
            return "the PostgreSQL at " + one.at.endpoint.address() + " is as before";
          },
          [](const RunRedis& one) {
            return "the Redis at " + one.at.endpoint.address() + " is as before";
          },
      },
      undo);
}

Result<void> carry_out(const ServiceUndo& undo) {
  return std::visit([](const auto& one) { return carry_out_one(one); }, undo);
}

}  // namespace firedrill
