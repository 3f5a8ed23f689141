// What the service keeps beside leads and webhooks, and what it says about itself while it does.
#include "mocks/clinic/chat_completion.hpp"
#include "mocks/clinic/mask.hpp"
#include "mocks/clinic/reminder_job.hpp"
#include "tests/unit/clinic/app_bench.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace firedrill::clinic {
namespace {

using namespace test;
using nlohmann::json;

std::string booking_of(const std::string& slot, const std::string& patient = "Zoe Canary") {
  return json{{"slot", slot}, {"patient", patient}}.dump();
}

json bookings_shown(AppBench& bench) {
  return json::parse(bench.get("/api/bookings").body).at("bookings");
}

json audit_shown(AppBench& bench) {
  return json::parse(bench.get("/api/audit").body).at("entries");
}

net::awaitable<void> opened(net::steady_timer* gate) { co_await gate->async_wait(as_result); }

/// Two who ask for the same slot, the second while the first is still being served.
std::pair<int, int> rival_statuses(Defects defects) {
  net::io_context io{1};
  net::steady_timer gate{io, net::steady_timer::time_point::max()};
  Bookings bookings{defects, [&gate](Duration) { return opened(&gate); }};
  int given = 0;
  int refused = 0;
  for (const char* id : {"booking_1", "booking_2"}) {
    net::co_spawn(io, bookings.book({"10:00", "Zoe"}, id),
                  [&](const std::exception_ptr&, std::optional<Bookings::Refusal> refusal) {
                    ++(refusal ? refused : given);
                  });
  }
  io.poll();
  gate.cancel();
  io.restart();
  io.poll();
  return {given, refused};
}

/// The job, as often as it beats in `times` periods.
void beat(AppBench& bench, int times, Defects defects = {}) {
  const EgressGuard guard;
  HttpClient http{bench.io, guard, {}};
  ReminderJob job{bench.io, http, bench.metrics, bench.log, {}, defects};
  for (int i = 0; i < times; ++i) {
    net::co_spawn(bench.io, job.beat(), net::detached);
    bench.io.restart();
    bench.io.poll();
  }
}

}  // namespace

TEST_CASE("clinic bookings: a slot is given once, and who comes later is told so",
          "[clinic][bookings]") {
  AppBench bench;
  const HttpReply first = bench.post("/api/bookings", booking_of("10:00", "Ana"));
  CHECK(first.status == 201);
  const std::string id = json::parse(first.body).at("booking_id").get<std::string>();
  CHECK(id.starts_with("booking_"));
  CHECK(bench.post("/api/bookings", booking_of("10:00", "Ben")).status == 409);
  CHECK(bench.post("/api/bookings", booking_of("11:00", "Ben")).status == 201);
  const json all = bookings_shown(bench);
  REQUIRE(all.size() == 2);
  CHECK(all.at(0) == json{{"id", id}, {"slot", "10:00"}, {"patient", "Ana"}});
}

