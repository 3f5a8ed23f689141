#include "faults/model/strength.hpp"
#include "faults/redis/faults.hpp"
#include "harness/base/time.hpp"

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kSlack = 3s;
constexpr auto kRest = 20ms;

/// Where DEBUG is not allowed: a script that looks at the clock until the time is over.
constexpr const char* kScript =
    "local t = redis.call('TIME') local e = t[1] * 1000000 + t[2] + ARGV[1] "
    "repeat t = redis.call('TIME') until t[1] * 1000000 + t[2] >= e return 1";

/// Blocks the server's one thread again and again: each command waits for the one that runs. A
/// killed runner's last command is over within a second, so there is no lease.
class SlowCommands final : public RedisFaultRun {
 public:
  SlowCommands(spec::SlowCommands what, Context context)
      : RedisFaultRun{std::move(context)}, what_{what} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    if (auto blocked = co_await block(); !blocked) co_return blocked;
    in_background(keep_blocking());
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    co_await end_background();
    admin_.close();
    seen_ = hits_;
    co_return Result<void>{};
  }

 private:
  /// For as long as its strength wants; a command of no time at all is a rest for the server.
  Awaitable block() {
    const Duration time = weakened(what_.time, strength());
    if (time == Duration{0}) {
      co_await nap(kRest);
      co_return Result<void>{};
    }
    Result<void> blocked = co_await block_for(time);
    if (blocked || scripted_ || hits_ > 0) co_return blocked;
    scripted_ = true;
    blocked = co_await block_for(time);
    co_return blocked;
  }

  Awaitable block_for(Duration time) {
    const auto micros = std::chrono::ceil<std::chrono::microseconds>(time).count();
    std::vector<std::string> words = scripted_
                                         ? command("EVAL", kScript, "0", std::to_string(micros))
                                         : command("DEBUG", "SLEEP", std::to_string(seconds(time)));
    const auto answer = co_await admin_.run(std::move(words), time + kSlack);
    if (!answer) co_return answer.error();
    if (answer->is_error()) co_return Error{answer->text};
    ++hits_;
    co_return Result<void>{};
  }

  net::awaitable<void> keep_blocking() {
    while (!over()) {
      const auto blocked = co_await block();
      if (!blocked) co_return;
    }
  }

  const spec::SlowCommands what_;
  bool scripted_ = false;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_slow_commands(const spec::SlowCommands& what,
                                                    ServiceFaultRun::Context context) {
  return std::make_unique<SlowCommands>(what, std::move(context));
}

}  // namespace firedrill
