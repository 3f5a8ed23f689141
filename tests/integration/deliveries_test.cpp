// Webhooks over real sockets on 127.0.0.1: attempts, retries, what goes wrong on purpose, and what
// the book says about all of it.
#include "mocks/webhooks/deliveries.hpp"

#include "harness/aio/io_thread.hpp"
#include "tests/support/loopback.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

/// Answers what it is told to, in turn, and keeps what came.
class Receiver {
 public:
  explicit Receiver(std::vector<int> statuses = {})
      : statuses_{std::move(statuses)}, server_{[this](HttpRequest request) {
          return answer(this, std::move(request));
        }} {}

  [[nodiscard]] std::string url() const { return server_.url() + "/hook"; }

  std::vector<HttpRequest> received() {
    const std::lock_guard lock{mutex_};
    return received_;
  }

 private:
  static net::awaitable<HttpReply> answer(Receiver* self, HttpRequest request) {
    const std::lock_guard lock{self->mutex_};
    const std::size_t number = self->received_.size();
    self->received_.push_back(std::move(request));
    const int status = number < self->statuses_.size() ? self->statuses_[number] : 200;
    HttpReply reply = json_reply(status, "{}");
    if (status == 0) reply.hang = Duration::max();
    co_return reply;
  }

  std::mutex mutex_;
  std::vector<int> statuses_;
  std::vector<HttpRequest> received_;
  LoopbackServer server_;
};

/// Deliveries on a thread of their own, as in a drill.
class Sender {
 public:
  explicit Sender(const spec::Deliver& deliver, Template::Lookup variables = {}) {
    Deliveries::Options options;
    options.sender = "stripe";
    options.provider = spec::MockKind::stripe;
    options.deliver = deliver;
    options.seed = 1;
    options.variables = std::move(variables);
    thread_.call([&] {
      deliveries_ = std::make_unique<Deliveries>(
          thread_.io(), options,
          Deliveries::Owner{[this](const Outgoing& call) { return call.id != unwanted_; },
                            [this](const Outgoing& call, const OutgoingOutcome& outcome) {
                              told_.push_back(call.id + " " + std::to_string(outcome.attempt) +
                                              " " + std::to_string(outcome.status) +
                                              (outcome.last ? " last" : ""));
                            }});
    });
  }
  ~Sender() {
    thread_.call([this] { deliveries_.reset(); });
  }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(const std::string& url, const std::vector<std::string>& ids) {
    thread_.call([&] {
      for (const std::string& id : ids) {
        Outgoing call;
        call.event = "charge.succeeded";
        call.id = id;
        call.url = url;
        call.body = R"({"id":")" + id + R"(","amount":5})";
        call.signature = Signature::stripe;
        call.secret = "whsec_test";
        deliveries_->send(std::move(call));
      }
    });
  }

  /// Waits until `settled` entries have met their fate.
  WebhookLedger ledger_with(std::size_t settled) {
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      WebhookLedger ledger = now();
      std::size_t count = 0;
      for (const WebhookEntry& entry : ledger.entries) {
        count += entry.fate != WebhookFate::under_way ? 1 : 0;
      }
      if (count >= settled || std::chrono::steady_clock::now() > give_up) return ledger;
      std::this_thread::sleep_for(2ms);
    }
  }

  WebhookLedger now() {
    return thread_.call([this] { return deliveries_->book().ledger("stripe", TimePoint{}); });
  }

  std::vector<std::string> told() {
    return thread_.call([this] { return told_; });
  }

 private:
  IoThread thread_;
  std::unique_ptr<Deliveries> deliveries_;
  std::vector<std::string> told_;
  const std::string unwanted_ = "w";
};

std::vector<std::string> bodies(const std::vector<HttpRequest>& requests) {
  std::vector<std::string> ids;
  for (const HttpRequest& request : requests) ids.push_back(request.body.substr(7, 1));
  return ids;
}

spec::Deliver quick() {
  spec::Deliver deliver;
  deliver.compress = 30'000;  // 5 min become 10 ms
  return deliver;
}

std::string signature_of(const HttpRequest& request) {
  return std::string{find_header(request.headers, "stripe-signature")};
}

}  // namespace

