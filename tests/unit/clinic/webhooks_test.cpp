#include "mocks/webhooks/signature.hpp"
#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <string>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;
using Ids = std::vector<std::string>;

std::int64_t unix_seconds(const AppBench& bench) {
  return std::chrono::floor<std::chrono::seconds>(bench.clock.wall_now().time_since_epoch())
      .count();
}

HttpRequest webhook_to(const std::string& path, std::string body) {
  HttpRequest request = AppBench::score_request(std::move(body));
  request.path = path;
  request.target = path;
  request.headers.push_back({"Host", "127.0.0.1:8080"});
  return request;
}

/// Signed `age` ago.
HttpRequest stripe_event(const AppBench& bench, const std::string& id, Duration age = {}) {
  HttpRequest request = webhook_to("/webhooks/stripe", json{{"id", id}, {"type", "t"}}.dump());
  const std::array<std::string, 1> secrets{"whsec_bench"};
  const auto before = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  request.headers.push_back(
      {"Stripe-Signature", stripe_signature(secrets, unix_seconds(bench) - before, request.body)});
  return request;
}

/// HubSpot's request with events of these numbers.
HttpRequest hubspot_events(const AppBench& bench, int first, int last) {
  json events = json::array();
  for (int id = first; id <= last; ++id) {
    events.push_back({{"eventId", id}, {"subscriptionType", "contact.creation"}});
  }
  HttpRequest request = webhook_to("/webhooks/hubspot", events.dump());
  const std::int64_t time = unix_seconds(bench) * 1000;
  request.headers.push_back({"X-HubSpot-Request-Timestamp", std::to_string(time)});
  request.headers.push_back(
      {"X-HubSpot-Signature-v3",
       hubspot_signature_v3("hubspot-bench", "POST", "http://127.0.0.1:8080/webhooks/hubspot",
                            request.body, time)});
  return request;
}

json shown(AppBench& bench, const char* path, const char* list) {
  return json::parse(bench.get(path).body).at(list);
}

json events_shown(AppBench& bench) { return shown(bench, "/api/events", "events"); }
json letters_shown(AppBench& bench) { return shown(bench, "/api/dead-letters", "items"); }

json reprocess(AppBench& bench) {
  const HttpReply reply = bench.post("/api/dead-letters/reprocess", "");
  CHECK(reply.status == 200);
  return json::parse(reply.body);
}

bool counts(AppBench& bench, const std::string& provider, const std::string& outcome, int count) {
  return bench.metrics_say("clinic_webhooks_total{provider=\"" + provider + "\",outcome=\"" +
                           outcome + "\"} " + std::to_string(count)) ||
         bench.metrics_say("clinic_webhooks_total{outcome=\"" + outcome + "\",provider=\"" +
                           provider + "\"} " + std::to_string(count));
}

}  // namespace

TEST_CASE("clinic webhooks: a good one has its effect, and a second delivery has none",
          "[clinic][webhooks]") {
  AppBench bench;
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
  CHECK(bench.effect.tried == Ids{"evt_1"});
  CHECK(events_shown(bench) == json::array({{{"id", "evt_1"},
                                             {"provider", "stripe"},
                                             {"type", "t"},
                                             {"processed", 1},
                                             {"received_at", "2023-11-14T22:13:30.000Z"},
                                             {"sequence", 1}}}));
  CHECK(counts(bench, "stripe", "processed", 1));
  CHECK(counts(bench, "stripe", "duplicate", 1));
}

TEST_CASE("clinic webhooks: a second delivery has none while the first is under way",
          "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.holds = true;
  CHECK_FALSE(bench.begin(stripe_event(bench, "evt_1")).has_value());
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
  CHECK(bench.effect.tried == Ids{"evt_1"});
}

TEST_CASE("clinic webhooks: the same id of two senders is two events", "[clinic][webhooks]") {
  AppBench bench;
  CHECK(bench.send(stripe_event(bench, "7")).status == 200);
  CHECK(bench.send(hubspot_events(bench, 7, 7)).status == 200);
  CHECK(bench.effect.tried == Ids{"7", "7"});
}

