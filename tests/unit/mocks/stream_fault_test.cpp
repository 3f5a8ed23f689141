// Faults that need a stream to work on.
#include "mocks/apply_action.hpp"
#include "mocks/make_provider.hpp"
#include "mocks/mock_core.hpp"
#include "tests/unit/mocks/actions.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kEvents{"one", "two", "three", "four"};

AnswerSource streaming() {
  return {.healthy =
              [] {
                HttpReply reply;
                for (const std::string& event : kEvents) reply.stream.push_back({1ms, event});
                return reply;
              },
          .error = [](int status) { return json_reply(status, "{}"); },
          .stream_error = [](std::size_t before) { return "error " + std::to_string(before); }};
}

FaultyReply apply(const spec::MockAction& action, const AnswerSource& source = streaming()) {
  MockFault::Decision decision;
  decision.action = action;
  return apply_action(decision, source);
}

std::vector<std::string> texts_of(const HttpReply& reply) {
  std::vector<std::string> texts;
  for (const HttpChunk& chunk : reply.stream) {
    if (!chunk.bytes.empty()) texts.push_back(chunk.bytes);
  }
  return texts;
}

spec::MockAction end_early(std::optional<std::uint64_t> after) {
  return action([&](spec::MockAction& a) { a.end_early = spec::MockAction::InStream{after}; });
}

using Texts = std::vector<std::string>;

constexpr TimeOrigin kOrigin{TimePoint{1000s}, WallTime{1'700'000'000s}};

HttpRequest chat(bool stream) {
  HttpRequest request;
  request.method = "POST";
  request.target = request.path = "/v1/chat/completions";
  request.headers = {{"Authorization", "Bearer sk-test"}};
  request.body = R"({"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"stream":)" +
                 std::string{stream ? "true}" : "false}"};
  return request;
}

}  // namespace

TEST_CASE("stream fault: a stream that ends early ends in good order, without its end",
          "[mocks][fault][stream]") {
  CHECK(texts_of(apply(end_early(1)).reply) == Texts{"one"});
  CHECK(texts_of(apply(end_early(std::nullopt)).reply) == Texts{"one", "two"});
  // All of it would be no fault.
  CHECK(texts_of(apply(end_early(1'000'000)).reply) == Texts{"one", "two", "three"});
  const FaultyReply none = apply(end_early(0));
  CHECK(texts_of(none.reply).empty());
  CHECK_FALSE(none.reply.stream.empty());  // still a stream
  CHECK_FALSE(none.well_formed);
  CHECK(none.when_cut == Delivery::answered);
}

TEST_CASE("stream fault: an error in a stream is its last event", "[mocks][fault][stream]") {
  const FaultyReply faulty = apply(action(
      [](spec::MockAction& a) { a.stream_error = spec::MockAction::InStream{std::nullopt}; }));
  CHECK(texts_of(faulty.reply) == Texts{"one", "two", "error 2"});
  CHECK_FALSE(faulty.well_formed);
  CHECK(faulty.changed);
}

TEST_CASE("stream fault: a stall with a time is a pause, one without never ends",
          "[mocks][fault][stream]") {
  const auto stalled = [](std::optional<Duration> time) {
    return apply(action([&](spec::MockAction& a) { a.stall = spec::MockAction::Stall{3, time}; }));
  };
  const FaultyReply paused = stalled(5s);
  CHECK(texts_of(paused.reply) == kEvents);
  CHECK(paused.reply.stream[3].after == Duration{5001ms});
  CHECK(paused.reply.stream[2].after == Duration{1ms});
  CHECK(paused.well_formed);
  CHECK_FALSE(paused.reply.hang.has_value());

  const FaultyReply endless = stalled(std::nullopt);
  CHECK(texts_of(endless.reply) == Texts{"one", "two", "three"});
  CHECK(endless.reply.hang == Duration::max());
  CHECK(endless.when_cut == Delivery::hung);
}

TEST_CASE("stream fault: an answer that is no stream stays as it is and is no hit",
          "[mocks][fault][stream]") {
  AnswerSource plain = streaming();
  plain.healthy = [] { return json_reply(200, R"({"a":1})"); };
  const FaultyReply faulty = apply(end_early(1), plain);
  CHECK_FALSE(faulty.changed);
  CHECK(faulty.well_formed);
  CHECK(faulty.reply.body == R"({"a":1})");

  spec::MockAction with_drip = end_early(1);
  with_drip.drip = spec::MockAction::Drip{1, 1ms};
  CHECK(apply(with_drip, plain).changed);
}

TEST_CASE("stream fault: the core counts streams only, and tells the first hit once",
          "[mocks][fault][stream]") {
  std::vector<int> first_hits;
  MockOptions options;
  options.name = "openai";
  MockCore core{options, make_provider({}).value(), kOrigin,
                [&](int fault, TimePoint) { first_hits.push_back(fault); }};
  core.inject(4, fault_of(end_early(1)), kOrigin.steady);
  for (const bool stream : {false, true, false, true}) {
    const auto exchange = core.handle(chat(stream), kOrigin.steady);
    CHECK(exchange.reply.status == 200);
    CHECK(exchange.reply.stream.size() == (stream ? 1 : 0));
    core.delivered(exchange.number, HttpDelivery::complete, kOrigin.steady);
  }
  CHECK(first_hits == std::vector<int>{4});
  const auto report = core.fault_reports().at(0);
  CHECK(report.seen == 4);
  CHECK(report.hits == 2);
  CHECK(report.hits_by_step == std::vector<std::uint64_t>{2});
  const Ledger ledger = core.take_ledger(kOrigin.steady, kOrigin.steady);
  CHECK(ledger.entries[0].fault == -1);
  CHECK(ledger.entries[0].ok());
  CHECK(ledger.entries[1].fault == 4);
  CHECK_FALSE(ledger.entries[1].ok());
}

TEST_CASE("stream fault: a stalled stream has sent its status, and is let go when it heals",
          "[mocks][fault][stream]") {
  MockOptions options;
  options.name = "openai";
  MockCore core{options, make_provider({}).value(), kOrigin, {}};
  core.inject(0, fault_of(action([](spec::MockAction& a) { a.stall = spec::MockAction::Stall{}; })),
              kOrigin.steady);
  const auto exchange = core.handle(chat(true), kOrigin.steady);
  REQUIRE(exchange.held);
  bool released = false;
  core.held(exchange.number, [&] { released = true; });
  CHECK_FALSE(released);
  core.heal(0);
  CHECK(released);
  core.delivered(exchange.number, HttpDelivery::cut, kOrigin.steady + 1s);
  const Ledger ledger = core.take_ledger(kOrigin.steady, kOrigin.steady + 1s);
  CHECK(ledger.entries[0].status == 200);
  CHECK(ledger.entries[0].delivery == Delivery::hung);
}
