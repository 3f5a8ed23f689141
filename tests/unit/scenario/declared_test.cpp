#include "harness/text/template.hpp"
#include "tests/unit/scenario/loading.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace firedrill;
using namespace firedrill::test;

namespace {

/// kPlain with a mock of its own besides.
std::string with_routes(const std::string& routes) {
  return plain_with("mocks: { openai: {} }", "mocks: { openai: {}, own: { " + routes + " } }");
}

bool any_says(const std::vector<std::string>& lines, const std::string& words) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
}

/// Exactly one mistake, which says `words`.
void refuses(const std::string& routes, const std::string& words) {
  const auto lines = problems(with_routes(routes));
  CAPTURE(routes, words, lines);
  CHECK(lines.size() == 1);
  CHECK(any_says(lines, words));
}

}  // namespace

TEST_CASE("declared: a mock of the scenario's own is built as it is written", "[scenario]") {
  const Loaded loaded = load(with_routes(
      "latency: 5ms, routes: [{ post: \"/m/{id}\", when: { json: { /a: 1 } }, sets: b, respond: { "
      "status: 201, headers: { x-id: \"${request.path.id}\" }, json: { n: \"${counter.n}\" } } }, "
      "{ any: /m, state: b, cycle: true, respond: [{ body: one }, {}] }]"));
  REQUIRE(lines_of(loaded) == std::vector<std::string>{});
  const auto& [name, mock] = loaded.scenario->mocks.at(1);
  CHECK(name == "own");
  CHECK(mock.kind == spec::MockKind::declared);
  CHECK(mock.latency.a == std::chrono::milliseconds{5});
  REQUIRE(mock.declaration.routes.size() == 2);
  const spec::DeclaredRoute& first = mock.declaration.routes[0];
  CHECK(first.method == "POST");
  CHECK(first.path == "/m/{id}");
  CHECK(first.when.json.at(0).pointer == "/a");
  CHECK(first.sets == "b");
  REQUIRE(first.answers.size() == 1);
  CHECK(first.answers[0].status == 201);
  CHECK(first.answers[0].body == R"({"n":"${counter.n}"})");
  CHECK(first.answers[0].body_is_json);
  CHECK(first.answers[0].content_type == "application/json");
  CHECK(first.answers[0].headers.at(0).value == "${request.path.id}");
  const spec::DeclaredRoute& second = mock.declaration.routes[1];
  CHECK(second.method.empty());
  CHECK(second.state == "b");
  CHECK(second.cycle);
  REQUIRE(second.answers.size() == 2);
  CHECK(second.answers[1].content_type.empty());
}

TEST_CASE("declared: what nothing can lead to is a mistake", "[scenario]") {
  refuses("routes: [{ get: /, state: pai, sets: paid, respond: {} }]",
          "no route sets the state 'pai' (did you mean 'paid'?); there is paid or start");
  refuses("routes: [{ get: \"/{id}/{id}\", respond: {} }]", "the path has '{id}' twice");
  refuses("routes: [{ get: /, cycle: true, respond: {} }]", "'cycle' wants several answers");
  refuses("routes: [{ get: \"/{id}\", respond: { body: \"${request.path.idd}\" } }]",
          "the path has no '{idd}' (did you mean 'id'?); it has id");
  refuses("routes: [{ get: /, respond: { body: \"${request.json/a~2}\" } }]", "'~' stands only as");
  refuses("routes: [{ get: /, respond: { body: \"${request.jsno/a}\" } }]",
          "unknown variable ${request.jsno/a}");
  refuses("routes: [{ get: /, respond: { body: \"${error.status}\" } }]",
          "unknown variable ${error.status}");
  refuses("routes: [{ get: /, respond: { headers: { Content-Length: 3 } } }]",
          "'Content-Length' follows from the answer and cannot be set");
}

TEST_CASE("declared: faults and addresses name a mock of the scenario's own like any other",
          "[scenario]") {
  const std::string text = with_routes("routes: [{ get: /, respond: {} }]");
  const auto inject = [&](const std::string& mock) {
    std::string with = text;
    return with.replace(with.find("- outage: 4s"), 12,
                        "- outage: 4s\n    inject: [{ mock: " + mock + ", reset: true }]");
  };
  CHECK(problems(inject("own")).empty());
  CHECK(any_says(problems(inject("onw")), "no mock 'onw' (did you mean 'own'?)"));
}

TEST_CASE("declared: files are read beside the scenario, bounded, and sent as they are",
          "[scenario]") {
  const Folder folder;
  folder.write("a.json", "{\"x\":\"${y}\"}");
  folder.write("big.bin", std::string(1024 * 1024 + 1, 'x'));
  const auto with_file = [&](const std::string& file) {
    return load_scenario(
        folder.write("s.yaml",
                     with_routes("routes: [{ get: /, respond: { file: " + file + " } }]")),
        no_env());
  };
  const Loaded loaded = with_file("a.json");
  REQUIRE(lines_of(loaded) == std::vector<std::string>{});
  const spec::DeclaredAnswer& answer =
      loaded.scenario->mocks.at(1).second.declaration.routes.at(0).answers.at(0);
  CHECK(answer.content_type == "application/json");
  const auto body = Template::parse(answer.body);
  REQUIRE(body);
  CHECK(body->render([](std::string_view) { return std::string{"?"}; }) == "{\"x\":\"${y}\"}");
  CHECK(any_says(lines_of(with_file("none.json")), "no such file"));
  CHECK(any_says(lines_of(with_file("big.bin")), "at most 1 MiB"));
  CHECK(any_says(lines_of(with_file(".")), "not a regular file"));
}