TEST_CASE("clinic webhooks: Twilio is answered in TwiML", "[clinic][webhooks]") {
  AppBench bench;
  HttpRequest request = webhook_to("/webhooks/twilio", "CallSid=CA1&CallStatus=ringing");
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  HttpRequest forged = request;
  request.headers.push_back(
      {"X-Twilio-Signature",
       twilio_signature("twilio-bench", "http://127.0.0.1:8080/webhooks/twilio",
                        {{"CallSid", "CA1"}, {"CallStatus", "ringing"}})});
  const HttpReply reply = bench.send(request);
  CHECK(reply.status == 200);
  CHECK(find_header(reply.headers, "Content-Type") == "text/xml");
  CHECK(reply.body.find("<Response>") != std::string::npos);
  CHECK(bench.send(forged).status == 400);
  forged.headers.push_back({"X-Twilio-Signature", "AAAA"});
  CHECK(bench.send(forged).status == 403);
  CHECK(bench.effect.tried == Ids{"CA1:ringing"});
}

TEST_CASE("clinic webhooks: what is unsigned, forged, stale, malformed or too large has no effect",
          "[clinic][webhooks]") {
  AppBench bench;
  HttpRequest unsigned_one = webhook_to("/webhooks/stripe", R"({"id":"evt_1","type":"t"})");
  CHECK(bench.send(unsigned_one).status == 400);
  HttpRequest forged = stripe_event(bench, "evt_1");
  forged.body = R"({"id":"evt_2","type":"t"})";
  CHECK(bench.send(forged).status == 400);
  CHECK(bench.send(stripe_event(bench, "evt_1", 301s)).status == 400);
  CHECK(bench.send(stripe_event(bench, "")).status == 400);
  HttpRequest large = stripe_event(bench, "evt_1");
  large.body.resize(256 * 1024 + 1, ' ');
  CHECK(bench.send(large).status == 413);
  CHECK(bench.effect.tried.empty());
  CHECK(events_shown(bench).empty());
  CHECK(counts(bench, "stripe", "unsigned", 2));
  CHECK(counts(bench, "stripe", "stale", 1));
  CHECK(counts(bench, "stripe", "malformed", 2));
  CHECK(bench.send(stripe_event(bench, "evt_1", 300s)).status == 200);
}

TEST_CASE("clinic webhooks: without a secret they are not taken, and the answer says which",
          "[clinic][webhooks]") {
  AppBench bench;
  FrontDesk desk{{.effect = bench.effect,
                  .metrics = bench.metrics,
                  .log = bench.log,
                  .clock = bench.clock,
                  .pause = [&bench](Duration time) { return bench.pass(time); }},
                 {},
                 {}};
  Answered answered;
  net::co_spawn(bench.io, desk.receive(WebhookSender::whatsapp, stripe_event(bench, "1"), "corr-7"),
                [&answered](const std::exception_ptr& thrown, Answered got) {
                  REQUIRE_FALSE(thrown);
                  answered = std::move(got);
                });
  bench.io.restart();
  bench.io.poll();
  CHECK(answered.reply.status == 503);
  CHECK(answered.reply.body.find("CLINIC_WHATSAPP_SECRET is not set") != std::string::npos);
  CHECK(counts(bench, "whatsapp", "unconfigured", 1));
}

TEST_CASE(
    "clinic webhooks: an effect that fails waits among the dead letters until it is made up "
    "for, once",
    "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.fail(true);
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
  CHECK(bench.send(stripe_event(bench, "evt_2")).status == 200);
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);  // known, and waiting
  CHECK(bench.metrics_say("clinic_dead_letters 2"));
  CHECK(events_shown(bench).at(0).at("processed") == 0);
  CHECK(letters_shown(bench).at(0) == json{{"id", "evt_1"},
                                           {"provider", "stripe"},
                                           {"reason", "the CRM answered 503"},
                                           {"attempts", 1}});

  // Too early: the first that fails is the last that is tried.
  CHECK(reprocess(bench) == json{{"reprocessed", 0}, {"left", 2}});
  CHECK(bench.effect.tried == Ids{"evt_1", "evt_2", "evt_1"});
  CHECK(letters_shown(bench).at(0).at("attempts") == 2);
  CHECK(letters_shown(bench).at(1).at("attempts") == 1);

  bench.effect.succeed();
  CHECK(reprocess(bench) == json{{"reprocessed", 2}, {"left", 0}});
  CHECK(reprocess(bench) == json{{"reprocessed", 0}, {"left", 0}});
  for (const json& event : events_shown(bench)) CHECK(event.at("processed") == 1);
  CHECK(bench.metrics_say("clinic_dead_letters 0"));
  CHECK(counts(bench, "stripe", "reprocessed", 2));
}

