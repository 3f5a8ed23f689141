#include "mocks/apply_action.hpp"

#include "tests/unit/mocks/actions.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

/// A provider in two lines: a healthy document, and errors that name their status.
struct Source {
  int healthy_calls = 0;
  HttpReply healthy = json_reply(200, R"({"answer":"a crown costs 800"})");
  AnswerSource source{[this] {
                        ++healthy_calls;
                        return healthy;
                      },
                      [](int status) {
                        HttpReply reply =
                            json_reply(status, "{\"error\":" + std::to_string(status) + "}");
                        reply.headers.push_back({"x-request-id", "req_1"});
                        return reply;
                      }};
};

FaultyReply apply(Source& source, const spec::MockAction& action, Duration delay = 0ns) {
  MockFault::Decision decision;
  decision.action = action;
  decision.delay = delay;
  return apply_action(decision, source.source);
}

std::string text_of(const std::vector<HttpChunk>& stream) {
  std::string text;
  for (const HttpChunk& chunk : stream) text += chunk.bytes;
  return text;
}

HttpReply streamed() {
  HttpReply reply;
  for (const char* word : {"one", "two", "three", "four"}) {
    reply.stream.push_back({0ns, "data: {\"w\":\"" + std::string{word} + "\"}\n\n"});
  }
  return reply;
}

}  // namespace

TEST_CASE("fault action: none is the healthy answer", "[mocks][fault]") {
  Source source;
  const FaultyReply faulty = apply_action(MockFault::Decision{}, source.source);
  CHECK(faulty.reply.body == source.healthy.body);
  CHECK(faulty.well_formed);
  CHECK(faulty.when_cut == Delivery::answered);
  CHECK(source.healthy_calls == 1);
}

TEST_CASE("fault action: respond is the provider's own error, without asking for an answer",
          "[mocks][fault]") {
  Source source;
  const FaultyReply faulty = apply(source, respond_with(503));
  CHECK(faulty.reply.status == 503);
  CHECK(faulty.reply.body == R"({"error":503})");
  CHECK(find_header(faulty.reply.headers, "x-request-id") == "req_1");
  CHECK(source.healthy_calls == 0);
}

TEST_CASE("fault action: respond with a body keeps the headers and fits the content type",
          "[mocks][fault]") {
  Source source;
  const auto type_of = [&source](const std::string& body) {
    const auto faulty = apply(source, respond_with(502, body));
    CHECK(faulty.reply.status == 502);
    CHECK(faulty.reply.body == body);
    CHECK(find_header(faulty.reply.headers, "x-request-id") == "req_1");
    return std::string{find_header(faulty.reply.headers, "content-type")};
  };
  CHECK(type_of("<html>Bad Gateway</html>") == "text/html; charset=utf-8");
  CHECK(type_of(" {\"down\":true}") == "application/json");
  CHECK(type_of("upstream connect error") == "text/plain; charset=utf-8");
}

TEST_CASE("fault action: respond below 400 without a body is the healthy answer with that status",
          "[mocks][fault]") {
  Source source;
  const FaultyReply faulty = apply(source, respond_with(202));
  CHECK(faulty.reply.status == 202);
  CHECK(faulty.reply.body == source.healthy.body);
}

TEST_CASE("fault action: latency goes before whatever else happens", "[mocks][fault]") {
  Source source;
  source.healthy.delay = 40ms;
  spec::MockAction late;
  late.latency = spec::Delay{spec::Delay::Kind::fixed, 300ms, 0ns};
  CHECK(apply(source, late, 300ms).reply.delay == 340ms);
  late.respond = spec::MockAction::Respond{500, std::nullopt};
  CHECK(apply(source, late, 300ms).reply.delay == 300ms);
  late.reset = true;
  CHECK(apply(source, late, 300ms).reply.delay == 300ms);
}

TEST_CASE("fault action: hang sends nothing, then closes", "[mocks][fault]") {
  Source source;
  const FaultyReply timed = apply(source, hang_for(500ms));
  CHECK(timed.reply.hang == Duration{500ms});
  CHECK(timed.reply.then == HttpReply::Then::close);
  CHECK(timed.when_cut == Delivery::hung);

  const FaultyReply endless = apply(source, hang_for());
  CHECK(endless.reply.hang == Duration::max());
  CHECK(source.healthy_calls == 0);
}