TEST_CASE("deliveries: repeated until acknowledged, each attempt written down",
          "[mocks][webhooks]") {
  Receiver receiver{{500, 302, 400}};
  Sender sender{quick()};
  sender.send(receiver.url(), {"a"});
  const WebhookLedger ledger = sender.ledger_with(1);
  REQUIRE(ledger.entries.size() == 1);
  const WebhookEntry& entry = ledger.entries[0];
  CHECK(entry.fate == WebhookFate::acknowledged);
  REQUIRE(entry.attempts.size() == 4);
  CHECK(entry.attempts[0].status == 500);
  CHECK(entry.attempts[1].status == 302);
  CHECK(entry.attempts[2].status == 400);
  CHECK(entry.attempts[3].status == 200);
  CHECK(entry.settled >= entry.attempts[3].done);
  CHECK(sender.told() == std::vector<std::string>{"a 1 500", "a 2 302", "a 3 400", "a 4 200 last"});
  CHECK(receiver.received().size() == 4);
}

TEST_CASE("deliveries: given up when no attempt is left", "[mocks][webhooks]") {
  Receiver receiver{{503, 503, 503, 503}};
  spec::Deliver deliver = quick();
  deliver.attempts = 2;
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  const WebhookLedger ledger = sender.ledger_with(1);
  CHECK(ledger.entries.at(0).fate == WebhookFate::given_up);
  CHECK(ledger.entries.at(0).attempts.size() == 2);
  CHECK(receiver.received().size() == 2);
}

TEST_CASE("deliveries: not compressed, the next attempt is still to come at the end",
          "[mocks][webhooks]") {
  Receiver receiver{{503}};
  Sender sender{spec::Deliver{}};
  sender.send(receiver.url(), {"a"});
  while (sender.told().empty()) std::this_thread::sleep_for(2ms);
  CHECK(sender.told() == std::vector<std::string>{"a 1 503"});
  const WebhookLedger ledger = sender.now();
  CHECK(ledger.entries.at(0).fate == WebhookFate::under_way);
  CHECK(ledger.entries.at(0).attempts.size() == 1);
}

TEST_CASE("deliveries: a receiver that hangs is timed out, one that is not there refused",
          "[mocks][webhooks]") {
  Receiver receiver{{0, 200}};
  spec::Deliver deliver = quick();
  deliver.timeout = 50ms;
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  const WebhookLedger ledger = sender.ledger_with(1);
  CHECK(ledger.entries.at(0).fate == WebhookFate::acknowledged);
  REQUIRE(ledger.entries.at(0).attempts.size() == 2);
  CHECK(ledger.entries.at(0).attempts[0].status == 0);
  CHECK_FALSE(ledger.entries.at(0).attempts[0].failure.empty());

  deliver.attempts = 1;
  Sender nowhere{deliver};
  nowhere.send("http://127.0.0.1:1/hook", {"b"});
  const WebhookLedger lost = nowhere.ledger_with(1);
  CHECK(lost.entries.at(0).fate == WebhookFate::given_up);
}

TEST_CASE("deliveries: only where the guard lets them", "[mocks][webhooks]") {
  spec::Deliver deliver = quick();
  deliver.attempts = 1;
  Sender sender{deliver};
  sender.send("http://api.stripe.com/hook", {"a"});
  const WebhookLedger ledger = sender.ledger_with(1);
  CHECK(ledger.entries.at(0).fate == WebhookFate::given_up);
  CHECK(ledger.entries.at(0).attempts.at(0).failure.find("real provider") != std::string::npos);
}

TEST_CASE("deliveries: variables of the URL are put in when it is sent", "[mocks][webhooks]") {
  Receiver receiver;
  Sender sender{quick(), [&receiver](std::string_view name) {
                  return name == "system.url" ? receiver.url() : std::string{};
                }};
  sender.send("${system.url}/stripe", {"a"});
  CHECK(sender.ledger_with(1).entries.at(0).fate == WebhookFate::acknowledged);
  REQUIRE(receiver.received().size() == 1);
  CHECK(receiver.received()[0].path == "/hook/stripe");
}

TEST_CASE("deliveries: a dropped event never leaves", "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.drop = Ratio{1};
  Sender sender{deliver};
  sender.send(receiver.url(), {"a", "b"});
  const WebhookLedger ledger = sender.ledger_with(2);
  CHECK(ledger.entries.at(0).fate == WebhookFate::dropped);
  CHECK(ledger.entries.at(1).fate == WebhookFate::dropped);
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"drop", 2}});
  CHECK(receiver.received().empty());
}