TEST_CASE("clinic bookings: what is no booking is 400 and quotes nothing", "[clinic][bookings]") {
  AppBench bench;
  for (const std::string& body :
       {std::string{}, std::string{"[]"}, std::string{R"({"slot":"canary"})"},
        std::string{R"({"slot":7,"patient":"canary"})"}, booking_of("", "canary"),
        booking_of(std::string(101, 'x'), "canary"), booking_of("10:00", std::string(201, 'x'))}) {
    const HttpReply reply = bench.post("/api/bookings", body);
    CHECK(reply.status == 400);
    CHECK(reply.body.find("canary") == std::string::npos);
    CHECK(reply.body.find("accepted: ") != std::string::npos);
  }
  CHECK(bench.post("/api/bookings", std::string(65'537, ' ')).status == 413);
  CHECK(bookings_shown(bench).empty());
}

TEST_CASE("clinic bookings: one path takes two methods", "[clinic][bookings]") {
  AppBench bench;
  HttpRequest request;
  request.method = "DELETE";
  request.path = "/api/bookings";
  const HttpReply reply = bench.send(request);
  CHECK(reply.status == 405);
  CHECK(find_header(reply.headers, "Allow") == "GET, HEAD, POST");
  request.method = "HEAD";
  CHECK(bench.send(request).status == 200);
}

TEST_CASE("clinic bookings: full, it takes no more and counts that", "[clinic][bookings]") {
  net::io_context io{1};
  Bookings bookings{{}, {}, 1};
  std::vector<std::optional<Bookings::Refusal>> answers;
  for (const char* slot : {"10:00", "11:00", "10:00"}) {
    net::co_spawn(io, bookings.book({slot, "Zoe"}, slot),
                  [&](const std::exception_ptr&, std::optional<Bookings::Refusal> refusal) {
                    answers.push_back(refusal);
                  });
  }
  io.poll();
  CHECK(answers == std::vector<std::optional<Bookings::Refusal>>{
                       std::nullopt, Bookings::Refusal::full, Bookings::Refusal::taken});
  CHECK(bookings.refused() == 1);
}

TEST_CASE("clinic: the defect double-booking gives a slot to both of two rivals",
          "[clinic][bookings][defects]") {
  CHECK(rival_statuses({}) == std::pair{1, 1});
  CHECK(rival_statuses({.double_booking = true}) == std::pair{2, 0});
}

TEST_CASE("clinic audit: one entry for each access to patients' data, failed ones too",
          "[clinic][audit]") {
  AppBench bench;
  bench.score();
  bench.send(AppBench::score_request("{"));
  bench.ai.throws = true;
  CHECK(bench.score().status == 500);
  const HttpReply booked = bench.post("/api/bookings", booking_of("10:00"));
  bench.get("/api/bookings");
  bench.get("/api/prices");
  bench.get("/health");
  bench.get("/api/leads/score");  // 405: touched nothing
  const json entries = audit_shown(bench);
  REQUIRE(entries.size() == 5);
  CHECK(entries.at(0).at("action") == "lead.score");
  CHECK(entries.at(0).at("subject").get<std::string>().starts_with("lead_"));
  CHECK(entries.at(0).at("correlation_id") == "corr-7");
  CHECK(entries.at(0).at("at") == "2023-11-14T22:13:30.000Z");
  CHECK(entries.at(0).at("success") == true);
  for (const std::size_t failed_one : {1U, 2U}) {
    CHECK(entries.at(failed_one).at("action") == "lead.score");
    CHECK(entries.at(failed_one).at("success") == false);
  }
  CHECK(entries.at(3).at("action") == "booking.make");
  CHECK(entries.at(3).at("subject") == json::parse(booked.body).at("booking_id"));
  CHECK(entries.at(4).at("action") == "bookings.read");
  CHECK(entries.dump().find("anary") == std::string::npos);
}

TEST_CASE("clinic audit: old entries make room and are counted", "[clinic][audit]") {
  AuditLog log{{}, 2};
  for (const char* subject : {"a", "b", "c"}) {
    log.write({.action = "lead.score", .subject = subject, .correlation_id = "", .at = {}});
  }
  CHECK(log.forgotten() == 1);
  CHECK(json::parse(log.json()).at("entries").at(0).at("subject") == "b");
}

TEST_CASE("clinic: the defect audit-gap loses every tenth entry", "[clinic][audit][defects]") {
  AppBench bench{{.audit_gap = true}};
  for (int i = 0; i < 20; ++i) bench.score();
  CHECK(audit_shown(bench).size() == 18);
}

TEST_CASE("clinic cost: tokens are counted by kind, and priced", "[clinic][metrics]") {
  AppBench bench;
  bench.ai.next.usage = {.prompt = 400'000, .completion = 100'000};
  bench.score();
  CHECK(bench.metrics_say("clinic_openai_tokens_total{kind=\"prompt\"} 400000"));
  CHECK(bench.metrics_say("clinic_openai_tokens_total{kind=\"completion\"} 100000"));
  CHECK(bench.metrics_say("clinic_openai_spend_usd_total 2"));
}

TEST_CASE("clinic: the defect cost-undercounted leaves out what answers cost",
          "[clinic][metrics][defects]") {
  AppBench bench{{.cost_undercounted = true}};
  bench.ai.next.usage = {.prompt = 400'000, .completion = 100'000};
  bench.score();
  CHECK(bench.metrics_say("clinic_openai_tokens_total{kind=\"prompt\"} 400000"));
  CHECK(bench.metrics_say("clinic_openai_tokens_total{kind=\"completion\"} 0"));
  CHECK(bench.metrics_say("clinic_openai_spend_usd_total 1"));
}

TEST_CASE("clinic reminders: each period has its heartbeat and its reminder",
          "[clinic][reminders]") {
  AppBench bench;
  beat(bench, 20);
  CHECK(bench.metrics_say("clinic_heartbeats_total 20"));
  CHECK(bench.metrics_say("clinic_reminders_total 20"));
  CHECK(bench.metrics_say("clinic_reminders_failed_total 0"));
}

TEST_CASE("clinic: the defect cron-silent ends the job without a word",
          "[clinic][reminders][defects]") {
  AppBench bench;
  const std::string before = bench.sink.text;
  beat(bench, 20, {.cron_silent = true});
  CHECK(bench.sink.text == before);
  CHECK(bench.metrics_say("clinic_heartbeats_total 5"));
  CHECK(bench.metrics_say("clinic_reminders_total 5"));
}

TEST_CASE("clinic: the defect memory-leak keeps 64 KiB of each request", "[clinic][defects]") {
  const auto grown_by = [](Defects defects) {
    AppBench bench{defects};
    bench.get("/health");
    const auto before = read_process_stats().resident_bytes;
    for (int i = 0; i < 800; ++i) bench.get("/health");
    return read_process_stats().resident_bytes - before;
  };
  const auto leak = grown_by({.memory_leak = true});
  CHECK(leak > 30U * 1024 * 1024);
  CHECK(leak < 80U * 1024 * 1024);
}

TEST_CASE("clinic: open descriptors are counted", "[clinic][metrics]") {
  AppBench bench;
  const std::uint64_t before = read_process_stats().open_fds;
  REQUIRE(before >= 3);
  CHECK(bench.metrics_say("process_open_fds " + std::to_string(before)));
}

TEST_CASE("mask: what tells who somebody is gives way to what it was", "[clinic][privacy]") {
  const auto [text, wanted] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"an implant, 2 crowns and 950 EUR", "an implant, 2 crowns and 950 EUR"},
      {"write to zoe.c@example.co.uk, please", "write to [email] please"},
      {"my SSN is 123-45-6789.", "my SSN is [ssn]."},
      {"call +1 (555) 010-0123 or 15550100123", "call [number] or [number]"},
      {"I am zoe CANARY, not Zoey", "I am [name] [name], not Zoey"},
      {"Zoe's tooth; canary", "[name]'s tooth; [name]"},
      {"Mr Canary-Zoe", "Mr [name]-[name]"},
      {"ZoeCanary", "ZoeCanary"},
  }));
  CHECK(masked(text, "Zoe  Canary X") == wanted);
}

TEST_CASE("clinic: the AI gets the message masked, but for the defect phi-to-third-party",
          "[clinic][privacy][defects]") {
  const Lead lead{.phone = "+15550100123",
                  .name = "Zoe Canary",
                  .message = "Zoe here, SSN 123-45-6789, mail z@example.com, wants an implant"};
  const std::string sent = chat_request(lead);
  for (const char* secret : {"Zoe", "Canary", "5550100123", "123-45-6789", "example.com"}) {
    CAPTURE(secret);
    CHECK(sent.find(secret) == std::string::npos);
    CHECK(chat_request(lead, Privacy::in_the_clear).find(secret) != std::string::npos);
  }
  CHECK(sent.find("wants an implant") != std::string::npos);
}

TEST_CASE("clinic: the defect phi-in-logs logs who wrote what", "[clinic][privacy][defects]") {
  AppBench bench{{.phi_in_logs = true}};
  bench.score();
  CHECK(bench.sink.text.find("Zoe Canary") != std::string::npos);
  CHECK(bench.sink.text.find("+15550100123") != std::string::npos);
  CHECK(bench.sink.text.find("wants an implant") != std::string::npos);
}

}  // namespace firedrill::clinic