TEST_CASE("fault action: reset cuts the connection at once and wins over everything",
          "[mocks][fault]") {
  Source source;
  spec::MockAction everything = respond_with(500);
  everything.hang = spec::MockAction::Hang{};
  everything.reset = true;
  const FaultyReply faulty = apply(source, everything);
  CHECK(faulty.reply.hang == Duration{0});
  CHECK(faulty.reply.then == HttpReply::Then::reset);
  CHECK(faulty.when_cut == Delivery::reset);
  CHECK(source.healthy_calls == 0);
}

TEST_CASE("fault action: truncate promises the whole body and never sends all of it",
          "[mocks][fault]") {
  Source source;
  const FaultyReply some = apply(source, truncate_after(10));
  CHECK(some.reply.cut_after == 10U);
  CHECK(some.reply.body == source.healthy.body);
  CHECK(some.reply.then == HttpReply::Then::close);
  CHECK(some.when_cut == Delivery::truncated);

  const FaultyReply more = apply(source, truncate_after(100'000));
  CHECK(more.reply.cut_after == source.healthy.body.size() - 1);

  source.healthy = streamed();
  const FaultyReply stream = apply(source, truncate_after(100'000));
  CHECK(stream.reply.cut_after == text_of(source.healthy.stream).size() - 1);
}

TEST_CASE("fault action: malformed is a 200 whose JSON breaks off", "[mocks][fault]") {
  Source source;
  for (const char* body : {R"({"answer":"a crown"})", "[1,2]", "{}", "12", "", "\"text\"",
                           R"( {"padded": [1, {"a": 2}]} )"}) {
    CAPTURE(body);
    source.healthy = json_reply(401, body);
    const FaultyReply faulty = apply(source, malform_it());
    CHECK(faulty.reply.status == 200);
    CHECK_FALSE(faulty.well_formed);
    CHECK_FALSE(nlohmann::json::accept(faulty.reply.body));
    CHECK_FALSE(faulty.reply.body.empty());
    CHECK(faulty.when_cut == Delivery::answered);
  }
}

TEST_CASE("fault action: malformed with a status keeps that status", "[mocks][fault]") {
  Source source;
  spec::MockAction both = respond_with(500);
  both.malformed = true;
  const FaultyReply faulty = apply(source, both);
  CHECK(faulty.reply.status == 500);
  CHECK_FALSE(nlohmann::json::accept(faulty.reply.body));
}

TEST_CASE("fault action: a malformed stream ends inside an event", "[mocks][fault]") {
  Source source;
  source.healthy = streamed();
  const FaultyReply faulty = apply(source, malform_it());
  REQUIRE(faulty.reply.stream.size() == 3);
  const std::string last = faulty.reply.stream.back().bytes;
  CHECK(last.starts_with("data: "));
  CHECK_FALSE(nlohmann::json::accept(last.substr(6)));
  CHECK(faulty.reply.stream.front().bytes == source.healthy.stream.front().bytes);
  CHECK_FALSE(faulty.well_formed);
}

TEST_CASE("fault action: drip sets the pace and loses no byte", "[mocks][fault]") {
  Source source;
  spec::MockAction slowly;
  slowly.drip = spec::MockAction::Drip{3, 20ms};
  const FaultyReply plain = apply(source, slowly);
  CHECK(plain.reply.drip_bytes == 3);
  CHECK(plain.reply.drip_every == Duration{20ms});
  CHECK(plain.reply.body == source.healthy.body);

  source.healthy = streamed();
  const FaultyReply stream = apply(source, slowly);
  CHECK(text_of(stream.reply.stream) == text_of(source.healthy.stream));
  for (const HttpChunk& chunk : stream.reply.stream) {
    CHECK(chunk.bytes.size() <= 3);
    CHECK(chunk.after == Duration{20ms});
  }
}

TEST_CASE("fault action: beyond its rate limit it is the provider's 429, within it healthy",
          "[mocks][fault]") {
  Source source;
  MockFault::Decision decision;
  decision.action = limit_to(Rate{5});
  CHECK(apply_action(decision, source.source).reply.status == 200);
  decision.over_rate = true;
  CHECK(apply_action(decision, source.source).reply.status == 429);
}
