#include "harness/base/overloaded.hpp"
#include "harness/base/units.hpp"
#include "harness/run/words/fault_words.hpp"

namespace firedrill {
namespace {

std::string many(std::uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string describe(const spec::PostgresServerFault& fault) {
  return std::visit(
      Overloaded{
          [](const spec::HoldConnections& one) {
            return "hold " +
                   (one.count ? many(*one.count, "connection") : "all connections that it gives");
          },
          [](const spec::IdleInTransaction& one) {
            const std::string lock = one.table.empty() ? ""
                                     : one.rows        ? " and hold the rows of " + one.table
                                                       : " and hold the table " + one.table;
            return "leave " + many(one.sessions, "transaction") + " open" + lock;
          },
          [](const spec::LongQueries& one) {
            return "run " + many(one.sessions, "statement") + " without end" +
                   (one.table.empty() ? "" : " on " + one.table);
          },
          [](const spec::TerminateBackends& one) {
            return "end the sessions of all others" +
                   (one.every ? " every " + to_text(*one.every) : "");
          },
          [](const spec::StatementTimeout& one) {
            return "cancel statements after " + to_text(one.time);
          },
          [](const spec::ReadOnly&) { return std::string{"make transactions read-only"}; },
          [](const spec::NoSpace& one) {
            return "fill the disk below the tables, of " + std::to_string(one.size / 1024) + " KiB";
          },
      },
      fault);
}

std::string describe(const spec::RedisServerFault& fault) {
  return std::visit(Overloaded{
                        [](const spec::MemoryFull&) {
                          return std::string{"fill it up to maxmemory, with noeviction"};
                        },
                        [](const spec::Evict&) {
                          return std::string{"fill it up to maxmemory, so that keys are evicted"};
                        },
                        [](const spec::ClientPause& one) {
                          return std::string{one.writes_only ? "hold up commands that write"
                                                             : "hold up all commands"};
                        },
                        [](const spec::MaxClients& one) {
                          return "cut all clients off and let " + many(one.count, "client") + " in";
                        },
                        [](const spec::SlowCommands& one) {
                          return "block it for " + to_text(one.time) + ", again and again";
                        },
                    },
                    fault);
}

std::string describe(const spec::ServiceFault& fault) {
  return std::visit(
      Overloaded{
          [](const spec::PostgresServerFault& one) { return describe(one); },
          [](const spec::RedisServerFault& one) { return describe(one); },
          [](const spec::Restart&) { return std::string{"end it and start it again at once"}; },
          [](const spec::Stop&) { return std::string{"end it"}; },
      },
      fault.what);
}

std::string undo_of(const spec::ServiceFault& fault) {
  const auto of_postgres = Overloaded{
      [](const spec::HoldConnections&) { return "ending our sessions"; },
      [](const spec::IdleInTransaction&) { return "ending our sessions"; },
      [](const spec::LongQueries&) { return "ending our sessions"; },
      [](const spec::TerminateBackends&) { return "nothing: sessions may come again at once"; },
      [](const spec::StatementTimeout&) { return "ALTER SYSTEM and a reload"; },
      [](const spec::ReadOnly&) { return "ALTER SYSTEM and a reload"; },
      [](const spec::NoSpace&) { return "moving the tables back and unmounting the disk"; },
  };
  const auto of_redis = Overloaded{
      [](const spec::ClientPause&) { return "CLIENT UNPAUSE, or a second without a renewal"; },
      [](const spec::SlowCommands&) { return "sending no more of them"; },
      [](const auto&) { return "CONFIG SET, and removing our keys"; },
  };
  const std::string how = std::visit(
      Overloaded{
          [&](const spec::PostgresServerFault& one) { return std::visit(of_postgres, one); },
          [&](const spec::RedisServerFault& one) { return std::visit(of_redis, one); },
          [](const auto&) { return "starting it again, until it is ready"; },
      },
      fault.what);
  return how + ", by the guardian too when the runner is killed";
}

}  // namespace

FaultWords words_of(const spec::ServiceFault& fault) {
  return {.target = "service " + fault.service,
          .does = describe(fault),
          .reach = "every client of the service " + fault.service,
          .undo = undo_of(fault)};
}

}  // namespace firedrill
