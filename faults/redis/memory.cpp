#include "faults/redis/faults.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t kFillers = 256;
constexpr std::size_t kFillerBytes = 8 * 1024;
/// More than this is written: 256 times 8 KiB.
constexpr std::uint64_t kRoom = 512 * 1024;
constexpr auto kRefill = 20ms;

std::string filler(std::size_t i) { return "firedrill:filler:" + std::to_string(i % kFillers); }

/// Lowers maxmemory to just above what is used, and fills the rest with keys of our own: then
/// writes fail (noeviction), or other keys go (allkeys-lru).
class Memory final : public RedisFaultRun {
 public:
  Memory(bool evict, Context context) : RedisFaultRun{std::move(context)}, evict_{evict} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    before_ = co_await harm();
    const auto most = co_await setting("maxmemory");
    if (!most) co_return most.error();
    const auto policy = co_await setting("maxmemory-policy");
    if (!policy) co_return policy.error();
    if (auto promised = context_.promise(undo(*most, *policy)); !promised) co_return promised;
    const auto chosen = co_await ask(
        command("CONFIG", "SET", "maxmemory-policy", evict_ ? "allkeys-lru" : "noeviction"));
    if (!chosen) co_return chosen.error();
    const std::uint64_t used = co_await number("memory", "used_memory");
    const auto lowered =
        co_await ask(command("CONFIG", "SET", "maxmemory", std::to_string(used + kRoom)));
    if (!lowered) co_return lowered.error();
    co_await fill(2 * kFillers);
    hits_ = co_await harm() - before_;
    in_background(stay_full());
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    co_await end_background();
    const std::uint64_t now = co_await harm();
    if (now > before_) hits_ = std::max(hits_, now - before_);
    seen_ = hits_;
    admin_.close();
    co_return Result<void>{};
  }

 private:
  [[nodiscard]] ServiceUndo undo(const std::string& most, const std::string& policy) const {
    RunRedis undo;
    undo.at = address();
    undo.commands.push_back(command("CONFIG", "SET", "maxmemory", most));
    undo.commands.push_back(command("CONFIG", "SET", "maxmemory-policy", policy));
    undo.commands.push_back(command("UNLINK"));
    for (std::size_t i = 0; i < kFillers; ++i) undo.commands.back().push_back(filler(i));
    undo.check = command("CONFIG", "GET", "maxmemory");
    undo.expected = "maxmemory " + most;
    return undo;
  }

  /// Commands refused, or keys evicted, since the server began; ours are among them.
  net::awaitable<std::uint64_t> harm() {
    const std::uint64_t sum = evict_ ? co_await number("stats", "evicted_keys")
                                     : co_await number("errorstats", "errorstat_OOM");
    co_return sum;
  }

  /// Writes until the server refuses, or `most` times.
  net::awaitable<void> fill(std::size_t most) {
    for (std::size_t i = 0; i < most; ++i) {
      const std::string data(kFillerBytes, 'x');
      const auto written = co_await ask(command("SET", filler(next_++), data, "EX", "3600"));
      if (!written) co_return;
    }
  }

  /// What others free is filled again.
  net::awaitable<void> stay_full() {
    while (!over()) {
      co_await nap(kRefill);
      if (!over()) co_await fill(evict_ ? 1 : 8);
    }
  }

  const bool evict_;
  std::uint64_t before_ = 0;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_redis_memory(bool evict, ServiceFaultRun::Context context) {
  return std::make_unique<Memory>(evict, std::move(context));
}

}  // namespace firedrill
