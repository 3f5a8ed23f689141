#include "harness/aio/egress_guard.hpp"
#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/clients/endpoint.hpp"
#include "harness/spec/names.hpp"
#include "mocks/clinic/clinic.hpp"
#include "mocks/clinic/defects.hpp"
#include "mocks/clinic/log.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kUrlForm =
    "; accepted: http://HOST:PORT/PATH of a mock, such as http://127.0.0.1:8080/v1";

/// Every error of a variable begins the same way.
Error variable_error(std::string_view name, std::string_view value, std::string_view rest) {
  return Error{"environment variable " + std::string{name} + " is '" + std::string{value} + "'" +
               std::string{rest}};
}

bool is_visible_ascii(char c) { return c > ' ' && c < '\x7f'; }

/// The host between "http://" and the port or path; "" when there is none.
std::string_view host_of(std::string_view url) {
  const std::string_view rest = url.substr(std::string_view{"http://"}.size());
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find_first_of(":/"));
}

Result<std::string> base_url_from(std::string_view name, std::string value) {
  if (!value.starts_with("http://")) {
    return variable_error(name, value,
                          std::string{" and does not begin with http://"}.append(kUrlForm));
  }
  const bool clean = std::all_of(value.begin(), value.end(), is_visible_ascii) &&
                     value.find_first_of("?#@") == std::string::npos;
  const std::string_view host = clean ? host_of(value) : std::string_view{};
  if (host.empty()) {
    return variable_error(name, value,
                          std::string{" and has no plain host and path"}.append(kUrlForm));
  }
  if (is_real_provider(host)) {
    return variable_error(
        name, value,
        std::string{"; the reference system never calls a real provider"}.append(kUrlForm));
  }
  while (value.ends_with('/')) value.pop_back();
  return value;
}

Result<std::string> api_key_from(std::string_view name, std::string value) {
  if (std::all_of(value.begin(), value.end(), is_visible_ascii)) return value;
  return Error{
      "environment variable " + std::string{name} +
      " (not shown) contains blanks or characters outside visible ASCII; accepted: a key as "
      "it stands in an Authorization header, such as sk-abc123"};
}

/// The value may hold a password, and is not shown.
Result<std::string> database_url_from(std::string_view name, const std::string& value) {
  const bool is_url = value.starts_with("postgres://") || value.starts_with("postgresql://");
  if (is_url && parse_endpoint(value, kPostgresPort)) return value;
  return Error{"environment variable " + std::string{name} +
               " (not shown) is no URL of a database; accepted: "
               "postgres://USER:PASSWORD@127.0.0.1:5432/DATABASE"};
}

Result<Duration> duration_from(std::string_view name, std::string_view value, Duration least,
                               Duration most) {
  const std::string accepted = "; accepted: " + to_text(least) + " to " + to_text(most) +
                               ", with a unit, such as 250ms or 2s";
  const Result<Duration> parsed = parse_duration(value);
  if (!parsed || *parsed < least || *parsed > most) return variable_error(name, value, accepted);
  return *parsed;
}

Result<std::uint32_t> count_from(std::string_view name, std::string_view value,
                                 std::uint32_t most) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
  const bool whole = error == std::errc{} && end == value.data() + value.size();
  if (!whole || count < 1 || count > most) {
    return variable_error(name, value,
                          "; accepted: a whole number from 1 to " + std::to_string(most));
  }
  return count;
}

auto duration_within(Duration least, Duration most) {
  return [=](std::string_view name, const std::string& value) {
    return duration_from(name, value, least, most);
  };
}

auto count_up_to(std::uint32_t most) {
  return [=](std::string_view name, const std::string& value) {
    return count_from(name, value, most);
  };
}

Result<std::string> log_level_from(std::string_view name, std::string value) {
  if (clinic::parse_log_level(value)) return value;
  const std::vector<std::string> levels = clinic::log_level_names();
  return variable_error(name, value,
                        did_you_mean(value, levels) + "; accepted: " + join_or(levels));
}

/// Reads variables one after the other into the options; the first error stays.
class Reader {
 public:
  explicit Reader(const EnvLookup& env) : env_{env} {}

  template <typename T, typename Parse>
  void read(std::string_view name, T& into, Parse parse) {
    if (!error_.message.empty()) return;
    std::optional<std::string> value = env_(name);
    if (!value || value->empty()) return;
    Result<T> parsed = parse(name, std::move(*value));
    if (parsed) {
      into = std::move(*parsed);
    } else {
      error_ = parsed.error();
    }
  }

