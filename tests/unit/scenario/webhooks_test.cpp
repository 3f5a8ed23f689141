#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;
using spec::Corruption;
using Lines = std::vector<std::string>;

namespace {

std::string with_webhook(const std::string& deliver) {
  return plain_with("request: { get: / }",
                    "webhook: { stripe: charge.succeeded, to: /hook, deliver: " + deliver + " }");
}

/// The one problem of a stream with this `deliver`.
std::string problem_of(const std::string& deliver) {
  const Loaded loaded = load(with_webhook(deliver));
  REQUIRE(loaded.problems.size() == 1);
  return loaded.problems[0].message;
}

double share(const spec::Deliver& deliver, Corruption part) {
  return deliver.corrupt[static_cast<std::size_t>(part)].value;
}

}  // namespace

TEST_CASE("webhooks: a stream of them is a POST that a 2xx acknowledges", "[scenario][webhooks]") {
  const Loaded loaded = load(with_webhook("{ attempts: 3, timeout: 2s, compress: 3600 }"));
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Stream& stream = loaded.scenario->traffic.at(0);
  REQUIRE(stream.webhook);
  CHECK(stream.webhook->provider == spec::MockKind::stripe);
  CHECK(stream.webhook->event == "charge.succeeded");
  CHECK(stream.webhook->secret.empty());
  CHECK(stream.webhook->deliver.attempts == 3U);
  CHECK(stream.webhook->deliver.timeout == Duration{2s});
  CHECK(stream.webhook->deliver.compress == 3600);
  CHECK(stream.request.method == "POST");
  CHECK(stream.request.path == "/hook");
  CHECK(stream.check.status == std::vector<spec::StatusRange>{{200, 299}});
}

TEST_CASE("webhooks: what goes wrong arrives, with nothing for the rest", "[scenario][webhooks]") {
  const Loaded loaded = load(with_webhook(
      "{ duplicate: 10%, delay: { share: 5%, by: 2s }, corrupt: { body: 1%, missing: 2% } }"));
  REQUIRE(lines_of(loaded) == Lines{});
  const spec::Deliver& deliver = loaded.scenario->traffic.at(0).webhook->deliver;
  CHECK(deliver.duplicate == Ratio{0.1});
  CHECK(deliver.delay == Ratio{0.05});
  CHECK(deliver.delay_by == 2s);
  CHECK(deliver.replay == Ratio{0});
  CHECK(deliver.burst == 1);
  CHECK_FALSE(deliver.attempts);
  CHECK(share(deliver, Corruption::body) == 0.01);
  CHECK(share(deliver, Corruption::missing) == 0.02);
  CHECK(share(deliver, Corruption::secret) == 0);
}

TEST_CASE("webhooks: a mock's deliveries have the same keys, and bursts", "[scenario][webhooks]") {
  const Loaded loaded =
      load(plain_with("{ openai: {} }", "{ openai: { deliver: { burst: 10, drop: 100% } } }"));
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->mocks.at(0).second.deliver.burst == 10);
  CHECK(loaded.scenario->mocks.at(0).second.deliver.drop == Ratio{1});
}

TEST_CASE("webhooks: what cannot be is refused", "[scenario][webhooks]") {
  CHECK(problem_of("{ duplicate: 0% }") == "a share of 0% never happens; leave it out");
  CHECK(problem_of("{ corrupt: { body: 60%, secret: 50% } }") ==
        "the shares are 110 % together, more than 100 %");
  CHECK(problem_of("{ burst: 5 }").find("unknown key 'burst'") == 0);
  CHECK(problem_of("{ drop: 95% }") ==
        "a stream drops at most 90% of its events: it has to send something");
  CHECK(problem_of("{ delay: { share: 5%, by: 0s } }").find("delay") != std::string::npos);
  const Loaded twilio = load(
      plain_with("request: { get: / }",
                 "webhook: { twilio: sms, to: /sms, deliver: { corrupt: { timestamp: 5% } } }"));
  REQUIRE(twilio.problems.size() == 1);
  CHECK(twilio.problems[0].message == "Twilio signs no timestamp that could be wrong");
}

TEST_CASE("webhooks: a secret in a scenario is kept from every output", "[scenario][webhooks]") {
  const Loaded loaded = load(plain_with(
      "request: { get: / }",
      "webhook: { stripe: charge.succeeded, to: /hook, secret: { secret: whsec_hidden } }"));
  REQUIRE(lines_of(loaded) == Lines{});
  CHECK(loaded.scenario->traffic.at(0).webhook->secret == "whsec_hidden");
  CHECK(loaded.scenario->secrets.apply("it is whsec_hidden").find("hidden") == std::string::npos);
}
