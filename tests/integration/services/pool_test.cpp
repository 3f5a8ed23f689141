#include "mocks/clinic/pool.hpp"

#include "tests/integration/services/bench.hpp"

#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include <list>
#include <string>
#include <utility>
#include <variant>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using clinic::Pool;

namespace {

using Loans = std::list<Pool::Loan>;

/// One connection more; the reason when there is none: "exhausted" or "unreachable".
boost::asio::awaitable<std::string> borrow(Pool& pool, Loans& loans, Duration within) {
  Pool::Answer answer = co_await pool.acquire(within);
  if (const auto* refusal = std::get_if<Pool::Refusal>(&answer))
    co_return *refusal == Pool::Refusal::exhausted ? "exhausted" : "unreachable";
  loans.push_back(std::move(std::get<Pool::Loan>(answer)));
  co_return "";
}

Pool::Options options_for(ServiceBench& bench) {
  Pool::Options options;
  options.login.endpoint = bench.service().endpoint();
  options.size = 2;
  options.waiting_max = 3;
  return options;
}

}  // namespace

TEST_CASE("clinic pool: as many as it has, then nobody in vain for ever", "[services][clinic]") {
  ServiceBench bench{postgres()};
  Pool pool{bench.io(), bench.service().guard(), options_for(bench)};
  Loans loans;
  REQUIRE(bench.run(borrow(pool, loans, 1s)).empty());
  REQUIRE(bench.run(borrow(pool, loans, 1s)).empty());
  REQUIRE(pool.stats().in_use == 2);
  REQUIRE(bench.run(borrow(pool, loans, 50ms)) == "exhausted");
  REQUIRE(pool.stats().timeouts == 1);
  REQUIRE(pool.stats().waiting == 0);
  loans.pop_back();
  REQUIRE(pool.stats().idle == 1);
  REQUIRE(bench.run(borrow(pool, loans, 50ms)).empty());
  REQUIRE(pool.stats().idle == 0);
  loans.clear();
  REQUIRE(pool.stats().in_use == 0);
  REQUIRE(pool.stats().idle == 2);
}

TEST_CASE("clinic pool: who waited first is served first, and the queue has an end",
          "[services][clinic]") {
  ServiceBench bench{postgres()};
  Pool pool{bench.io(), bench.service().guard(), options_for(bench)};
  Loans held;
  REQUIRE(bench.run(borrow(pool, held, 1s)).empty());
  REQUIRE(bench.run(borrow(pool, held, 1s)).empty());
  Loans loans;
  std::string order;
  for (const char who : {'a', 'b', 'c'}) {
    boost::asio::co_spawn(bench.io(), borrow(pool, loans, 5s),
                          [&order, who](const std::exception_ptr&, const std::string& refused) {
                            order += refused.empty() ? std::string(1, who) : refused;
                          });
  }
  bench.wait(20ms);
  REQUIRE(pool.stats().waiting == 3);
  REQUIRE(bench.run(borrow(pool, loans, 5s)) == "exhausted");
  REQUIRE(pool.stats().refused == 1);
  held.pop_back();
  bench.wait(20ms);
  REQUIRE(order == "a");
  held.clear();
  bench.wait(20ms);
  REQUIRE(order == "ab");
  loans.erase(loans.begin());
  bench.wait(20ms);
  REQUIRE(order == "abc");
  loans.clear();
  REQUIRE(pool.stats().in_use == 0);
}

TEST_CASE("clinic pool: a lost connection makes room for a new one", "[services][clinic]") {
  ServiceBench bench{postgres()};
  Pool pool{bench.io(), bench.service().guard(), options_for(bench)};
  Loans loans;
  REQUIRE(bench.run(borrow(pool, loans, 1s)).empty());
  // The reason is lost when the end of the connection is seen first.
  const std::string ended =
      bench.ask(loans.front().session(), "SELECT pg_terminate_backend(pg_backend_pid())");
  REQUIRE((ended == "57P01" || ended == "gone"));
  loans.clear();
  REQUIRE(pool.stats().idle == 0);
  REQUIRE(bench.run(borrow(pool, loans, 1s)).empty());
  loans.clear();
  REQUIRE(bench.begin(spec::Stop{}).has_value());
  pool.close();
  REQUIRE(bench.run(borrow(pool, loans, 1s)) == "unreachable");
  REQUIRE(pool.stats().in_use == 0);
  bench.heal();
  REQUIRE(bench.run(borrow(pool, loans, 1s)).empty());
  loans.clear();
}