TEST_CASE("clinic webhooks: a letter that is refused for itself does not hold up the others",
          "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.fail(false);
  bench.send(stripe_event(bench, "evt_1"));
  bench.send(stripe_event(bench, "evt_2"));
  bench.effect.tried.clear();
  CHECK(reprocess(bench) == json{{"reprocessed", 0}, {"left", 2}});
  CHECK(bench.effect.tried == Ids{"evt_1", "evt_2"});
}

TEST_CASE("clinic webhooks: two who reprocess at a time share the work", "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.fail(true);
  for (const char* id : {"evt_1", "evt_2"}) bench.send(stripe_event(bench, id));
  bench.effect.succeed();
  bench.effect.tried.clear();
  bench.effect.holds = true;
  HttpRequest request = AppBench::score_request("");
  request.path = "/api/dead-letters/reprocess";
  CHECK_FALSE(bench.begin(request).has_value());
  CHECK_FALSE(bench.begin(request).has_value());
  CHECK(bench.effect.tried == Ids{"evt_1", "evt_2"});
}

TEST_CASE("clinic webhooks: of one request nothing is tried any more once the CRM is away",
          "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.fail(true);
  CHECK(bench.send(hubspot_events(bench, 1, 100)).status == 200);
  CHECK(bench.effect.tried == Ids{"1"});
  CHECK(letters_shown(bench).size() == 100);
}

TEST_CASE(
    "clinic webhooks: what finds no place is not acknowledged, and is new when it comes again",
    "[clinic][webhooks]") {
  AppBench bench;
  bench.effect.fail(true);
  for (int i = 0; i < 10; ++i) {
    CHECK(bench.send(hubspot_events(bench, 1 + i * 100, 100 + i * 100)).status == 200);
  }
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 503);
  CHECK(bench.metrics_say("clinic_dead_letters 1000"));
  CHECK(bench.metrics_say("clinic_dead_letters_refused_total 1"));
  CHECK(counts(bench, "stripe", "overflow", 1));
  bench.effect.succeed();
  CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
  CHECK(counts(bench, "stripe", "processed", 1));
}

TEST_CASE("clinic webhooks: older events are forgotten, and counted", "[clinic][webhooks]") {
  AppBench bench;
  WebhookInbox inbox{{bench.effect, bench.metrics, bench.log, bench.clock}, {}, 2};
  const std::vector<WebhookEvent> three{{"a", "t"}, {"b", "t"}, {"c", "t"}};
  net::co_spawn(bench.io, inbox.take(WebhookSender::stripe, three, "corr-7"),
                [](const std::exception_ptr& thrown, bool taken) {
                  REQUIRE_FALSE(thrown);
                  CHECK(taken);
                });
  bench.io.restart();
  bench.io.poll();
  CHECK(inbox.forgotten() == 1);
  CHECK(json::parse(inbox.json()).at("events").size() == 2);
}

TEST_CASE("clinic webhooks: nothing that was sent is in the log", "[clinic][webhooks][privacy]") {
  AppBench bench;
  bench.effect.fail(true);
  bench.send(stripe_event(bench, "evt_canary"));
  bench.send(webhook_to("/webhooks/twilio", "From=%2B15550100123&Body=canary"));
  CHECK(bench.sink.text.find("webhook refused") != std::string::npos);
  CHECK(bench.sink.text.find("anary") == std::string::npos);
  CHECK(bench.sink.text.find("5550100123") == std::string::npos);
}

TEST_CASE("clinic: defects of webhooks", "[clinic][webhooks][defects]") {
  SECTION("dlq-drops") {
    AppBench bench{{.dlq_drops = true}};
    bench.effect.fail(true);
    CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
    CHECK(letters_shown(bench).empty());
    CHECK(events_shown(bench).at(0).at("processed") == 0);
  }
  SECTION("duplicate-effects") {
    AppBench bench{{.duplicate_effects = true}};
    CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
    CHECK(bench.send(stripe_event(bench, "evt_1")).status == 200);
    CHECK(events_shown(bench).at(0).at("processed") == 2);
  }
  SECTION("unsigned-accepted") {
    AppBench bench{{.unsigned_accepted = true}};
    CHECK(bench.send(webhook_to("/webhooks/stripe", R"({"id":"1","type":"t"})")).status == 200);
    CHECK(bench.send(stripe_event(bench, "evt_1", 301s)).status == 400);
  }
  SECTION("stale-accepted") {
    AppBench bench{{.stale_accepted = true}};
    CHECK(bench.send(stripe_event(bench, "evt_1", 24h)).status == 200);
    CHECK(bench.send(webhook_to("/webhooks/stripe", R"({"id":"1","type":"t"})")).status == 400);
  }
}

}  // namespace firedrill::clinic
