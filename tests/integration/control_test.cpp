#include "mocks/control.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

/// The control answers of one mock that listens but is asked nothing.
class Desk {
 public:
  Desk() : set_{io_, {{"openai", {}}}, {}} { REQUIRE(set_.start()); }
  ~Desk() {
    set_.stop();
    io_.poll();
  }

  HttpReply ask(const std::string& method, const std::string& path, std::string body = "",
                std::vector<HttpHeader> headers = {{"Host", "127.0.0.1:1"}}) {
    HttpRequest request;
    request.method = method;
    request.target = request.path = path;
    request.body = std::move(body);
    request.headers = std::move(headers);
    return control_reply(request, set_, language_, TimePoint{1000s});
  }
  Json json(const std::string& method, const std::string& path, int status, std::string body = "") {
    const HttpReply reply = ask(method, path, std::move(body));
    CAPTURE(method, path, reply.body);
    CHECK(reply.status == status);
    return Json::parse(reply.body);
  }
  std::string error(const std::string& method, const std::string& path, int status,
                    std::string body = "") {
    return json(method, path, status, std::move(body)).at("error").get<std::string>();
  }
  [[nodiscard]] const MockSet& set() const { return set_; }

 private:
  static spec::MockFault failing() {
    spec::MockAction action;
    action.respond = spec::MockAction::Respond{503, std::nullopt};
    spec::MockFault fault;
    fault.steps.push_back({.action = action});
    return fault;
  }

  /// Understands "503" or "503 NAME", and "slow".
  static ControlLanguage make_language() {
    ControlLanguage language;
    language.fault = [](std::string_view text) -> Result<spec::Fault> {
      if (!text.starts_with("503")) return Error{"not a fault"};
      spec::Fault fault;
      fault.what = failing();
      if (text.size() > 4) fault.name = std::string{text.substr(4)};
      return fault;
    };
    language.settings = [](std::string_view text) -> Result<spec::MockSettings> {
      if (text != "slow") return Error{"not a setting"};
      spec::MockSettings settings;
      settings.latency = {spec::Delay::Kind::uniform, 10ms, 20ms};
      settings.rate_limit.emplace(Rate{5});
      return settings;
    };
    return language;
  }

  boost::asio::io_context io_;
  MockSet set_;
  ControlLanguage language_ = make_language();
};

}  // namespace

TEST_CASE("control: faults go on and off by name", "[mocks][control]") {
  Desk desk;
  CHECK(desk.json("GET", "/mocks/openai/faults", 200).at("faults").empty());
  CHECK(desk.json("POST", "/mocks/openai/faults", 201, "503").at("fault") == "control-1");
  CHECK(desk.json("POST", "/mocks/openai/faults", 201, "503 down").at("fault") == "down");
  CHECK(desk.error("POST", "/mocks/openai/faults", 409, "503 down").find("'down' already") !=
        std::string::npos);
  const Json faults = desk.json("GET", "/mocks/openai/faults", 200).at("faults");
  REQUIRE(faults.size() == 2);
  CHECK(faults[1].at("name") == "down");
  CHECK(faults[1].at("active") == true);
  CHECK(faults[1].at("hits") == 0);
  CHECK(desk.error("DELETE", "/mocks/openai/faults/donw", 404).find("did you mean 'down'?") !=
        std::string::npos);
  CHECK(desk.json("DELETE", "/mocks/openai/faults/down", 200).at("active") == false);
  CHECK(desk.json("DELETE", "/mocks/openai/faults", 200).at("ended").size() == 1);
  CHECK(desk.json("GET", "/mocks/openai/faults", 200).at("faults").empty());
  CHECK(desk.error("POST", "/mocks/openai/faults", 400, "nonsense") == "not a fault");
}

TEST_CASE("control: at most a hundred faults at a time", "[mocks][control]") {
  Desk desk;
  for (std::size_t i = 0; i < Mock::kNamedFaultsMax; ++i) {
    CHECK(desk.ask("POST", "/mocks/openai/faults", "503").status == 201);
  }
  CHECK(desk.error("POST", "/mocks/openai/faults", 409, "503").find("most at a time") !=
        std::string::npos);
}

