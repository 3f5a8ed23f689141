#include "harness/run/service_host.hpp"

#include "faults/service_undo.hpp"
#include "harness/base/assert.hpp"
#include "harness/services/service_folder.hpp"

#include <chrono>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

/// A drill is bounded by 31 days; its services are no fault that a hanging runner would prolong.
constexpr auto kForTheDrill = std::chrono::hours{24 * 32};

}  // namespace

ServiceHost::ServiceHost(net::io_context& io, const spec::Scenario& scenario,
                         const EgressGuard& guard, LeaseJournal& journal, Options options)
    : io_{io},
      scenario_{scenario},
      guard_{guard},
      journal_{journal},
      options_{std::move(options)} {}

net::awaitable<Result<void>> ServiceHost::start() {
  for (const auto& [name, spec] : scenario_.services) {
    if (given_up_) co_return Error{"interrupted while the services were starting"};
    if (auto started = co_await start_one(name, spec); !started) co_return started;
  }
  co_return Result<void>{};
}

net::awaitable<Result<void>> ServiceHost::start_one(const std::string& name,
                                                    const spec::Service& spec) {
  Service::Options options;
  options.name = name;
  options.spec = spec;
  options.run_id = options_.run_id;
  if (options_.on_exit)
    options.on_exit = [this, name](const std::string& how) { options_.on_exit(name, how); };
  if (!spec.given()) {
    options.folder = service_folder(options_.run_id, name);
    auto lease =
        journal_.promise("service " + name, ServiceUndo{RemoveServiceFolder{options.folder}},
                         std::chrono::system_clock::now() + kForTheDrill);
    if (!lease) co_return lease.error();
    leases_.push_back(*std::move(lease));
  }
  services_.push_back(std::make_unique<Service>(io_, guard_, std::move(options)));
  Service& service = *services_.back();
  const auto started = co_await service.start();
  for (const char* part : {"url", "address", "host", "port", "user", "database"})
    variables_["services." + name + "." + part] = service.variable(part);
  co_return started;
}

void ServiceHost::give_up() {
  given_up_ = true;
  for (const auto& service : services_) service->give_up();
}

net::awaitable<std::vector<std::string>> ServiceHost::stop() {
  std::vector<std::string> not_ended;
  for (std::size_t i = services_.size(); i-- > 0;) {
    const bool ours = services_[i]->ours();
    auto stopped = co_await services_[i]->stop();
    if (ours && stopped) {
      stopped = journal_.release(leases_.back());
      leases_.pop_back();
    }
    if (!stopped) not_ended.push_back(stopped.error().message);
  }
  services_.clear();
  co_return not_ended;
}

std::string ServiceHost::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? "" : found->second;
}

Service& ServiceHost::named(std::string_view name) const {
  for (const auto& service : services_) {
    if (service->name() == name) return *service;
  }
  FD_ASSERT(false);
}

std::vector<std::string> passwords_for_guardian(const spec::Scenario& scenario) {
  std::vector<std::string> env;
  for (const auto& [name, service] : scenario.services) {
    if (!service.given()) continue;
    const auto endpoint = parse_endpoint(service.url, kPostgresPort);
    if (!endpoint || endpoint->password.empty()) continue;
    const bool postgres = service.kind == spec::ServiceKind::postgres;
    env.push_back(std::string{postgres ? kPostgresPassword : kRedisPassword} + "=" +
                  endpoint->password);
  }
  return env;
}

}  // namespace firedrill
