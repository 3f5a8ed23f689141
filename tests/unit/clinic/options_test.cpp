#include "harness/base/units.hpp"
#include "harness/spec/names.hpp"
#include "mocks/clinic/clinic.hpp"
#include "mocks/clinic/defects.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <string>

namespace firedrill {
namespace {

using namespace std::chrono_literals;
using Env = std::map<std::string, std::string, std::less<>>;

Result<ClinicOptions> read(const Env& env, std::string profile = "medicalcor",
                           std::vector<std::string> defects = {}, std::uint16_t port = 0) {
  const EnvLookup lookup = [&env](std::string_view name) -> std::optional<std::string> {
    const auto found = env.find(name);
    if (found == env.end()) return std::nullopt;
    return found->second;
  };
  return options_from(lookup, std::move(profile), std::move(defects), port);
}

std::string error_of(const Result<ClinicOptions>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().message;
}

}  // namespace

TEST_CASE("clinic options: an empty environment gives the documented defaults",
          "[clinic][options]") {
  const auto options = read({{"OPENAI_BASE_URL", ""}});
  REQUIRE(options.has_value());
  CHECK(options->openai_base_url.empty());
  CHECK(options->openai_api_key == ClinicOptions::kPlaceholderKey);
  CHECK(options->openai_timeout == 1s);
  CHECK(options->breaker_failures == 5);
  CHECK(options->breaker_open_for == 1s);
  CHECK(options->half_open_trials == 1);
  CHECK(options->openai_attempts == 3);
  CHECK(options->openai_backoff == 50ms);
  CHECK(options->score_budget == 1500ms);
  CHECK(options->openai_leads == 128);
  CHECK(options->workers == 512);
  CHECK(options->log_level == "info");
}

TEST_CASE("clinic options: every variable is read", "[clinic][options]") {
  const auto options = read({{"OPENAI_BASE_URL", "http://127.0.0.1:8080/v1/"},
                             {"OPENAI_API_KEY", "sk-abc"},
                             {"CLINIC_OPENAI_TIMEOUT", "250ms"},
                             {"CLINIC_BREAKER_FAILURES", "3"},
                             {"CLINIC_BREAKER_OPEN_FOR", "2s"},
                             {"CLINIC_HALF_OPEN_TRIALS", "2"},
                             {"CLINIC_OPENAI_ATTEMPTS", "2"},
                             {"CLINIC_OPENAI_BACKOFF", "20ms"},
                             {"CLINIC_SCORE_BUDGET", "3s"},
                             {"CLINIC_OPENAI_LEADS", "20"},
                             {"CLINIC_WORKERS", "40"},
                             {"CLINIC_LOG_LEVEL", "error"}},
                            "medicalcor", {"leaks-5xx"}, 8000);
  REQUIRE(options.has_value());
  CHECK(options->openai_base_url == "http://127.0.0.1:8080/v1");
  CHECK(options->openai_api_key == "sk-abc");
  CHECK(options->openai_timeout == 250ms);
  CHECK(options->openai_attempts == 2);
  CHECK(options->openai_backoff == 20ms);
  CHECK(options->score_budget == 3s);
  CHECK(options->openai_leads == 20);
  CHECK(options->workers == 40);
  CHECK(options->breaker_failures == 3);
  CHECK(options->breaker_open_for == 2s);
  CHECK(options->half_open_trials == 2);
  CHECK(options->log_level == "error");
  CHECK(options->defects == std::vector<std::string>{"leaks-5xx"});
  CHECK(options->port == 8000);
}

TEST_CASE("clinic options: webhooks, their CRM and reminders", "[clinic][options]") {
  const auto none = read({});
  REQUIRE(none.has_value());
  CHECK(none->stripe_secret.empty());
  CHECK(none->twilio_token.empty());
  CHECK(none->hubspot_secret.empty());
  CHECK(none->whatsapp_secret.empty());
  CHECK(none->hubspot_base_url.empty());
  CHECK(none->twilio_base_url.empty());
  CHECK(none->crm_timeout == 300ms);
  CHECK(none->crm_attempts == 2);
  CHECK(none->reminder_every == 1s);
  const auto all = read({{"CLINIC_STRIPE_SECRET", "whsec_1"},
                         {"CLINIC_TWILIO_TOKEN", "token"},
                         {"CLINIC_HUBSPOT_SECRET", "hub"},
                         {"CLINIC_WHATSAPP_SECRET", "meta"},
                         {"HUBSPOT_BASE_URL", "http://127.0.0.1:81/"},
                         {"HUBSPOT_ACCESS_TOKEN", "pat-1"},
                         {"CLINIC_CRM_TIMEOUT", "100ms"},
                         {"CLINIC_CRM_ATTEMPTS", "1"},
                         {"TWILIO_BASE_URL", "http://127.0.0.1:82"},
                         {"CLINIC_REMINDER_EVERY", "200ms"}});
  REQUIRE(all.has_value());
  CHECK(all->stripe_secret == "whsec_1");
  CHECK(all->twilio_token == "token");
  CHECK(all->hubspot_secret == "hub");
  CHECK(all->whatsapp_secret == "meta");
  CHECK(all->hubspot_base_url == "http://127.0.0.1:81");
  CHECK(all->hubspot_token == "pat-1");
  CHECK(all->crm_timeout == 100ms);
  CHECK(all->crm_attempts == 1);
  CHECK(all->twilio_base_url == "http://127.0.0.1:82");
  CHECK(all->reminder_every == 200ms);
  for (const char* name : {"HUBSPOT_BASE_URL", "TWILIO_BASE_URL"}) {
    CHECK(error_of(read({{name, "http://api.twilio.com"}})).find("real provider") !=
          std::string::npos);
  }
  const std::string error = error_of(read({{"CLINIC_STRIPE_SECRET", "canary x"}}));
  CHECK(error.find("CLINIC_STRIPE_SECRET (not shown)") != std::string::npos);
  CHECK(error.find("canary") == std::string::npos);
}

TEST_CASE("clinic options: a bad variable is named with its value and what is accepted",
          "[clinic][options]") {
  CHECK(error_of(read({{"CLINIC_BREAKER_FAILURES", "0"}})) ==
        "environment variable CLINIC_BREAKER_FAILURES is '0'; accepted: a whole number from 1 to "
        "1000");
  CHECK(error_of(read({{"CLINIC_HALF_OPEN_TRIALS", "1x"}})) ==
        "environment variable CLINIC_HALF_OPEN_TRIALS is '1x'; accepted: a whole number from 1 to "
        "100");
  CHECK(error_of(read({{"CLINIC_OPENAI_TIMEOUT", "1000"}})) ==
        "environment variable CLINIC_OPENAI_TIMEOUT is '1000'; accepted: 1.00 ms to 60.0 s, with a "
        "unit, such as 250ms or 2s");
  CHECK(error_of(read({{"CLINIC_BREAKER_OPEN_FOR", "2h"}})).find("is '2h'; accepted: 1.00 ms to") !=
        std::string::npos);
  CHECK(error_of(read({{"CLINIC_LOG_LEVEL", "warn"}})) ==
        "environment variable CLINIC_LOG_LEVEL is 'warn'; accepted: debug, info, warning or error");
}

TEST_CASE("clinic options: the base URL must be plain HTTP and never a real provider's",
          "[clinic][options]") {
  for (const char* url : {"https://127.0.0.1/v1", "127.0.0.1:80", "http://", "http:///v1",
                          "http://user@127.0.0.1/", "http://127.0.0.1/v1?x", "http://a b/",
                          "http://api.openai.com/v1", "http://API.OPENAI.COM./v1"}) {
    CAPTURE(url);
    const std::string error = error_of(read({{"OPENAI_BASE_URL", url}}));
    CHECK(error.find("environment variable OPENAI_BASE_URL is '" + std::string{url} + "'") == 0);
    CHECK(error.find("accepted: http://HOST:PORT/PATH of a mock") != std::string::npos);
  }
  CHECK(read({{"OPENAI_BASE_URL", "http://[::1]:8080"}})->openai_base_url == "http://[::1]:8080");
}

TEST_CASE("clinic options: a bad key is refused without being shown", "[clinic][options]") {
  const std::string error = error_of(read({{"OPENAI_API_KEY", "canary\r\nx: y"}}));
  CHECK(error.find("OPENAI_API_KEY (not shown)") != std::string::npos);
  CHECK(error.find("canary") == std::string::npos);
}

TEST_CASE("clinic options: unknown profiles and defects are errors with a near miss",
          "[clinic][options]") {
  CHECK(error_of(read({}, "medicalcore")) ==
        "clinic: unknown profile 'medicalcore' (did you mean 'medicalcor'?); accepted: medicalcor");
  CHECK(error_of(read({}, "medicalcor", {"no-fallbck"}))
            .starts_with("clinic: unknown defect 'no-fallbck' (did you mean 'no-fallback'?); "
                         "accepted: no-fallback, breaker-never-opens, "));
}

TEST_CASE("clinic defects: every defect that the spec names is known and switches something on",
          "[clinic][defects]") {
  CHECK(*clinic::parse_defects({}) == clinic::Defects{});
  for (const std::string& name : spec::clinic_defect_names()) {
    CAPTURE(name);
    const auto defects = clinic::parse_defects({name});
    REQUIRE(defects.has_value());
    CHECK_FALSE(*defects == clinic::Defects{});
  }
}

TEST_CASE("clinic defects: a breaker with one never opens, with the other never tries again",
          "[clinic][defects]") {
  const clinic::CircuitBreaker::Options healthy;
  TimePoint now{Duration{1h}};

  clinic::CircuitBreaker never_opens{with_defects(healthy, {.breaker_never_opens = true})};
  for (int i = 0; i < 100'000; ++i) {
    auto permit = never_opens.try_acquire(now);
    REQUIRE(permit.has_value());
    permit->failed(now);
  }

  clinic::CircuitBreaker never_closes{with_defects(healthy, {.breaker_never_closes = true})};
  for (int i = 0; i < 5; ++i) never_closes.try_acquire(now)->failed(now);
  now += kDurationMax - 1ns;
  CHECK_FALSE(never_closes.try_acquire(now).has_value());
}

}  // namespace firedrill
