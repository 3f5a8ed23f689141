#include "faults/service_fault.hpp"

#include "faults/postgres/faults.hpp"
#include "faults/redis/faults.hpp"
#include "faults/service_down.hpp"
#include "harness/aio/tokens.hpp"
#include "harness/base/overloaded.hpp"

#include <utility>

namespace firedrill {

namespace net = boost::asio;

net::awaitable<void> ServiceFaultRun::nap(Duration length) {
  net::steady_timer timer{context_.io, length};
  co_await timer.async_wait(as_result);
}

void ServiceFaultRun::in_background(net::awaitable<void> task) {
  tasks_.spawn("fault " + context_.tag, std::move(task));
}

net::awaitable<void> ServiceFaultRun::end_background() {
  over_ = true;
  if (tasks_.running() == 0) co_return;
  timer_.expires_at(TimePoint::max());
  tasks_.when_idle([this] { timer_.cancel(); });
  co_await timer_.async_wait(as_result);
}

ServerAddress ServiceFaultRun::address() const {
  return {context_.service.admin(), context_.service.ours()};
}

std::unique_ptr<ServiceFaultRun> make_service_fault(const spec::ServiceFault& fault,
                                                    ServiceFaultRun::Context context) {
  return std::visit(Overloaded{
                        [&](const spec::PostgresServerFault& what) {
                          return make_postgres_fault(what, std::move(context));
                        },
                        [&](const spec::RedisServerFault& what) {
                          return make_redis_fault(what, std::move(context));
                        },
                        [&](const spec::Restart&) { return make_restart(std::move(context)); },
                        [&](const spec::Stop&) { return make_stop(std::move(context)); },
                    },
                    fault.what);
}

}  // namespace firedrill
