#include "faults/model/strength.hpp"
#include "faults/postgres/faults.hpp"
#include "harness/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <list>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kConnect = 2s;
constexpr auto kPrepare = 3s;
constexpr auto kRefill = 20ms;
constexpr auto kSlack = 10s;
constexpr std::size_t kSessionsMax = 10'000;
constexpr int kLooks = 100;
constexpr auto kLook = 20ms;

/// What the sessions that we hold are like.
struct Kind {
  std::uint32_t count = 0;
  bool all = false;    ///< As many as there are to be had, and whatever becomes free later.
  std::string first;   ///< What the first one runs before it rests; "" for nothing.
  std::string others;  ///< And the others.
  std::string busy;    ///< A statement that each is in all the time; "" to rest.
  std::string state;   ///< Of pg_stat_activity; "" for any.
};

class HeldSessions final : public PostgresFaultRun {
 public:
  HeldSessions(Kind kind, Context context)
      : PostgresFaultRun{std::move(context)}, kind_{std::move(kind)} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    if (auto promised = context_.promise(undo()); !promised) co_return promised;
    bool was_full = false;
    while (sessions_.size() < wanted()) {
      const auto failure = co_await hold_one();
      const bool full = failure && failure->sqlstate == "53300";
      if (kind_.all && full && was_full) break;
      was_full = full;
      if (kind_.all && full) co_await nap(kRefill);  // somebody may be on the way out
      if (!failure || (kind_.all && full)) continue;
      co_await count();
      co_return Error{"after " + std::to_string(sessions_.size()) +
                      " sessions: " + failure->message};
    }
    // One after the other has arrived at the server, and is seen there.
    for (int i = 0; i < kLooks && hits_ < sessions_.size(); ++i) {
      co_await count();
      if (hits_ < sessions_.size()) co_await nap(kLook);
    }
    if (kind_.all) in_background(refill());
    if (ramped()) in_background(follow_strength());
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    over_sessions_ = true;
    co_await count();
    for (PgSession& session : sessions_) session.close();
    co_await end_background();
    sessions_.clear();
    released_.clear();
    admin_.close();
    co_return Result<void>{};
  }

 private:
  [[nodiscard]] std::size_t wanted() const {
    return kind_.all ? kSessionsMax : part_of(kind_.count, strength());
  }

  [[nodiscard]] std::string ours() const {
    return "FROM pg_stat_activity WHERE application_name = " + sql_quoted(context_.tag);
  }

  [[nodiscard]] ServiceUndo undo() const {
    return RunSql{address(),
                  {"SELECT pg_terminate_backend(pid) " + ours()},
                  "SELECT count(*) " + ours(),
                  "0"};
  }

  net::awaitable<std::optional<PgFailure>> hold_one() {
    PgSession& session = sessions_.emplace_back(new_session());
    PgSession::Login login = login_as(context_.service.endpoint());
    login.options =
        "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=2s";
    auto failure = co_await session.connect(std::move(login), kConnect);
    const std::string& prepare = sessions_.size() == 1 ? kind_.first : kind_.others;
    if (!failure && !prepare.empty()) {
      const PgAnswer answer = co_await session.run(prepare, kPrepare);
      if (const PgFailure* refused = failure_of(answer)) failure = *refused;
    }
    if (failure) {
      if (failure->sqlstate == "53300") ++refused_;
      sessions_.pop_back();
    } else if (!kind_.busy.empty()) {
      in_background(stay_busy(session));
    }
    co_return failure;
  }

  net::awaitable<void> stay_busy(PgSession& session) {
    co_await session.run(kind_.busy, context_.length + kSlack);
  }

  /// What others give back is ours.
  net::awaitable<void> refill() {
    while (!over_sessions_) {
      co_await nap(kRefill);
      if (!over_sessions_ && sessions_.size() < kSessionsMax) co_await hold_one();
    }
  }

  /// As many as its strength wants, one after the other. A server that has no place for one more is
  /// asked again.
  net::awaitable<void> follow_strength() {
    while (!over_sessions_) {
      co_await nap(kRefill);
      while (!over_sessions_ && sessions_.size() > wanted()) release_last();
      bool held = true;
      while (held && !over_sessions_ && sessions_.size() < wanted()) {
        const auto failure = co_await hold_one();
        held = !failure;
      }
    }
  }

  void release_last() {
    // What it runs in the background ends when it notices, and refers to it until then.
    released_.splice(released_.end(), sessions_, std::prev(sessions_.end()));
    released_.back().close();
  }

  net::awaitable<void> count() {
    const std::string state = kind_.state.empty() ? "" : " AND state = " + sql_quoted(kind_.state);
    const auto held = co_await ask_admin("SELECT count(*) " + ours() + state);
    if (held) hits_ = std::max<std::uint64_t>(hits_, std::strtoull(held->c_str(), nullptr, 10));
    seen_ = std::max<std::uint64_t>(hits_, kind_.count) + refused_;
  }

  const Kind kind_;
  std::list<PgSession> sessions_;  // what runs in the background refers to one
  std::list<PgSession> released_;
  std::uint64_t refused_ = 0;
  bool over_sessions_ = false;
};

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

std::string busy_statement(const spec::LongQueries& what, Duration length) {
  const std::string sleep = "pg_sleep(" + seconds_text(length + kSlack) + ")";
  if (what.table.empty()) return "SELECT " + sleep;
  return "SELECT " + sleep + " FROM (SELECT count(*) FROM " + what.table + ") AS read";
}

}  // namespace

std::unique_ptr<ServiceFaultRun> make_held_sessions(const spec::HoldConnections& what,
                                                    ServiceFaultRun::Context context) {
  Kind kind;
  kind.count = what.count.value_or(0);
  kind.all = !what.count;
  return std::make_unique<HeldSessions>(std::move(kind), std::move(context));
}

std::unique_ptr<ServiceFaultRun> make_held_sessions(const spec::IdleInTransaction& what,
                                                    ServiceFaultRun::Context context) {
  Kind kind;
  kind.count = what.sessions;
  kind.others = "BEGIN; SELECT 1";
  kind.first = kind.others;
  if (!what.table.empty()) {
    kind.first = what.rows ? "BEGIN; SELECT count(*) FROM (SELECT 1 FROM " + what.table +
                                 " FOR UPDATE) AS held"
                           : "BEGIN; LOCK TABLE " + what.table + " IN ACCESS EXCLUSIVE MODE";
  }
  kind.state = "idle in transaction";
  return std::make_unique<HeldSessions>(std::move(kind), std::move(context));
}

std::unique_ptr<ServiceFaultRun> make_held_sessions(const spec::LongQueries& what,
                                                    ServiceFaultRun::Context context) {
  Kind kind;
  kind.count = what.sessions;
  kind.first = "SET client_connection_check_interval = '200ms'";  // a killed runner is noticed
  kind.others = kind.first;
  kind.busy = busy_statement(what, context.length);
  kind.state = "active";
  return std::make_unique<HeldSessions>(std::move(kind), std::move(context));
}

}  // namespace firedrill
