#include "faults/postgres/faults.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace firedrill {
namespace {

namespace net = boost::asio;

/// Ends the sessions of all others in the database, once or again and again. Nothing stays behind,
/// so there is no lease.
class Terminator final : public PostgresFaultRun {
 public:
  Terminator(spec::TerminateBackends what, Context context)
      : PostgresFaultRun{std::move(context)}, what_{what} {}

  Awaitable begin() override {
    if (auto opened = co_await open_admin(); !opened) co_return opened;
    if (strength() > 0) {
      if (auto first = co_await terminate(); !first) co_return first;
    }
    if (what_.every) in_background(repeat(*what_.every));
    co_return Result<void>{};
  }

  Awaitable end(bool /*ending*/) override {
    co_await end_background();
    admin_.close();
    co_return Result<void>{};
  }

 private:
  Awaitable terminate() {
    const auto ended = co_await ask_admin(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) || ' ' || count(*) "
        "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
        "AND datname = current_database() AND application_name NOT LIKE 'firedrill%'");
    if (!ended) co_return ended.error();
    char* rest = nullptr;
    hits_ += std::strtoull(ended->c_str(), &rest, 10);
    seen_ += std::strtoull(rest, nullptr, 10);
    co_return Result<void>{};
  }

  net::awaitable<void> repeat(Duration every) {
    const Duration step = std::min<Duration>(std::chrono::milliseconds{50}, every);
    TimePoint last = std::chrono::steady_clock::now();
    double due = 0;  // of one round: at half its strength it comes half as often
    while (!over()) {
      co_await nap(step);
      const TimePoint now = std::chrono::steady_clock::now();
      due += seconds(now - last) / seconds(every) * strength();
      last = now;
      if (over() || due < 1) continue;
      due -= 1;
      const auto done = co_await terminate();
      if (!done) break;  // the server is down, say; what was done is counted
    }
  }

  const spec::TerminateBackends what_;
};

}  // namespace

std::unique_ptr<ServiceFaultRun> make_terminator(const spec::TerminateBackends& what,
                                                 ServiceFaultRun::Context context) {
  return std::make_unique<Terminator>(what, std::move(context));
}

}  // namespace firedrill
