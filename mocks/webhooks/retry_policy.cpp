#include "mocks/webhooks/retry_policy.hpp"

#include "harness/base/assert.hpp"
#include "mocks/routes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

/// 5 min, tripling to 12 h: ten retries within the three days of live mode.
RetryPolicy stripe_policy() {
  RetryPolicy policy;
  policy.timeout = 10s;
  policy.attempts = 11;
  policy.first_wait = 5min;
  policy.factor = 3;
  policy.longest_wait = 12h;
  policy.after_refused = policy.after_failed = true;
  policy.after_timed_out = policy.after_broken = policy.after_no_connection = true;
  return policy;
}

/// 5 s, growing sixfold to 12 h: within 72 h.
RetryPolicy openai_policy() {
  RetryPolicy policy = stripe_policy();
  policy.first_wait = 5s;
  policy.factor = 6;
  return policy;
}

/// Ten retries that double from 84 s: 24 h at the longest, less what chance takes off.
RetryPolicy hubspot_policy() {
  RetryPolicy policy = stripe_policy();
  policy.timeout = 5s;
  policy.first_wait = 84s;
  policy.factor = 2;
  policy.jitter = 0.5;
  return policy;
}

/// A number of the fragment, within what Twilio accepts.
std::uint32_t override_of(std::string_view fragment, const char* name, std::uint32_t low,
                          std::uint32_t high, std::uint32_t otherwise) {
  const auto text = query_value(fragment, name);
  if (!text) return otherwise;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return otherwise;
  return std::clamp(value, low, high);
}

/// One retry, and only when no connection came about, unless `#rc=…&rp=…` says otherwise.
RetryPolicy twilio_policy(std::string_view url) {
  const std::string_view fragment = url.substr(std::min(url.find('#') + 1, url.size()));
  const bool has_fragment = url.find('#') != std::string_view::npos;
  const std::string_view settings = has_fragment ? fragment : std::string_view{};
  RetryPolicy policy;
  const std::uint32_t total = override_of(settings, "tt", 100, 15'000, 15'000);
  const std::uint32_t read = override_of(settings, "rt", 100, 15'000, 15'000);
  policy.timeout = std::chrono::milliseconds{std::min(total, read)};
  policy.attempts = 1 + override_of(settings, "rc", 0, 5, 1);
  const std::string when = "," + query_value(settings, "rp").value_or("ct") + ",";
  const auto named = [&when](std::string_view name) {
    return when.find(",all,") != std::string::npos ||
           when.find("," + std::string{name} + ",") != std::string::npos;
  };
  policy.after_no_connection = named("ct");
  policy.after_timed_out = policy.after_broken = named("rt");
  policy.after_refused = named("4xx");
  policy.after_failed = named("5xx");
  return policy;
}

RetryPolicy policy_of(spec::MockKind provider, std::string_view url) {
  switch (provider) {
    case spec::MockKind::stripe:
      return stripe_policy();
    case spec::MockKind::openai:
      return openai_policy();
    case spec::MockKind::hubspot:
      return hubspot_policy();
    case spec::MockKind::twilio:
      return twilio_policy(url);
    case spec::MockKind::pagerduty:
    case spec::MockKind::slack:
    case spec::MockKind::alertmanager:
    case spec::MockKind::declared:  // sends nothing by itself
      return {};
  }
  FD_ASSERT(false && "every provider has a policy");
  return {};
}

bool repeats(const RetryPolicy& policy, AttemptEnd end) {
  switch (end) {
    case AttemptEnd::acknowledged:
      return false;
    case AttemptEnd::refused:
      return policy.after_refused;
    case AttemptEnd::failed:
      return policy.after_failed;
    case AttemptEnd::no_connection:
      return policy.after_no_connection;
    case AttemptEnd::timed_out:
      return policy.after_timed_out;
    case AttemptEnd::broken:
      return policy.after_broken;
  }
  return false;
}

}  // namespace

AttemptEnd end_of(int status) {
  if (status >= 200 && status < 300) return AttemptEnd::acknowledged;
  return status < 500 ? AttemptEnd::refused : AttemptEnd::failed;
}

RetryPolicy retry_policy(spec::MockKind provider, std::string_view url,
                         const spec::Deliver& deliver) {
  RetryPolicy policy = policy_of(provider, url);
  if (deliver.timeout) policy.timeout = *deliver.timeout;
  if (deliver.attempts) policy.attempts = *deliver.attempts;
  return policy;
}

std::optional<Duration> wait_after(const RetryPolicy& policy, std::uint32_t attempt, AttemptEnd end,
                                   double compress, Rng& rng) {
  FD_ASSERT(attempt >= 1 && compress > 0);
  if (attempt >= policy.attempts || !repeats(policy, end)) return std::nullopt;
  const double longest = seconds(policy.longest_wait);
  double wait =
      std::min(seconds(policy.first_wait) * std::pow(policy.factor, attempt - 1), longest);
  if (policy.jitter > 0) wait *= 1 - policy.jitter * rng.uniform();
  return from_seconds(wait / compress);
}

}  // namespace firedrill
