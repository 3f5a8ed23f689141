#include "mocks/make_provider.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>

using namespace firedrill;
using nlohmann::json;

namespace {

spec::DeclaredAnswer text_answer(std::string body, int status = 200) {
  spec::DeclaredAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.content_type = "text/plain";
  return answer;
}

spec::DeclaredAnswer json_answer(std::string body) {
  spec::DeclaredAnswer answer = text_answer(std::move(body));
  answer.body_is_json = true;
  answer.content_type = "application/json";
  return answer;
}

spec::DeclaredRoute route(std::string method, std::string path,
                          std::vector<spec::DeclaredAnswer> answers) {
  spec::DeclaredRoute made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.answers = std::move(answers);
  return made;
}

spec::Mock mock_of(std::vector<spec::DeclaredRoute> routes) {
  spec::Mock mock;
  mock.kind = spec::MockKind::declared;
  mock.declaration.routes = std::move(routes);
  return mock;
}

class Api {
 public:
  explicit Api(const spec::Mock& mock) : provider_{make_provider(mock).value()} {}

  HttpReply ask(const std::string& method, const std::string& path, std::string body = {},
                std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = method;
    request.target = path;
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
    request.body = std::move(body);
    request.headers = std::move(headers);
    ProviderContext context = next();
    return provider_->answer(request, context);
  }
  std::string get(const std::string& path) { return ask("GET", path).body; }
  HttpReply error(int status) {
    ProviderContext context = next();
    return provider_->error(status, context);
  }
  Provider& provider() { return *provider_; }

