#include "harness/run/webhook_source.hpp"

#include "mocks/webhooks/signature.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <set>
#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

constexpr TimeOrigin kOrigin{TimePoint{1000s}, WallTime{1'700'000'000s}};
const std::array<std::string, 1> kSecret{"whsec_stream"};

/// A stream of events e0, e1, … and everything that it handed on.
struct Stream {
  explicit Stream(const spec::Deliver& deliver, std::uint64_t seed = 1)
      : source{options(*this, deliver, seed)} {}

  static WebhookSource::Options options(Stream& stream, const spec::Deliver& deliver,
                                        std::uint64_t seed) {
    WebhookSource::Options options;
    options.stream = "payments";
    options.webhook.event = "charge.succeeded";
    options.webhook.secret = kSecret[0];
    options.webhook.deliver = deliver;
    options.base_url = "http://127.0.0.1:8080";
    options.path = "/hook?a=1";
    options.correlation_header = "x-correlation-id";
    options.seed = seed;
    options.origin = kOrigin;
    options.build = [](ProviderContext& context) {
      Outgoing call;
      call.event = "charge.succeeded";
      call.id = "e" + std::to_string(context.number);
      const auto created = context.wall.time_since_epoch() / 1s;
      call.body = call.id + " created " + std::to_string(created);
      call.signature = Signature::stripe;
      call.secret = "whsec_default";
      return call;
    };
    options.attempted = [&stream](Deliveries::Attempted attempted) {
      stream.attempted.push_back(std::move(attempted));
    };
    return options;
  }

  /// Releases one request a second and ends each with 200.
  std::vector<OutgoingRequest> release(std::uint64_t count) {
    std::vector<OutgoingRequest> requests;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Offset due = std::chrono::seconds{i};
      const Release at{i, due, due + 10ms};
      requests.push_back(source.make(at));
      SendResult result;
      result.status = 200;
      source.ended(at, result, due + 20ms);
    }
    return requests;
  }

  [[nodiscard]] std::vector<std::string> ids() const {
    std::vector<std::string> all;
    for (const auto& each : attempted) all.push_back(each.entry.id);
    return all;
  }

  std::vector<Deliveries::Attempted> attempted;
  WebhookSource source;
};

std::string signature_in(const OutgoingRequest& request) {
  for (const std::string& line : request.headers) {
    if (line.starts_with("Stripe-Signature: ")) return line.substr(18);
  }
  return "";
}

std::size_t count_of(const Stream& stream, bool (*is)(const WebhookEntry&)) {
  std::size_t count = 0;
  for (const auto& each : stream.attempted) count += is(each.entry) ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("webhook stream: each release is a new event, signed when it is sent",
          "[run][webhooks]") {
  Stream stream{{}};
  const auto requests = stream.release(3);
  CHECK(stream.ids() == std::vector<std::string>{"e0", "e1", "e2"});
  CHECK(requests[2].path == "/hook?a=1");
  CHECK(requests[2].body == "e2 created 1700000002");
  CHECK(signature_in(requests[2]) == stripe_signature(kSecret, 1'700'000'002, requests[2].body));
  CHECK(requests[2].headers.back() == "x-correlation-id: " + requests[2].correlation_id);
  const Deliveries::Attempted& last = stream.attempted[2];
  CHECK(last.entry.url == "http://127.0.0.1:8080/hook?a=1");
  CHECK(last.built == kOrigin.steady + 2s);
  CHECK(last.sent == kOrigin.steady + 2s + 10ms);
  CHECK(last.done == kOrigin.steady + 2s + 20ms);
  CHECK(last.outcome.status == 200);
}

TEST_CASE("webhook stream: why there was no answer is handed on", "[run][webhooks]") {
  Stream stream{{}};
  const Release at{0, 0s, 0s};
  (void)stream.source.make(at);
  SendResult result;
  result.kind = SendResult::Kind::timed_out;
  stream.source.ended(at, result, 1s);
  REQUIRE(stream.attempted.size() == 1);
  CHECK(stream.attempted[0].outcome.cause == NoAnswer::timed_out);
  CHECK(stream.attempted[0].outcome.status == 0);
  CHECK_FALSE(stream.attempted[0].outcome.failure.empty());
}

TEST_CASE("webhook stream: what never left this machine is not on the ledger", "[run][webhooks]") {
  Stream stream{{}};
  const Release at{0, 0s, 0s};
  (void)stream.source.make(at);
  stream.source.dropped(at, Drop::no_descriptor);
  CHECK(stream.attempted.empty());
}

TEST_CASE("webhook stream: duplicates are signed anew, replays are the same to the byte",
          "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.duplicate = Ratio{1};
  Stream twice{deliver};
  const auto again = twice.release(3);
  CHECK(twice.ids() == std::vector<std::string>{"e0", "e0", "e0"});
  CHECK(twice.attempted[0].entry.copy == WebhookCopy::original);
  CHECK(twice.attempted[1].entry.copy == WebhookCopy::duplicate);
  CHECK(again[1].body == again[0].body);
  CHECK(signature_in(again[1]) == stripe_signature(kSecret, 1'700'000'001, again[0].body));

  deliver.duplicate = Ratio{0};
  deliver.replay = Ratio{1};
  Stream replayed{deliver};
  const auto same = replayed.release(2);
  CHECK(replayed.attempted[1].entry.copy == WebhookCopy::replay);
  CHECK(same[1].body == same[0].body);
  CHECK(signature_in(same[1]) == signature_in(same[0]));
}

TEST_CASE("webhook stream: a reordered event goes after its successor", "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.reorder = Ratio{1};
  Stream stream{deliver};
  (void)stream.release(4);
  CHECK(stream.ids() == std::vector<std::string>{"e1", "e0", "e3", "e2"});
  CHECK_FALSE(stream.attempted[0].entry.reordered);
  CHECK(stream.attempted[1].entry.reordered);
}

TEST_CASE("webhook stream: a dropped event leaves its place to the next one", "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.drop = Ratio{0.5};
  Stream stream{deliver};
  const auto requests = stream.release(100);
  const std::size_t dropped = count_of(
      stream, [](const WebhookEntry& entry) { return entry.fate == WebhookFate::dropped; });
  CHECK(requests.size() == 100);
  CHECK(dropped > 50);
  CHECK(dropped < 200);
  CHECK(stream.attempted.size() == 100 + dropped);
  const auto ids = stream.ids();
  CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
}

TEST_CASE("webhook stream: a late event was built before it is due", "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.delay = Ratio{1};
  deliver.delay_by = 60s;
  Stream stream{deliver};
  const auto requests = stream.release(1);
  CHECK(requests[0].body == "e0 created 1699999940");
  CHECK(signature_in(requests[0]) == stripe_signature(kSecret, 1'700'000'000, requests[0].body));
  CHECK(stream.attempted[0].entry.delayed);
  CHECK(stream.attempted[0].built == kOrigin.steady - 60s);
}

TEST_CASE("webhook stream: a corrupted event is never the one that is repeated",
          "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.duplicate = Ratio{0.3};
  deliver.corrupt[static_cast<std::size_t>(spec::Corruption::secret)] = Ratio{0.5};
  Stream stream{deliver};
  const auto requests = stream.release(200);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Deliveries::Attempted& each = stream.attempted[i];
    const auto at = 1'700'000'000 + static_cast<std::int64_t>(i);
    const bool fits = signature_in(requests[i]) == stripe_signature(kSecret, at, requests[i].body);
    CHECK(fits == each.entry.corrupted.empty());
    CHECK(each.corruption.has_value() == (each.entry.corrupted == "secret"));
    if (each.entry.copy == WebhookCopy::duplicate) CHECK(fits);
    wrong += fits ? 0 : 1;
  }
  CHECK(wrong > 40);
  CHECK(wrong < 110);
}

TEST_CASE("webhook stream: the same seed makes the same stream", "[run][webhooks]") {
  spec::Deliver deliver;
  deliver.duplicate = deliver.replay = deliver.reorder = deliver.drop = Ratio{0.2};
  Stream one{deliver, 5};
  Stream same{deliver, 5};
  Stream other{deliver, 6};
  (void)one.release(50);
  (void)same.release(50);
  (void)other.release(50);
  CHECK(one.ids() == same.ids());
  CHECK(one.ids() != other.ids());
}

TEST_CASE("webhook stream: the time-out is the scenario's or the provider's", "[run][webhooks]") {
  spec::Stream stream;
  stream.webhook.emplace();
  stream.webhook->provider = spec::MockKind::hubspot;
  CHECK(webhook_timeout(stream) == 5s);
  stream.webhook->deliver.timeout = 300ms;
  CHECK(webhook_timeout(stream) == 300ms);
}
