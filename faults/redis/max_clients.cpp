#include "faults/redis/faults.hpp"

#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Lowers maxclients and cuts off who is connected, so that all have to come again.
class MaxClients final : public RedisFaultRun {
 public:
  MaxClients(spec::MaxClients what, Context context)
      : RedisFaultRun{std::move(context)}, what_{what} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    const auto most = co_await setting("maxclients");
    if (!most) co_return most.error();
    most_ = *most;
    RunRedis undo;
    undo.at = address();
    undo.commands.push_back(command("CONFIG", "SET", "maxclients", most_));
    undo.check = command("CONFIG", "GET", "maxclients");
    undo.expected = "maxclients " + most_;
    if (auto promised = context_.promise(ServiceUndo{undo}); !promised) co_return promised;
    rejected_ = co_await number("stats", "rejected_connections");
    const std::string with_us = std::to_string(what_.count + 1);
    const auto lowered = co_await ask(command("CONFIG", "SET", "maxclients", with_us));
    if (!lowered) co_return lowered.error();
    const auto cut = co_await ask(command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    if (!cut) co_return cut.error();
    cut_ = static_cast<std::uint64_t>(cut->integer);
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    if (most_.empty()) co_return Result<void>{};
    const std::uint64_t rejected = co_await number("stats", "rejected_connections");
    if (rejected > rejected_) hits_ = rejected - rejected_;
    seen_ = hits_ + cut_;
    // First through the connection that we have: whoever keeps the lease needs a place too.
    static_cast<void>(co_await ask(command("CONFIG", "SET", "maxclients", most_)));
    admin_.close();
    co_return Result<void>{};
  }

 private:
  const spec::MaxClients what_;
  std::string most_;
  std::uint64_t rejected_ = 0;
  std::uint64_t cut_ = 0;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_max_clients(const spec::MaxClients& what,
                                                  ServiceFaultRun::Context context) {
  return std::make_unique<MaxClients>(what, std::move(context));
}

}  // namespace firedrill