TEST_CASE("control: the faults of a drill are not its to end", "[mocks][control]") {
  Desk desk;
  spec::MockFault fault;
  fault.steps.push_back({});
  desk.set().find("openai")->inject(0, fault, TimePoint{1000s});
  CHECK(desk.error("DELETE", "/mocks/openai/faults/x", 404) != "");
  CHECK(desk.json("DELETE", "/mocks/openai/faults", 200).at("ended").empty());
  CHECK(desk.json("GET", "/mocks/openai/faults", 200).at("faults").at(0).at("active") == true);
}

TEST_CASE("control: latency and rate limit can be seen and changed", "[mocks][control]") {
  Desk desk;
  const Json before = desk.json("GET", "/mocks/openai", 200);
  CHECK(before.at("requests") == 0);
  CHECK(before.at("started").is_string());
  CHECK(before.at("age").is_number());
  CHECK(before.at("settings") == Json{{"latency", {{"kind", "fixed"}, {"seconds", {0.0}}}},
                                      {"rate_limit_per_second", nullptr}});
  const Json after = desk.json("PATCH", "/mocks/openai", 200, "slow").at("settings");
  CHECK(after == Json{{"latency", {{"kind", "uniform"}, {"seconds", {0.01, 0.02}}}},
                      {"rate_limit_per_second", 5.0}});
  CHECK(desk.json("GET", "/mocks/openai", 200).at("settings") == after);
  CHECK(desk.error("PATCH", "/mocks/openai", 400, "fast") == "not a setting");
}

TEST_CASE("control: state can be seen and reset", "[mocks][control]") {
  Desk desk;
  CHECK(desk.json("GET", "/mocks/openai/state", 200).at("mock") == "openai");
  CHECK(desk.json("GET", "/mocks/openai/state", 200).at("state").is_object());
  CHECK(desk.json("POST", "/mocks/openai/reset", 200).at("reset") == "openai");
  CHECK(desk.error("GET", "/mocks/openai/reset", 405) ==
        "/mocks/openai/reset answers POST, not GET");
  CHECK(desk.error("GET", "/mocks/opnai/state", 404).find("did you mean 'openai'?") !=
        std::string::npos);
}

TEST_CASE("control: what a mock sent by itself can be seen", "[mocks][control]") {
  Desk desk;
  WebhookEntry entry;
  entry.event = "response.completed";
  entry.id = "evt_1";
  DeliveryBook& book = desk.set().find("openai")->deliveries();
  const auto number = book.open(entry, TimePoint{1000s});
  book.attempted(number, TimePoint{1000s}, TimePoint{1001s}, 204, "");
  book.settle(number, WebhookFate::acknowledged, TimePoint{1001s});
  const Json sent = desk.json("GET", "/mocks/openai/deliveries", 200);
  CHECK(sent.at("next") == 1);
  CHECK(sent.at("more") == false);
  REQUIRE(sent.at("entries").size() == 1);
  const Json& first = sent.at("entries").at(0);
  CHECK(first.at("event") == "response.completed");
  CHECK(first.at("fate") == "acknowledged");
  CHECK(first.at("attempts").at(0).at("status") == 204);
  CHECK(first.at("attempts").at(0).at("seconds") == 1.0);
  CHECK(desk.json("DELETE", "/mocks/openai/deliveries", 200).at("cleared") == 1);
  CHECK(desk.json("GET", "/mocks/openai/deliveries", 200).at("entries").empty());
}

TEST_CASE("control: what a web page could have sent is refused", "[mocks][control]") {
  Desk desk;
  const auto status = [&](std::vector<HttpHeader> headers) {
    return desk.ask("GET", "/health", "", std::move(headers)).status;
  };
  for (const char* host : {"127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:80"}) {
    CAPTURE(host);
    CHECK(status({{"Host", host}}) == 200);
  }
  for (const char* host : {"", "evil.example", "evil.example:80", "127.0.0.1.evil.example",
                           "localhost.evil.example:1", "10.0.0.1", "[::2]", "[", "127.0.0.1@x"}) {
    CAPTURE(host);
    CHECK(status({{"Host", host}}) == 403);
  }
  CHECK(status({}) == 403);
  CHECK(status({{"Host", "127.0.0.1:8"}, {"Origin", "http://127.0.0.1:8"}}) == 200);
  for (const char* origin : {"http://127.0.0.1:9", "https://evil.example", "null"}) {
    CAPTURE(origin);
    CHECK(status({{"Host", "127.0.0.1:8"}, {"Origin", origin}}) == 403);
  }
}