TEST_CASE("deliveries: a call that its owner takes back is not made", "[mocks][webhooks]") {
  Receiver receiver;
  Sender sender{quick()};
  sender.send(receiver.url(), {"w", "a"});
  const WebhookLedger ledger = sender.ledger_with(2);
  CHECK(ledger.entries.at(0).fate == WebhookFate::withdrawn);
  CHECK(ledger.entries.at(0).attempts.empty());
  CHECK(ledger.entries.at(1).fate == WebhookFate::acknowledged);
  CHECK(bodies(receiver.received()) == std::vector<std::string>{"a"});
}

TEST_CASE("deliveries: duplicate and replay follow the original", "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.duplicate = deliver.replay = Ratio{1};
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  const WebhookLedger ledger = sender.ledger_with(3);
  REQUIRE(ledger.entries.size() == 3);
  CHECK(ledger.events == 1);
  CHECK(ledger.entries[0].copy == WebhookCopy::original);
  CHECK(ledger.entries[1].copy == WebhookCopy::duplicate);
  CHECK(ledger.entries[2].copy == WebhookCopy::replay);
  for (const WebhookEntry& entry : ledger.entries) CHECK(entry.id == "a");
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"duplicate", 1}, {"replay", 1}});
  const auto received = receiver.received();
  REQUIRE(received.size() == 3);
  CHECK(bodies(received) == std::vector<std::string>{"a", "a", "a"});
  CHECK(sender.told().size() == 1);
}

TEST_CASE("deliveries: a replay is the same request to the byte", "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.replay = Ratio{1};
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  REQUIRE(sender.ledger_with(2).entries.size() == 2);
  const auto received = receiver.received();
  REQUIRE(received.size() == 2);
  CHECK(received[0].body == received[1].body);
  CHECK(signature_of(received[0]) == signature_of(received[1]));
  CHECK_FALSE(signature_of(received[0]).empty());
}

TEST_CASE("deliveries: one that is reordered comes after its successor", "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.reorder = Ratio{1};
  Sender sender{deliver};
  sender.send(receiver.url(), {"a", "b"});
  const WebhookLedger ledger = sender.ledger_with(2);
  CHECK(bodies(receiver.received()) == std::vector<std::string>{"b", "a"});
  CHECK(ledger.entries.at(0).reordered);
  CHECK_FALSE(ledger.entries.at(1).reordered);
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"reorder", 1}});
}

TEST_CASE("deliveries: with nothing to overtake it, an event goes in the end",
          "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.reorder = Ratio{1};
  deliver.burst = 3;
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  CHECK(receiver.received().empty());
  const WebhookLedger ledger = sender.ledger_with(1);
  CHECK(ledger.entries.at(0).fate == WebhookFate::acknowledged);
  CHECK_FALSE(ledger.entries.at(0).reordered);
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"reorder", 0}, {"burst", 0}});
}

TEST_CASE("deliveries: a burst waits until it is whole", "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.burst = 3;
  Sender sender{deliver};
  sender.send(receiver.url(), {"a", "b"});
  CHECK(sender.now().entries.at(1).attempts.empty());
  sender.send(receiver.url(), {"c"});
  const WebhookLedger ledger = sender.ledger_with(3);
  CHECK(receiver.received().size() == 3);
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"burst", 3}});
}

TEST_CASE("deliveries: a slow body arrives whole, and a corrupted one as corrupted",
          "[mocks][webhooks]") {
  Receiver receiver;
  spec::Deliver deliver = quick();
  deliver.slow = Ratio{1};
  deliver.slow_over = 60ms;
  deliver.corrupt[static_cast<std::size_t>(spec::Corruption::body)] = Ratio{1};
  Sender sender{deliver};
  sender.send(receiver.url(), {"a"});
  const WebhookLedger ledger = sender.ledger_with(1);
  const WebhookEntry& entry = ledger.entries.at(0);
  CHECK(entry.slow);
  CHECK(entry.corrupted == "body");
  CHECK(entry.attempts.at(0).done - entry.attempts.at(0).sent >= 60ms);
  CHECK(receiver.received().at(0).body == R"({"id":"a","amount":6})");
  CHECK(ledger.faults == std::vector<DeliveryFaultCount>{{"slow", 1}, {"corrupt.body", 1}});
}
