// What a delivery goes through, without a network: policies, choices, the book.
#include "mocks/webhooks/delivery_book.hpp"
#include "mocks/webhooks/delivery_choice.hpp"
#include "mocks/webhooks/retry_policy.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using spec::Corruption;
using spec::MockKind;

namespace {

/// Every wait of a delivery whose attempts all end in `end`.
std::vector<Duration> waits(const RetryPolicy& policy, AttemptEnd end, double compress = 1) {
  std::vector<Duration> all;
  Rng rng{7};
  for (std::uint32_t attempt = 1; attempt < 100; ++attempt) {
    const auto wait = wait_after(policy, attempt, end, compress, rng);
    if (!wait) break;
    all.push_back(*wait);
  }
  return all;
}

Duration sum(const std::vector<Duration>& durations) {
  Duration total{0};
  for (const Duration duration : durations) total += duration;
  return total;
}

WebhookEntry event(const std::string& name) {
  WebhookEntry entry;
  entry.event = name;
  return entry;
}

spec::Deliver all_at(double share) {
  spec::Deliver deliver;
  deliver.drop = deliver.duplicate = deliver.replay = deliver.reorder = Ratio{share};
  deliver.delay = deliver.slow = Ratio{share};
  deliver.delay_by = 2s;
  deliver.slow_over = 1s;
  return deliver;
}

}  // namespace

TEST_CASE("retry policy: each provider gives up within its time", "[mocks][webhooks]") {
  const auto stripe = waits(retry_policy(MockKind::stripe, "", {}), AttemptEnd::refused);
  CHECK(stripe.size() == 10);
  CHECK(stripe.front() == 5min);
  CHECK(sum(stripe) > 48h);
  CHECK(sum(stripe) <= 72h);
  const auto openai = waits(retry_policy(MockKind::openai, "", {}), AttemptEnd::timed_out);
  CHECK(openai.front() == 5s);
  CHECK(sum(openai) <= 72h);
  const auto hubspot = waits(retry_policy(MockKind::hubspot, "", {}), AttemptEnd::failed);
  CHECK(hubspot.size() == 10);
  CHECK(sum(hubspot) > 12h);
  CHECK(sum(hubspot) <= 24h);
  CHECK(retry_policy(MockKind::hubspot, "", {}).timeout == 5s);
}

TEST_CASE("retry policy: an acknowledged delivery is never repeated", "[mocks][webhooks]") {
  for (const MockKind provider :
       {MockKind::stripe, MockKind::openai, MockKind::hubspot, MockKind::twilio}) {
    CHECK(waits(retry_policy(provider, "http://h/#rp=all", {}), AttemptEnd::acknowledged).empty());
  }
}

TEST_CASE("retry policy: Twilio repeats once, and only without a connection", "[mocks][webhooks]") {
  const RetryPolicy policy = retry_policy(MockKind::twilio, "http://127.0.0.1/sms?a=1", {});
  CHECK(policy.timeout == 15s);
  CHECK(waits(policy, AttemptEnd::no_connection) == std::vector<Duration>{0s});
  for (const AttemptEnd end :
       {AttemptEnd::refused, AttemptEnd::failed, AttemptEnd::timed_out, AttemptEnd::broken}) {
    CHECK(waits(policy, end).empty());
  }
}

TEST_CASE("retry policy: Twilio's stands in the fragment", "[mocks][webhooks]") {
  const RetryPolicy policy =
      retry_policy(MockKind::twilio, "http://127.0.0.1/sms#rc=3&rp=5xx,rt&rt=2000", {});
  CHECK(policy.timeout == 2s);
  CHECK(waits(policy, AttemptEnd::failed).size() == 3);
  CHECK(waits(policy, AttemptEnd::timed_out).size() == 3);
  CHECK(waits(policy, AttemptEnd::no_connection).empty());
  CHECK(waits(policy, AttemptEnd::refused).empty());
  CHECK(retry_policy(MockKind::twilio, "http://h/#rc=99", {}).attempts == 6);
  CHECK(retry_policy(MockKind::twilio, "http://h/#rc=x", {}).attempts == 2);
  CHECK(waits(retry_policy(MockKind::twilio, "http://h/#rp=all", {}), AttemptEnd::refused).size() ==
        1);
}

TEST_CASE("retry policy: waits are compressed, attempts and time-out are the scenario's",
          "[mocks][webhooks]") {
  spec::Deliver deliver;
  deliver.attempts = 3;
  deliver.timeout = 250ms;
  const RetryPolicy policy = retry_policy(MockKind::stripe, "", deliver);
  CHECK(policy.timeout == 250ms);
  CHECK(waits(policy, AttemptEnd::failed, 3000) == std::vector<Duration>{100ms, 300ms});
}

TEST_CASE("retry policy: a status is success only below 300", "[mocks][webhooks]") {
  CHECK(end_of(200) == AttemptEnd::acknowledged);
  CHECK(end_of(204) == AttemptEnd::acknowledged);
  CHECK(end_of(302) == AttemptEnd::refused);
  CHECK(end_of(400) == AttemptEnd::refused);
  CHECK(end_of(503) == AttemptEnd::failed);
}

