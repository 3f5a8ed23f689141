#include "mocks/mock_set.hpp"

namespace firedrill {

MockSet::MockSet(boost::asio::io_context& io,
                 const std::vector<std::pair<std::string, spec::Mock>>& mocks,
                 const Options& options) {
  for (const auto& [name, spec] : mocks) {
    Mock::Options each;
    each.name = name;
    each.spec = spec;
    each.seed = options.seed;
    each.correlation_header = options.correlation_header;
    each.guard = options.guard;
    each.variables = options.variables;
    each.ledger_max = options.ledger_max;
    each.ledger_keeps = options.ledger_keeps;
    if (options.on_request) {
      each.on_request = [name = name, told = options.on_request](
                            const HttpRequest& request, TimePoint at) { told(name, request, at); };
    }
    mocks_.push_back(std::make_unique<Mock>(io, std::move(each), options.first_hit));
  }
}

Result<void> MockSet::start() {
  for (const auto& mock : mocks_) {
    Result<void> started = mock->start();
    if (started) continue;
    stop();
    return started;
  }
  return {};
}

void MockSet::stop() {
  for (const auto& mock : mocks_) mock->stop();
}

Mock* MockSet::find(std::string_view name) const {
  for (const auto& mock : mocks_) {
    if (mock->name() == name) return mock.get();
  }
  return nullptr;
}

}  // namespace firedrill