 private:
  ProviderContext next() {
    ProviderContext context;
    context.number = number_++;
    context.wall = WallTime{std::chrono::seconds{1'700'000'000}};
    context.rng = Rng::derive(1, "test", context.number);
    return context;
  }

  std::unique_ptr<Provider> provider_;
  std::uint64_t number_ = 0;
};

}  // namespace

TEST_CASE("declared: the first route that fits answers", "[mocks][declared]") {
  spec::DeclaredRoute picky = route("POST", "/pay", {text_answer("large", 202)});
  picky.when.json.emplace_back().pointer = "/amount";
  picky.when.json.back().value.between = {100.0, 1e9};
  picky.when.query.emplace_back().name = "live";
  picky.when.query.back().value.exists = true;
  picky.when.headers.emplace_back().name = "X-Kind";
  picky.when.headers.back().value.equals = spec::Scalar{"card"};
  picky.when.body.emplace().matches = "amount";
  Api api{mock_of({picky, route("POST", "/pay", {text_answer("any")}),
                   route("", "/ping", {text_answer("pong")})})};
  const std::vector<HttpHeader> card{{"x-kind", "card"}};
  CHECK(api.ask("POST", "/pay?live", R"({"amount":100})", card).status == 202);
  CHECK(api.ask("POST", "/pay?live", R"({"amount":99})", card).body == "any");
  CHECK(api.ask("POST", "/pay", R"({"amount":100})", card).body == "any");
  CHECK(api.ask("POST", "/pay?live", R"({"amount":100})").body == "any");
  CHECK(api.ask("POST", "/pay?live", "{\"amount\":", card).body == "any");
  CHECK(api.ask("BREW", "/ping").body == "pong");
}

TEST_CASE("declared: what has no route is told so", "[mocks][declared]") {
  spec::DeclaredRoute picky = route("GET", "/a", {text_answer("x")});
  picky.state = "later";
  Api api{mock_of({picky, route("POST", "/b", {text_answer("x")})})};
  const auto message = [](const HttpReply& reply) {
    return json::parse(reply.body).at("error").at("message").get<std::string>();
  };
  const HttpReply unknown = api.ask("GET", "/c");
  CHECK(unknown.status == 404);
  CHECK(message(unknown) == "no route for GET /c");
  const HttpReply conditions = api.ask("GET", "/a");
  CHECK(conditions.status == 404);
  CHECK(message(conditions).find("the state is 'start'") != std::string::npos);
  const HttpReply method = api.ask("GET", "/b");
  CHECK(method.status == 405);
  CHECK(find_header(method.headers, "allow") == "POST");
  CHECK(api.ask("GET", "/\xff\xfe").status == 404);
}

TEST_CASE("declared: answers carry values of the request", "[mocks][declared]") {
  spec::DeclaredAnswer answer = json_answer(
      R"({"id":"m-${counter.m}","again":"${counter.m}","amount":"${request.json/amount}",)"
      R"("deep":"${request.json/a/0}","none":"${request.json/none}","who":"${request.json/who}!",)"
      R"("path":"${request.path.id}","q":"${request.query.q}","h":"${request.header.X-H}",)"
      R"("at":"${now.unix}","m":"${request.method}","s":"${state}","${request.json/amount}":1})");
  answer.headers.push_back({"x-who", "${request.json/who}"});
  Api api{mock_of({route("POST", "/m/{id}", {answer})})};
  const HttpReply reply =
      api.ask("POST", "/m/a%20b?q=x+y", R"({"amount":12.5,"a":[{"b":1}],"who":"a\"b\r\nc"})",
              {{"x-h", "v"}});
  CHECK(find_header(reply.headers, "content-type") == "application/json");
  CHECK(find_header(reply.headers, "x-who") == "a\"b  c");
  CHECK(json::parse(reply.body) == json{{"id", "m-1"},
                                        {"again", 1},
                                        {"amount", 12.5},
                                        {"deep", {{"b", 1}}},
                                        {"none", nullptr},
                                        {"who", "a\"b\r\nc!"},
                                        {"path", "a b"},
                                        {"q", "x y"},
                                        {"h", "v"},
                                        {"at", 1'700'000'000},
                                        {"m", "POST"},
                                        {"s", "start"},
                                        {"12.5", 1}});
  CHECK(json::parse(api.ask("POST", "/m/1", "no json").body).at("id") == "m-2");
}

TEST_CASE("declared: a text that looks like a variable in a caller's value stays one",
          "[mocks][declared]") {
  Api api{mock_of({route("POST", "/", {text_answer("<${request.body}>")})})};
  CHECK(api.ask("POST", "/", "${counter.x}").body == "<${counter.x}>");
}

TEST_CASE("declared: several answers come in turn; the last stays, or they begin anew",
          "[mocks][declared]") {
  spec::DeclaredRoute stays =
      route("GET", "/stays", {text_answer("1"), text_answer("2"), text_answer("3")});
  spec::DeclaredRoute cycles = route("GET", "/cycles", {text_answer("a"), text_answer("b")});
  cycles.cycle = true;
  Api api{mock_of({stays, cycles})};
  std::string seen;
  for (int i = 0; i < 5; ++i) seen += api.get("/stays");
  for (int i = 0; i < 5; ++i) seen += api.get("/cycles");
  CHECK(seen == "12333ababa");
  api.provider().reset();
  CHECK(api.get("/stays") + api.get("/cycles") == "1a");
}

TEST_CASE("declared: routes set the state that others ask for", "[mocks][declared]") {
  spec::DeclaredRoute pay = route("POST", "/pay", {text_answer("ok")});
  pay.state = spec::kFirstState;
  pay.sets = "paid";
  spec::DeclaredRoute paid = route("GET", "/order", {text_answer("paid")});
  paid.state = "paid";
  Api api{mock_of({pay, paid, route("GET", "/order", {text_answer("open")})})};
  CHECK(api.get("/order") == "open");
  CHECK(api.ask("POST", "/pay").body == "ok");
  CHECK(api.get("/order") == "paid");
  CHECK(api.ask("POST", "/pay").status == 404);
  const json state = json::parse(api.provider().state());
  CHECK(state.at("state") == "paid");
  CHECK(state.at("routes").at(1).at("answered") == 1);
  api.provider().reset();
  CHECK(api.get("/order") == "open");
}

TEST_CASE("declared: errors of faults are worded as the scenario says", "[mocks][declared]") {
  spec::Mock mock = mock_of({route("GET", "/", {text_answer("x")})});
  const HttpReply plain = Api{mock}.error(503);
  CHECK(json::parse(plain.body) ==
        json{{"error", {{"status", 503}, {"message", "Service Unavailable"}}}});
  CHECK(find_header(Api{mock}.error(429).headers, "retry-after") == "1");
  mock.declaration.error = json_answer(R"({"code":"${error.status}","why":"${error.reason}"})");
  const HttpReply own = Api{mock}.error(429);
  CHECK(own.status == 429);
  CHECK(json::parse(own.body) == json{{"code", 429}, {"why", "Too Many Requests"}});
  mock.api_key = "k";
  Api api{mock};
  CHECK(api.ask("GET", "/").status == 401);
  CHECK(api.ask("GET", "/", "", {{"authorization", "Bearer k"}}).status == 200);
}

TEST_CASE("declared: a body that nests without end holds no values", "[mocks][declared]") {
  Api api{mock_of({route("POST", "/", {json_answer(R"({"v":"${request.json/0}"})")})})};
  CHECK(api.ask("POST", "/", std::string(1'000'000, '[')).body == R"({"v":null})");
}

TEST_CASE("declared: an answer may take longer than the others", "[mocks][declared]") {
  spec::DeclaredAnswer slow = text_answer("slow");
  slow.latency = {spec::Delay::Kind::fixed, std::chrono::milliseconds{30}, Duration{0}};
  Api api{mock_of({route("GET", "/", {slow})})};
  CHECK(api.ask("GET", "/").delay == std::chrono::milliseconds{30});
}