  [[nodiscard]] const Error& error() const { return error_; }

 private:
  const EnvLookup& env_;
  Error error_;
};

void read_ai(Reader& reader, ClinicOptions& options) {
  reader.read("OPENAI_BASE_URL", options.openai_base_url, base_url_from);
  reader.read("OPENAI_API_KEY", options.openai_api_key, api_key_from);
  reader.read("CLINIC_OPENAI_TIMEOUT", options.openai_timeout, duration_within(1ms, 1min));
  reader.read("CLINIC_OPENAI_ATTEMPTS", options.openai_attempts, count_up_to(10));
  reader.read("CLINIC_OPENAI_BACKOFF", options.openai_backoff, duration_within(1ms, 1min));
  reader.read("CLINIC_SCORE_BUDGET", options.score_budget, duration_within(1ms, 10min));
}

void read_breaker(Reader& reader, ClinicOptions& options) {
  reader.read("CLINIC_BREAKER_FAILURES", options.breaker_failures, count_up_to(1000));
  reader.read("CLINIC_BREAKER_OPEN_FOR", options.breaker_open_for, duration_within(1ms, 1h));
  reader.read("CLINIC_HALF_OPEN_TRIALS", options.half_open_trials, count_up_to(100));
}

void read_limits(Reader& reader, ClinicOptions& options) {
  reader.read("CLINIC_OPENAI_LEADS", options.openai_leads, count_up_to(10'000));
  reader.read("CLINIC_WORKERS", options.workers, count_up_to(10'000));
  reader.read("CLINIC_LOG_LEVEL", options.log_level, log_level_from);
}

void read_database(Reader& reader, ClinicOptions& options) {
  reader.read("DATABASE_URL", options.database_url, database_url_from);
  reader.read("CLINIC_POOL_SIZE", options.pool_size, count_up_to(100));
  reader.read("CLINIC_POOL_TIMEOUT", options.pool_timeout, duration_within(1ms, 1min));
  reader.read("CLINIC_STATEMENT_TIMEOUT", options.statement_timeout, duration_within(1ms, 1min));
}

void read_webhooks(Reader& reader, ClinicOptions& options) {
  reader.read("CLINIC_STRIPE_SECRET", options.stripe_secret, api_key_from);
  reader.read("CLINIC_TWILIO_TOKEN", options.twilio_token, api_key_from);
  reader.read("CLINIC_HUBSPOT_SECRET", options.hubspot_secret, api_key_from);
  reader.read("CLINIC_WHATSAPP_SECRET", options.whatsapp_secret, api_key_from);
  reader.read("HUBSPOT_BASE_URL", options.hubspot_base_url, base_url_from);
  reader.read("HUBSPOT_ACCESS_TOKEN", options.hubspot_token, api_key_from);
  reader.read("CLINIC_CRM_TIMEOUT", options.crm_timeout, duration_within(1ms, 1min));
  reader.read("CLINIC_CRM_ATTEMPTS", options.crm_attempts, count_up_to(10));
}

void read_reminders(Reader& reader, ClinicOptions& options) {
  reader.read("TWILIO_BASE_URL", options.twilio_base_url, base_url_from);
  reader.read("CLINIC_REMINDER_EVERY", options.reminder_every, duration_within(10ms, 1h));
}

}  // namespace

Result<ClinicOptions> options_from(const EnvLookup& env, std::string profile,
                                   std::vector<std::string> defects, std::uint16_t port) {
  const std::vector<std::string> profiles = spec::clinic_profiles();
  if (std::find(profiles.begin(), profiles.end(), profile) == profiles.end()) {
    return Error{"clinic: unknown profile '" + profile + "'" + did_you_mean(profile, profiles) +
                 "; accepted: " + join_or(profiles)};
  }
  const Result<clinic::Defects> known = clinic::parse_defects(defects);
  if (!known) return known.error();

  ClinicOptions options;
  options.profile = std::move(profile);
  options.defects = std::move(defects);
  options.port = port;

  Reader reader{env};
  read_ai(reader, options);
  read_breaker(reader, options);
  read_limits(reader, options);
  read_database(reader, options);
  read_webhooks(reader, options);
  read_reminders(reader, options);
  if (!reader.error().message.empty()) return reader.error();
  return options;
}

}  // namespace firedrill
