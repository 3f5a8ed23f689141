#include "faults/redis/faults.hpp"

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// Short, so that a killed runner's pause is over soon. A paused server takes no UNPAUSE (Redis 7.0
/// holds up every command but a replica's): the next pause waits at the server, first in its queue,
/// and begins before anybody else is served.
constexpr const char* kPauseMs = "1000";
constexpr auto kPauseOver = 3s;
constexpr auto kRenewal = 400ms;
constexpr auto kProbe = 100ms;

class ClientPause final : public RedisFaultRun {
 public:
  ClientPause(spec::ClientPause what, Context context)
      : RedisFaultRun{std::move(context)},
        what_{what},
        probe_{context_.io.get_executor(), context_.service.guard()} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    RunRedis undo;
    undo.at = address();
    undo.commands.push_back(command("CLIENT", "UNPAUSE"));
    undo.check = command("PING");
    undo.expected = "PONG";
    if (auto promised = context_.promise(ServiceUndo{undo}); !promised) co_return promised;
    if (auto paused = co_await pause(); !paused) co_return paused;
    in_background(stay_paused());
    co_await probe();
    in_background(stay_curious());
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    co_await end_background();
    admin_.close();
    probe_.close();
    co_return Result<void>{};
  }

 private:
  Awaitable pause() {
    auto words = command("CLIENT", "PAUSE", kPauseMs, what_.writes_only ? "WRITE" : "ALL");
    const auto answer = co_await admin_.run(std::move(words), kPauseOver);
    if (!answer) co_return answer.error();
    if (answer->is_error()) co_return Error{answer->text};
    co_return Result<void>{};
  }

  net::awaitable<void> stay_paused() {
    while (!over()) {
      if (what_.writes_only) co_await nap(kRenewal);
      if (over() || !co_await pause()) co_return;
    }
  }

  /// One command, as a client would send it: a hit when it is held up.
  net::awaitable<void> probe() {
    ++seen_;
    probe_.close();
    if (!co_await probe_.connect(context_.service.admin(), kProbe)) {
      ++hits_;  // its login was held up
      co_return;
    }
    auto words =
        what_.writes_only ? command("SET", "firedrill:probe", "1", "PX", "1") : command("PING");
    if (!co_await probe_.run(std::move(words), kProbe)) ++hits_;
  }

  net::awaitable<void> stay_curious() {
    while (!over()) {
      co_await nap(kRenewal);
      if (!over()) co_await probe();
    }
  }

  const spec::ClientPause what_;
  RedisSession probe_;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_client_pause(const spec::ClientPause& what,
                                                   ServiceFaultRun::Context context) {
  return std::make_unique<ClientPause>(what, std::move(context));
}

}  // namespace firedrill
