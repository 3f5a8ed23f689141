#include "mocks/mock_core.hpp"

#include "mocks/make_provider.hpp"
#include "tests/unit/mocks/actions.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

constexpr TimeOrigin kOrigin{TimePoint{1000s}, WallTime{1'700'000'000s}};
constexpr TimePoint kStart = kOrigin.steady;

HttpRequest get_models() {
  HttpRequest request;
  request.method = "GET";
  request.target = request.path = "/v1/models";
  request.headers = {{"Authorization", "Bearer sk-test"}, {"X-Correlation-Id", "visit-1"}};
  return request;
}

struct Hits {
  std::vector<std::pair<int, TimePoint>> first;
};

MockCore make_core(Hits& hits, const spec::Mock& mock = {}, std::uint64_t seed = 1,
                   std::size_t ledger_max = 100) {
  MockOptions options;
  options.name = "openai";
  options.spec = mock;
  options.seed = seed;
  options.ledger_max = ledger_max;
  return MockCore{options, make_provider(mock).value(), kOrigin,
                  [&hits](int fault, TimePoint at) { hits.first.emplace_back(fault, at); }};
}

spec::MockFault respond(int status) { return fault_of(respond_with(status)); }

}  // namespace

TEST_CASE("mock: a healthy answer is delayed by the mock's latency and written down",
          "[mocks][core]") {
  Hits hits;
  spec::Mock mock;
  mock.latency = {spec::Delay::Kind::fixed, 40ms, 0ns};
  MockCore core = make_core(hits, mock);
  const auto exchange = core.handle(get_models(), kStart + 1s);
  CHECK(exchange.reply.status == 200);
  CHECK(exchange.reply.delay == 40ms);
  CHECK(find_header(exchange.reply.headers, "openai-processing-ms") == "40");
  core.delivered(exchange.number, HttpDelivery::complete, kStart + 1040ms);

  const Ledger ledger = core.take_ledger(kStart, kStart + 2s);
  REQUIRE(ledger.entries.size() == 1);
  const LedgerEntry& entry = ledger.entries[0];
  CHECK(entry.method == "GET");
  CHECK(entry.path == "/v1/models");
  CHECK(entry.arrived == 1s);
  CHECK(entry.done == 1040ms);
  CHECK(entry.correlation_id == "visit-1");
  CHECK(entry.fault == -1);
  CHECK(entry.ok());
}

TEST_CASE("mock: whoever wants to know is told of each request, before it is answered",
          "[mocks][core]") {
  std::vector<std::pair<std::string, TimePoint>> told;
  MockOptions options;
  options.name = "openai";
  options.on_request = [&told](const HttpRequest& request, TimePoint at) {
    told.emplace_back(request.target, at);
  };
  MockCore core{options, make_provider({}).value(), kOrigin, {}};
  CHECK(core.handle(get_models(), kStart + 1s).reply.status == 200);
  CHECK(core.handle(get_models(), kStart + 2s).reply.status == 200);
  CHECK(told == std::vector<std::pair<std::string, TimePoint>>{{"/v1/models", kStart + 1s},
                                                               {"/v1/models", kStart + 2s}});
}

TEST_CASE("mock: equal seeds give equal answers, other seeds other ones", "[mocks][core]") {
  Hits hits;
  spec::Mock mock;
  mock.latency = {spec::Delay::Kind::lognormal, 40ms, 10ms};
  const auto answers = [&](std::uint64_t seed) {
    MockCore core = make_core(hits, mock, seed);
    std::string all;
    for (int i = 0; i < 3; ++i) {
      const auto reply = core.handle(get_models(), kStart).reply;
      all += std::string{find_header(reply.headers, "x-request-id")} + " " +
             std::to_string(reply.delay.count()) + "\n";
    }
    return all;
  };
  CHECK(answers(1) == answers(1));
  CHECK(answers(1) != answers(2));
}

TEST_CASE("mock: beyond its own rate limit it answers the provider's 429", "[mocks][core]") {
  Hits hits;
  spec::Mock mock;
  mock.rate_limit = Rate{2};
  MockCore core = make_core(hits, mock);
  CHECK(core.handle(get_models(), kStart).reply.status == 200);
  const auto refused = core.handle(get_models(), kStart + 1ms).reply;
  CHECK(refused.status == 429);
  CHECK(find_header(refused.headers, "retry-after") == "1");
  CHECK(find_header(refused.headers, "retry-after-ms") == "499");
  CHECK(find_header(refused.headers, "x-ratelimit-remaining-requests") == "0");
  CHECK(core.handle(get_models(), kStart + 500ms).reply.status == 200);
}

TEST_CASE("mock: a fault decides from its injection to its healing", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  CHECK(core.handle(get_models(), kStart).reply.status == 200);
  core.inject(3, respond(503), kStart);
  CHECK(core.handle(get_models(), kStart + 1ms).reply.status == 503);
  CHECK(core.handle(get_models(), kStart + 2ms).reply.status == 503);
  core.heal(3);
  CHECK(core.handle(get_models(), kStart + 3ms).reply.status == 200);

  REQUIRE(hits.first.size() == 1);
  CHECK(hits.first[0] == std::pair{3, kStart + 1ms});
  const auto reports = core.fault_reports();
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].fault == 3);
  CHECK(reports[0].seen == 2);
  CHECK(reports[0].hits == 2);
  CHECK(reports[0].hits_by_step == std::vector<std::uint64_t>{2});
  CHECK(reports[0].first_hit == kStart + 1ms);

  const Ledger ledger = core.take_ledger(kStart, kStart);
  CHECK(ledger.entries[0].fault == -1);
  CHECK(ledger.entries[1].fault == 3);
  CHECK(ledger.entries[1].status == 503);
  CHECK(ledger.entries[3].fault == -1);
}

