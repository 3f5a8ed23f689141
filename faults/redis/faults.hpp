#pragma once

#include "faults/service_fault.hpp"
#include "harness/clients/redis.hpp"
#include "harness/spec/service_fault.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// The fault of a Redis that a scenario describes.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_redis_fault(const spec::RedisServerFault& fault,
                                                                ServiceFaultRun::Context context);

// One of these each; every one is a file of its own.
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_redis_memory(bool evict,
                                                                 ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_client_pause(const spec::ClientPause& what,
                                                                 ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_max_clients(const spec::MaxClients& what,
                                                                ServiceFaultRun::Context context);
[[nodiscard]] std::unique_ptr<ServiceFaultRun> make_slow_commands(const spec::SlowCommands& what,
                                                                  ServiceFaultRun::Context context);

/// A command. (g++ 12 gets a list of words inside a co_await expression wrong.)
template <typename... Words>
[[nodiscard]] std::vector<std::string> command(Words&&... words) {
  std::vector<std::string> all;
  (all.emplace_back(std::forward<Words>(words)), ...);
  return all;
}

/// What all of them share: a connection that is open while the fault lasts.
class RedisFaultRun : public ServiceFaultRun {
 public:
  explicit RedisFaultRun(Context context);

 protected:
  Awaitable open_admin();
  /// The answer; one that is an error of the server's is an error here.
  boost::asio::awaitable<Result<RedisReply>> ask(std::vector<std::string> words);
  /// A number of INFO: "evicted_keys" of section "stats"; 0 when it is not there.
  boost::asio::awaitable<std::uint64_t> number(std::string section, std::string name);
  /// The value of CONFIG GET.
  boost::asio::awaitable<Result<std::string>> setting(std::string name);

  RedisSession admin_;
};

/// The number after "name:" in the text of INFO, or after "name:count=" in its error statistics.
[[nodiscard]] std::uint64_t info_number(std::string_view info, std::string_view name);

}  // namespace firedrill
