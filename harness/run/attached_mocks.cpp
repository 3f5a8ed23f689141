#include "harness/run/attached_mocks.hpp"

#include "harness/aio/http_client.hpp"
#include "harness/aio/task_group.hpp"
#include "harness/run/drill_clock.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <iterator>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

namespace net = boost::asio;
using Json = nlohmann::ordered_json;

constexpr Duration kAnswerWithin = std::chrono::seconds{5};
constexpr std::size_t kCallsMax = 1'000'000;

/// One answer of the control server, and when it was true.
struct Told {
  Json json;
  TimePoint at;
};

net::awaitable<void> fetch(HttpClient* client, std::string url,
                           std::promise<HttpClient::Answer>* answered) {
  HttpClient::Request request;
  request.url = std::move(url);
  request.timeout = kAnswerWithin;
  HttpClient::Answer answer = co_await client->send(std::move(request));
  answered->set_value(std::move(answer));
}

/// How it ended, by the word that the control server has for it. What was still open when it was
/// asked for had no answer yet.
Delivery delivery_of(const std::string& word) {
  static constexpr std::array kAll{Delivery::answered, Delivery::hung, Delivery::reset,
                                   Delivery::truncated, Delivery::caller_gone};
  const auto* const found = std::find_if(
      kAll.begin(), kAll.end(), [&](Delivery delivery) { return word == name_of(delivery); });
  return found == kAll.end() ? Delivery::hung : *found;
}

/// `began`: when the mock did; `asked`: what is open still is so until then.
LedgerEntry entry_of(const Json& json, Offset began, Offset asked) {
  LedgerEntry entry;
  entry.arrived = began + from_seconds(json.at("at").get<double>());
  const Json& took = json.at("seconds");
  entry.done = took.is_null() ? asked : entry.arrived + from_seconds(took.get<double>());
  entry.method = json.at("method").get<std::string>();
  entry.path = json.at("path").get<std::string>();
  entry.status = json.at("status").get<int>();
  entry.delivery = delivery_of(json.at("delivery").get<std::string>());
  entry.well_formed = json.at("well_formed").get<bool>();
  entry.correlation_id = json.at("correlation_id").get<std::string>();
  entry.idempotency_key = json.at("idempotency_key").get<std::string>();
  if (const Json& asked_for = json.at("retry_after"); !asked_for.is_null()) {
    entry.retry_after = from_seconds(asked_for.get<double>());
  }
  return entry;
}

/// A mock under watch.
struct Watched {
  std::string name;
  std::string control;
  std::string started;      ///< What tells one life of it from the next.
  std::uint64_t next = 0;   ///< Number of the first call that was not read yet.
  std::uint64_t taken = 0;  ///< Calls that were kept.

  [[nodiscard]] std::string path() const { return control + "/mocks/" + name; }
};

}  // namespace

struct AttachedMocks::Impl {
  Impl(IoThread& thread_, const EgressGuard& guard) : thread{thread_} {
    thread.call([&] {
      client = std::make_unique<HttpClient>(thread.io(), guard, HttpClient::Options{});
      tasks = std::make_unique<TaskGroup>(thread.io());
    });
  }

  ~Impl() {
    thread.call([this] {
      tasks.reset();
      client.reset();
    });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<Told> ask(const std::string& url) {
    std::promise<HttpClient::Answer> answered;
    thread.call([&] { tasks->spawn("attached mock", fetch(client.get(), url, &answered)); });
    const TimePoint asked = steady_now();
    const HttpClient::Answer answer = answered.get_future().get();
    const TimePoint at = asked + (steady_now() - asked) / 2;
    thread.call([] {});  // until fetch() has let go of the promise
    if (const auto* failure = std::get_if<HttpFailure>(&answer)) {
      return Error{url + ": " + failure->message};
    }
    const auto& response = std::get<HttpResponse>(answer);
    if (response.status != 200) return Error{url + " answered " + std::to_string(response.status)};
    Json json = parse_json<Json>(response.body).value_or(Json());
    if (!json.is_object()) return Error{url + " is no control address of `firedrill mocks`"};
    return Told{std::move(json), at};
  }

  /// Adds a page of the ledger. What lies beyond the bound, there or here, is counted.
  static void add_page(Ledger& ledger, Watched& mock, const Told& told, TimePoint origin) {
    const Offset asked = told.at - origin;
    const Offset began = asked - from_seconds(told.json.at("age").get<double>());
    const auto next = told.json.at("next").get<std::uint64_t>();
    std::vector<LedgerEntry> page;
    for (const Json& entry : told.json.at("entries")) {
      if (mock.taken + page.size() == kCallsMax) break;
      page.push_back(entry_of(entry, began, asked));
    }
    const std::uint64_t received = next - std::min(next, mock.next);
    ledger.not_kept += received - std::min<std::uint64_t>(received, page.size());
    mock.taken += page.size();
    mock.next = next;
    std::move(page.begin(), page.end(), std::back_inserter(ledger.entries));
  }

  Ledger read(Watched& mock, TimePoint origin) {
    Ledger ledger;
    ledger.mock = mock.name;
    for (bool more = true; more;) {
      const auto told = ask(mock.path() + "/ledger?since=" + std::to_string(mock.next));
      if (!told) {
        ledger.torn = "mock " + mock.name +
                      " could not be asked for what it received: " + told.error().message;
        return ledger;
      }
      try {
        const auto started = told->json.at("started").get<std::string>();
        if (started != mock.started) {
          ledger.torn = "mock " + mock.name + " began anew at " + started +
                        ", while the drill ran: what it received before is lost";
          return ledger;
        }
        add_page(ledger, mock, *told, origin);
        more = told->json.at("more").get<bool>();
      } catch (const Json::exception& error) {
        ledger.torn = "the ledger of mock " + mock.name + " cannot be read: " + error.what();
        return ledger;
      }
    }
    return ledger;
  }

  IoThread& thread;
  // Live on `thread`.
  std::unique_ptr<HttpClient> client;
  std::unique_ptr<TaskGroup> tasks;
  std::vector<Watched> watched;
};

AttachedMocks::AttachedMocks(IoThread& thread, const EgressGuard& guard)
    : impl_{std::make_unique<Impl>(thread, guard)} {}

AttachedMocks::~AttachedMocks() = default;

Result<std::string> AttachedMocks::attach(const std::string& name, const std::string& control) {
  Watched mock{name, control, "", 0, 0};
  const auto told = impl_->ask(mock.path());
  if (!told) return Error{"mock '" + name + "' is not served there: " + told.error().message};
  try {
    mock.started = told->json.at("started").get<std::string>();
    mock.next = told->json.at("requests").get<std::uint64_t>();
    const auto url = told->json.at("url").get<std::string>();
    impl_->watched.push_back(std::move(mock));
    return url;
  } catch (const Json::exception& error) {
    return Error{"mock '" + name + "' at " + control + ": " + error.what()};
  }
}

std::vector<Ledger> AttachedMocks::ledgers(TimePoint origin) {
  std::vector<Ledger> out;
  for (Watched& mock : impl_->watched) out.push_back(impl_->read(mock, origin));
  return out;
}

}  // namespace firedrill