TEST_CASE("mock: of several faults, the first injected that hits decides", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  spec::MockFault sometimes = respond(500);
  sometimes.fail_count = 1;
  sometimes.pass_count = 1;
  core.inject(0, sometimes, kStart);
  core.inject(1, respond(503), kStart);
  CHECK(core.handle(get_models(), kStart).reply.status == 500);
  CHECK(core.handle(get_models(), kStart).reply.status == 503);
  CHECK(core.handle(get_models(), kStart).reply.status == 500);
  core.heal(0);
  CHECK(core.handle(get_models(), kStart).reply.status == 503);
  CHECK(core.fault_reports()[0].hits == 2);
  CHECK(core.fault_reports()[1].hits == 2);
  CHECK(hits.first.size() == 2);
}

TEST_CASE("mock: a rate limit that a fault keeps is the provider's 429 with its wait",
          "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  core.inject(0, fault_of(limit_to(Rate{4})), kStart);
  CHECK(core.handle(get_models(), kStart).reply.status == 200);
  const auto refused = core.handle(get_models(), kStart + 1ms).reply;
  CHECK(refused.status == 429);
  CHECK(find_header(refused.headers, "retry-after-ms") == "250");
  const Ledger ledger = core.take_ledger(kStart, kStart);
  CHECK(ledger.entries[0].fault == -1);
  CHECK(ledger.entries[1].fault == 0);
}

TEST_CASE("mock: healing releases the requests that the fault holds, and only those",
          "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  core.inject(0, fault_of(hang_for()), kStart);
  const auto first = core.handle(get_models(), kStart);
  const auto gone = core.handle(get_models(), kStart);
  CHECK(first.held);
  int released = 0;
  core.held(first.number, [&] { ++released; });
  core.held(gone.number, [&] { released += 100; });
  core.delivered(gone.number, HttpDelivery::caller_gone, kStart + 1s);
  CHECK(released == 0);
  core.heal(0);
  CHECK(released == 1);
  core.heal(0);
  CHECK(released == 1);
  core.delivered(first.number, HttpDelivery::cut, kStart + 2s);

  const Ledger ledger = core.take_ledger(kStart, kStart + 3s);
  REQUIRE(ledger.entries.size() == 2);
  for (const LedgerEntry& entry : ledger.entries) {
    CHECK(entry.delivery == Delivery::hung);
    CHECK(entry.status == 0);
  }
  CHECK(ledger.entries[0].done == 2s);
  CHECK(ledger.entries[1].done == 1s);
}

TEST_CASE("mock: a request that begins to hang after the healing is released at once",
          "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  core.inject(0, fault_of(hang_for()), kStart);
  const auto late = core.handle(get_models(), kStart);
  core.heal(0);
  int released = 0;
  core.held(late.number, [&] { ++released; });
  CHECK(released == 1);
}

