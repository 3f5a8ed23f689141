#include "faults/service_down.hpp"

#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

class RestartRun final : public ServiceFaultRun {
 public:
  using ServiceFaultRun::ServiceFaultRun;

  Awaitable begin() override {
    seen_ = 1;
    auto done = co_await context_.service.halt();
    if (done) done = co_await context_.service.start_again();
    if (done) hits_ = 1;
    co_return done;
  }

  /// When it did not come up again that is what could not be healed.
  Awaitable end(bool ending) override {
    if (hits_ == 1 || ending) co_return Result<void>{};
    co_return co_await context_.service.start_again();
  }
};

class StopRun final : public ServiceFaultRun {
 public:
  using ServiceFaultRun::ServiceFaultRun;

  Awaitable begin() override {
    seen_ = 1;
    auto done = co_await context_.service.halt();
    if (done && !context_.service.running()) hits_ = 1;
    co_return done;
  }

  Awaitable end(bool ending) override {
    if (ending) co_return Result<void>{};
    co_return co_await context_.service.start_again();
  }
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_restart(ServiceFaultRun::Context context) {
  return std::make_unique<RestartRun>(std::move(context));
}

std::unique_ptr<ServiceFaultRun> make_stop(ServiceFaultRun::Context context) {
  return std::make_unique<StopRun>(std::move(context));
}

}  // namespace firedrill
