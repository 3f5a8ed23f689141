#include "faults/redis/faults.hpp"

#include "harness/base/overloaded.hpp"

#include <charconv>
#include <chrono>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr auto kWithin = 3s;

}  // namespace

RedisFaultRun::RedisFaultRun(Context context)
    : ServiceFaultRun{std::move(context)},
      admin_{context_.io.get_executor(), context_.service.guard()} {}

ServiceFaultRun::Awaitable RedisFaultRun::open_admin() {
  co_return co_await admin_.connect(context_.service.admin(), kWithin);
}

net::awaitable<Result<RedisReply>> RedisFaultRun::ask(std::vector<std::string> words) {
  if (!admin_.open()) {  // it was held up for too long, by another fault
    if (auto opened = co_await open_admin(); !opened) co_return opened.error();
  }
  auto answer = co_await admin_.run(std::move(words), kWithin);
  if (answer && answer->is_error()) co_return Error{answer->text};
  co_return answer;
}

net::awaitable<std::uint64_t> RedisFaultRun::number(std::string section, std::string name) {
  const auto info = co_await ask(command("INFO", section));
  co_return info ? info_number(info->text, name) : 0;
}

net::awaitable<Result<std::string>> RedisFaultRun::setting(std::string name) {
  const auto answer = co_await ask(command("CONFIG", "GET", name));
  if (!answer) co_return answer.error();
  if (answer->items.size() != 2) co_return Error{"this server has no setting " + name};
  co_return answer->items[1].text;
}

std::uint64_t info_number(std::string_view info, std::string_view name) {
  const std::string wanted = std::string{name} + ":";
  std::size_t at = info.find(wanted);
  while (at != std::string_view::npos && at != 0 && info[at - 1] != '\n')
    at = info.find(wanted, at + 1);
  if (at == std::string_view::npos) return 0;
  std::string_view rest = info.substr(at + wanted.size());
  if (rest.starts_with("count=")) rest.remove_prefix(6);
  std::uint64_t value = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), value);
  return value;
}

std::unique_ptr<ServiceFaultRun> make_redis_fault(const spec::RedisServerFault& fault,
                                                  ServiceFaultRun::Context context) {
  return std::visit(
      Overloaded{
          [&](const spec::MemoryFull&) { return make_redis_memory(false, std::move(context)); },
          [&](const spec::Evict&) { return make_redis_memory(true, std::move(context)); },
          [&](const spec::ClientPause& one) { return make_client_pause(one, std::move(context)); },
          [&](const spec::MaxClients& one) { return make_max_clients(one, std::move(context)); },
          [&](const spec::SlowCommands& one) {
            return make_slow_commands(one, std::move(context));
          },
      },
      fault);
}

}  // namespace firedrill