TEST_CASE("mock: the ledger tells the ways apart in which an answer ends", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  int fault = 0;
  const auto deliver = [&core, &fault](const spec::MockAction& action, HttpDelivery how) {
    core.inject(++fault, fault_of(action), kStart);
    const auto exchange = core.handle(get_models(), kStart);
    core.delivered(exchange.number, how, kStart);
    core.heal(fault);
    return core.take_ledger(kStart, kStart).entries.at(0);
  };
  const auto reset = deliver(reset_it(), HttpDelivery::cut);
  CHECK(reset.delivery == Delivery::reset);
  CHECK(reset.status == 0);
  const auto cut = deliver(truncate_after(5), HttpDelivery::cut);
  CHECK(cut.delivery == Delivery::truncated);
  CHECK(cut.status == 200);
  CHECK_FALSE(cut.ok());
  const auto gone = deliver(truncate_after(5), HttpDelivery::caller_gone);
  CHECK(gone.delivery == Delivery::caller_gone);
  const auto broken = deliver(malform_it(), HttpDelivery::complete);
  CHECK(broken.delivery == Delivery::answered);
  CHECK_FALSE(broken.well_formed);
  CHECK_FALSE(broken.ok());
}

TEST_CASE("mock: a full ledger counts what it does not keep", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits, {}, 1, 3);
  for (int i = 0; i < 5; ++i) {
    const auto exchange = core.handle(get_models(), kStart);
    core.delivered(exchange.number, HttpDelivery::complete, kStart);
  }
  const Ledger ledger = core.take_ledger(kStart, kStart);
  CHECK(ledger.entries.size() == 3);
  CHECK(ledger.not_kept == 2);
}

namespace {

HttpRequest ask_a_model() {
  HttpRequest request = get_models();
  request.method = "POST";
  request.target = request.path = "/v1/chat/completions";
  request.body = R"({"model":"gpt-4o","messages":[{"role":"user","content":"How much is it?"}]})";
  return request;
}

}  // namespace

TEST_CASE("mock: the ledger has what each answer is billed with", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  const MockCore::Exchange exchange = core.handle(ask_a_model(), kStart);
  core.delivered(exchange.number, HttpDelivery::complete, kStart + 1s);
  core.delivered(core.handle(get_models(), kStart + 1s).number, HttpDelivery::complete,
                 kStart + 2s);
  core.inject(3, respond(503), kStart + 2s);
  core.delivered(core.handle(ask_a_model(), kStart + 2s).number, HttpDelivery::complete,
                 kStart + 3s);
  const Ledger ledger = core.take_ledger(kStart, kStart + 3s);
  REQUIRE(ledger.entries.size() == 3);
  REQUIRE(ledger.entries[0].bill);
  const TokenBill bill = *ledger.entries[0].bill;
  CHECK(bill.model.starts_with("gpt-4o-"));
  // As the caller is told: the very numbers stand in the answer.
  const std::string& told = exchange.reply.body;
  CHECK(told.find("\"prompt_tokens\":" + std::to_string(bill.prompt)) != std::string::npos);
  CHECK(told.find("\"completion_tokens\":" + std::to_string(bill.completion)) != std::string::npos);
  CHECK(bill.prompt > 0);
  CHECK(bill.completion > 0);
  CHECK_FALSE(ledger.entries[1].bill);  // a list of models is free
  CHECK_FALSE(ledger.entries[2].bill);  // and so is a failure
}

TEST_CASE("mock: a fault of some routes sees no other requests", "[mocks][core]") {
  Hits hits;
  MockCore core = make_core(hits);
  spec::MockFault fault = respond(503);
  fault.when.methods = {"POST"};
  fault.when.path = "/v1/chat/*";
  spec::ValueMatch red;
  red.equals = spec::Scalar{std::string{"red"}};
  fault.when.headers = {{"x-team", red}};
  fault.fail_count = 1;
  fault.pass_count = 1;
  core.inject(0, fault, kStart);
  HttpRequest chat = get_models();
  chat.method = "POST";
  chat.target = chat.path = "/v1/chat/completions";
  chat.headers.push_back({"X-Team", "red"});
  HttpRequest of_others = chat;
  of_others.headers.back().value = "blue";
  HttpRequest elsewhere = chat;
  elsewhere.target = elsewhere.path = "/v1/embeddings";
  const auto status = [&](const HttpRequest& request) {
    return core.handle(request, kStart + 1s).reply.status;
  };
  CHECK(status(get_models()) == 200);
  CHECK(status(of_others) != 503);
  CHECK(status(elsewhere) != 503);
  CHECK(status(chat) == 503);  // the script by count begins with the first that fits
  CHECK(status(chat) != 503);
  CHECK(status(chat) == 503);
  const FaultReport report = core.fault_reports().at(0);
  CHECK(report.seen == 3);
  CHECK(report.hits == 2);
}
