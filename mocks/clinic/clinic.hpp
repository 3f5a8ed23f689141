#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// How the reference system is to run. See README.md in this folder for what it does.
struct ClinicOptions {
  /// Sent when no key is given: mocks accept them, and nothing else is ever called.
  static constexpr std::string_view kPlaceholderKey = "sk-clinic-placeholder";
  static constexpr std::string_view kPlaceholderToken = "pat-clinic-placeholder";

  std::string profile = "medicalcor";  ///< One of spec::clinic_profiles().
  std::vector<std::string> defects;    ///< Of spec::clinic_defect_names(); empty is healthy.
  std::uint16_t port = 0;              ///< On 127.0.0.1; 0 picks a free one.
  /// "http://127.0.0.1:8080/v1", without a slash at the end; "" runs without AI: every lead is
  /// scored by the rules.
  std::string openai_base_url;
  std::string openai_api_key{kPlaceholderKey};          ///< Never logged.
  Duration openai_timeout = std::chrono::seconds{1};    ///< One whole call; 1 ms..1 min.
  std::uint32_t breaker_failures = 5;                   ///< In a row, to open; 1..1000.
  Duration breaker_open_for = std::chrono::seconds{1};  ///< Until the first trial; 1 ms..1 h.
  std::uint32_t half_open_trials = 1;                   ///< At the same time; 1..100.
  std::uint32_t openai_attempts = 3;                    ///< Calls for one lead; 1..10.
  /// Before the second attempt, doubled for each further one; half of it is left to chance.
  Duration openai_backoff = std::chrono::milliseconds{50};  ///< 1 ms..1 min.
  /// One lead, all attempts and the waits between them; 1 ms..10 min.
  Duration score_budget = std::chrono::milliseconds{1500};
  std::uint32_t openai_leads = 128;  ///< With the AI at the same time; 1..10000.
  std::uint32_t workers = 512;       ///< Requests that are worked on at the same time; 1..10000.
  std::string database_url;      ///< "postgres://…", never logged; "" runs without a database.
  std::uint32_t pool_size = 10;  ///< Database connections; 1..100.
  Duration pool_timeout = std::chrono::seconds{1};       ///< To get one; 1 ms..1 min.
  Duration statement_timeout = std::chrono::seconds{2};  ///< Of one statement; 1 ms..1 min.
  // What webhooks are signed with; "": those of that sender are not taken. Never logged.
  std::string stripe_secret;
  std::string twilio_token;  ///< Also what reminders are sent with.
  std::string hubspot_secret;
  std::string whatsapp_secret;
  std::string hubspot_base_url;                  ///< Of the CRM; "": webhooks change nothing.
  std::string hubspot_token{kPlaceholderToken};  ///< Never logged.
  Duration crm_timeout = std::chrono::milliseconds{300};  ///< One whole call; 1 ms..1 min.
  std::uint32_t crm_attempts = 2;                         ///< Calls for one webhook; 1..10.
  std::string twilio_base_url;                            ///< "": reminders are only counted.
  Duration reminder_every = std::chrono::seconds{1};      ///< 10 ms..1 h.
  std::string log_level = "info";  ///< "debug", "info", "warning" or "error": the least to log.
};

/// Value of an environment variable, or nothing when it is not set.
using EnvLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Options from the command line's values and these variables (an empty one counts as not set):
/// OPENAI_BASE_URL, OPENAI_API_KEY, CLINIC_OPENAI_TIMEOUT, CLINIC_BREAKER_FAILURES,
/// CLINIC_BREAKER_OPEN_FOR, CLINIC_HALF_OPEN_TRIALS, CLINIC_OPENAI_ATTEMPTS, CLINIC_OPENAI_BACKOFF,
/// CLINIC_SCORE_BUDGET, CLINIC_OPENAI_LEADS, CLINIC_WORKERS, CLINIC_LOG_LEVEL, DATABASE_URL,
/// CLINIC_POOL_SIZE, CLINIC_POOL_TIMEOUT, CLINIC_STATEMENT_TIMEOUT, CLINIC_STRIPE_SECRET,
/// CLINIC_TWILIO_TOKEN, CLINIC_HUBSPOT_SECRET, CLINIC_WHATSAPP_SECRET, HUBSPOT_BASE_URL,
/// HUBSPOT_ACCESS_TOKEN, CLINIC_CRM_TIMEOUT, CLINIC_CRM_ATTEMPTS, TWILIO_BASE_URL,
/// CLINIC_REMINDER_EVERY. Errors name the variable or
/// flag, the value (never the key) and what is accepted.
[[nodiscard]] Result<ClinicOptions> options_from(const EnvLookup& env, std::string profile,
                                                 std::vector<std::string> defects,
                                                 std::uint16_t port);

/// Serves until SIGTERM or SIGINT, then finishes what is under way (2 s at most; a second signal
/// ends it at once) and returns 0. Prints {"ready":true,"url":…} once on stdout when it serves, and
/// logs JSON lines on stderr. Returns 104 for options that are not accepted and 113 when it could
/// not start; the last log line says why.
///
/// Owns the calling thread and the process's signals while it runs; ignores SIGPIPE from then on.
[[nodiscard]] int run_clinic(const ClinicOptions& options);

}  // namespace firedrill