TEST_CASE("delivery choice: nothing goes wrong that nobody asked for", "[mocks][webhooks]") {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const DeliveryChoice choice = choose_delivery({}, 1, "stripe", i);
    const bool untouched = !choice.drop && !choice.duplicate && !choice.replay && !choice.reorder &&
                           choice.delay == 0s && choice.slow_over == 0s && !choice.corruption;
    CHECK(untouched);
  }
}

TEST_CASE("delivery choice: a share of 100 % is every event", "[mocks][webhooks]") {
  const DeliveryChoice choice = choose_delivery(all_at(1), 1, "stripe", 5);
  CHECK(choice.drop);
  CHECK(choice.duplicate);
  CHECK(choice.replay);
  CHECK(choice.reorder);
  CHECK(choice.delay == 2s);
  CHECK(choice.slow_over == 1s);
}

TEST_CASE("delivery choice: shares are kept, and corruptions exclude each other",
          "[mocks][webhooks]") {
  spec::Deliver deliver;
  deliver.duplicate = Ratio{0.1};
  deliver.corrupt = {Ratio{0.1}, Ratio{0}, Ratio{0.3}, Ratio{0}, Ratio{0.05}};
  int duplicates = 0;
  std::array<int, spec::kCorruptions> parts{};
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const DeliveryChoice choice = choose_delivery(deliver, 3, "payments", i);
    duplicates += choice.duplicate ? 1 : 0;
    if (choice.corruption) ++parts.at(static_cast<std::size_t>(*choice.corruption));
  }
  CHECK(duplicates == Approx(1000).margin(120));
  CHECK(parts[0] == Approx(1000).margin(120));
  CHECK(parts[1] == 0);
  CHECK(parts[2] == Approx(3000).margin(200));
  CHECK(parts[3] == 0);
  CHECK(parts[4] == Approx(500).margin(90));
}

TEST_CASE("delivery choice: one fault more changes nothing about the others", "[mocks][webhooks]") {
  spec::Deliver one;
  one.duplicate = Ratio{0.5};
  const spec::Deliver more = all_at(0.5);
  for (std::uint64_t i = 0; i < 200; ++i) {
    CHECK(choose_delivery(one, 9, "s", i).duplicate == choose_delivery(more, 9, "s", i).duplicate);
  }
}

TEST_CASE("delivery book: fates and times, in offsets from the origin", "[mocks][webhooks]") {
  constexpr TimePoint origin{100s};
  DeliveryBook book{spec::Deliver{}};
  const auto first = book.open(event("a"), origin + 1s);
  const auto second = book.open(event("b"), origin + 2s);
  book.attempted(first, origin + 1s, origin + 3s, 500, "");
  book.attempted(first, origin + 4s, origin + 5s, 200, "");
  book.settle(first, WebhookFate::acknowledged, origin + 5s);
  CHECK(second == first + 1);

  const WebhookLedger ledger = book.ledger("stripe", origin);
  REQUIRE(ledger.entries.size() == 2);
  CHECK(ledger.events == 2);
  CHECK(ledger.entries[0].built == 1s);
  CHECK(ledger.entries[0].attempts ==
        std::vector<DeliveryAttempt>{{1s, 3s, 500, ""}, {4s, 5s, 200, ""}});
  CHECK(ledger.entries[0].fate == WebhookFate::acknowledged);
  CHECK(ledger.entries[0].settled == 5s);
  CHECK(ledger.entries[1].fate == WebhookFate::under_way);
  CHECK(ledger.entries[1].settled == 0s);
}

TEST_CASE("delivery book: what does not fit is counted, and clearing keeps the numbers",
          "[mocks][webhooks]") {
  DeliveryBook book{spec::Deliver{}, 1};
  const auto first = book.open(event("a"), TimePoint{});
  const auto second = book.open(event("b"), TimePoint{});
  book.settle(second, WebhookFate::acknowledged, TimePoint{1s});
  CHECK(book.not_kept() == 1);
  CHECK(book.clear() == 1);
  const auto third = book.open(event("c"), TimePoint{});
  CHECK(third == 2);
  book.settle(first, WebhookFate::acknowledged, TimePoint{1s});
  REQUIRE(book.entries(0, 10, TimePoint{}).size() == 1);
  CHECK(book.entries(0, 10, TimePoint{})[0].fate == WebhookFate::under_way);
  CHECK(book.entries(third + 1, 10, TimePoint{}).empty());
}

TEST_CASE("delivery book: counts the faults that were declared, without hits too",
          "[mocks][webhooks]") {
  spec::Deliver deliver;
  deliver.duplicate = Ratio{0.1};
  deliver.corrupt[static_cast<std::size_t>(Corruption::secret)] = Ratio{0.1};
  DeliveryBook book{deliver};
  book.hit("duplicate");
  book.hit("drop");
  CHECK(book.faults() == std::vector<DeliveryFaultCount>{{"duplicate", 1}, {"corrupt.secret", 0}});
}
