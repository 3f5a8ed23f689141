#include "mocks/openai/store.hpp"
#include "tests/unit/openai/api.hpp"

using namespace firedrill;
using namespace firedrill::test;
using namespace std::chrono_literals;

namespace {

Json asking(Json changes = Json::object()) {
  Json body{{"model", "gpt-4o"}, {"input", "How much?"}};
  body.update(changes);
  return body;
}

struct Event {
  std::string type;
  Json data;
};

std::vector<Event> events_of(const HttpReply& reply) {
  CHECK(find_header(reply.headers, "content-type") == "text/event-stream; charset=utf-8");
  std::vector<Event> events;
  for (const HttpChunk& chunk : reply.stream) {
    const std::size_t line = chunk.bytes.find('\n');
    REQUIRE(chunk.bytes.starts_with("event: "));
    REQUIRE(chunk.bytes.ends_with("\n\n"));
    REQUIRE(chunk.bytes.compare(line + 1, 6, "data: ") == 0);
    events.push_back({chunk.bytes.substr(7, line - 7), Json::parse(chunk.bytes.substr(line + 7))});
  }
  return events;
}

std::vector<std::string> types_of(const std::vector<Event>& events) {
  std::vector<std::string> types;
  for (const Event& event : events) {
    if (types.empty() || types.back() != event.type) types.push_back(event.type);
  }
  return types;
}

}  // namespace

TEST_CASE("openai responses: an answer has what the reference lists, and adds up",
          "[openai][responses]") {
  spec::Mock mock;
  mock.answer = "12345678";
  OpenAiApi api{mock};
  const Json body = OpenAiApi::good(api.post(kResponses, asking({{"instructions", "Be brief."}})));
  CHECK_THAT(body["id"].get<std::string>(), Catch::Matches("resp_[0-9a-f]{48}"));
  CHECK(body["object"] == "response");
  CHECK(body["status"] == "completed");
  CHECK(body["instructions"] == "Be brief.");
  for (const char* key : {"created_at", "error", "incomplete_details", "metadata", "tools",
                          "parallel_tool_calls", "tool_choice", "temperature", "top_p", "text",
                          "reasoning", "truncation", "previous_response_id", "store"}) {
    CAPTURE(key);
    CHECK(body.contains(key));
  }
  CHECK(body["output"][0]["content"][0] == Json{{"type", "output_text"},
                                                {"annotations", Json::array()},
                                                {"logprobs", Json::array()},
                                                {"text", "12345678"}});
  CHECK(body["usage"]["input_tokens"] == 3 + 3 + 3 + 3);  // reply, message, and two texts
  CHECK(body["usage"]["output_tokens"] == 2);
  CHECK(body["usage"]["total_tokens"] == 14);
}

TEST_CASE("openai responses: the stream has every event in its order", "[openai][responses]") {
  OpenAiApi api;
  const auto events = events_of(api.post(kResponses, asking({{"stream", true}})));
  CHECK(types_of(events) ==
        std::vector<std::string>{"response.created", "response.in_progress",
                                 "response.output_item.added", "response.content_part.added",
                                 "response.output_text.delta", "response.output_text.done",
                                 "response.content_part.done", "response.output_item.done",
                                 "response.completed"});
  std::string text;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i].data["type"] == events[i].type);
    CHECK(events[i].data["sequence_number"] == i);
    text += events[i].data.value("delta", "");
  }
  const Json& last = events.back().data["response"];
  CHECK(last["output"][0]["content"][0]["text"] == text);
  CHECK(last["id"] == events.front().data["response"]["id"]);
  CHECK(events.front().data["response"]["output"] == Json::array());
}

TEST_CASE("openai responses: a call streams its arguments", "[openai][responses]") {
  OpenAiApi api;
  const Json tool{{"type", "function"},
                  {"name", "book"},
                  {"parameters",
                   {{"type", "object"},
                    {"properties", {{"minutes", {{"type", "integer"}}}}},
                    {"required", {"minutes"}}}}};
  const auto events = events_of(api.post(
      kResponses, asking({{"stream", true}, {"tools", {tool}}, {"tool_choice", "required"}})));
  CHECK(types_of(events) ==
        std::vector<std::string>{
            "response.created", "response.in_progress", "response.output_item.added",
            "response.function_call_arguments.delta", "response.function_call_arguments.done",
            "response.output_item.done", "response.completed"});
  const Json item = events.back().data["response"]["output"][0];
  CHECK(item["type"] == "function_call");
  CHECK_THAT(item["id"].get<std::string>(), Catch::Matches("fc_[0-9a-f]{48}"));
  CHECK(Json::parse(item["arguments"].get<std::string>())["minutes"].is_number_integer());
}

TEST_CASE("openai responses: the limit of tokens makes an answer incomplete",
          "[openai][responses]") {
  spec::Mock mock;
  mock.answer = std::string(200, 'a');
  OpenAiApi api{mock};
  const Json body = OpenAiApi::good(api.post(kResponses, asking({{"max_output_tokens", 16}})));
  CHECK(body["status"] == "incomplete");
  CHECK(body["incomplete_details"]["reason"] == "max_output_tokens");
  CHECK(body["usage"]["output_tokens"] == 16);
  const auto events =
      events_of(api.post(kResponses, asking({{"max_output_tokens", 16}, {"stream", true}})));
  CHECK(events.back().type == "response.incomplete");
}

TEST_CASE("openai responses: what is stored can be read, continued and deleted",
          "[openai][responses]") {
  OpenAiApi api;
  const Json first = OpenAiApi::good(api.post(kResponses, asking()));
  const std::string id = first["id"];
  const std::string path = kResponses + "/" + id;
  CHECK(api.get(path) == first);

  const Json next = OpenAiApi::good(
      api.post(kResponses, asking({{"previous_response_id", id}, {"input", "And how long?"}})));
  CHECK(next["previous_response_id"] == id);
  CHECK(next["usage"]["input_tokens"] == first["usage"]["total_tokens"].get<int>() + 3 + 3 + 4);

  const Json items = api.get(path + "/input_items");
  CHECK(items["data"][0]["content"][0]["text"] == "How much?");
  CHECK(items["has_more"] == false);
  CHECK(items["first_id"] == items["data"][0]["id"]);

  const auto replay = events_of(api.send("GET", path + "?stream=true&starting_after=1"));
  CHECK(replay.front().type == "response.output_item.added");
  CHECK(replay.front().data["sequence_number"] == 2);
  CHECK(replay.back().data["response"] == first);

  const Json deleted = OpenAiApi::good(api.send("DELETE", path));
  CHECK(deleted == Json{{"id", id}, {"object", "response"}, {"deleted", true}});
  const HttpReply gone = api.send("GET", path);
  CHECK(gone.status == 404);
  CHECK(error_of(gone)["message"] == "Response with id '" + id + "' not found.");
  const HttpReply orphan = api.post(kResponses, asking({{"previous_response_id", id}}));
  CHECK(orphan.status == 400);
  CHECK(error_of(orphan)["code"] == "previous_response_not_found");
}

TEST_CASE("openai responses: store: false leaves nothing behind, and reset nothing at all",
          "[openai][responses]") {
  OpenAiApi api;
  const Json body = OpenAiApi::good(api.post(kResponses, asking({{"store", false}})));
  CHECK(api.send("GET", kResponses + "/" + body["id"].get<std::string>()).status == 404);
  api.post(kResponses, asking());
  CHECK(Json::parse(api.provider().state())["responses"] == 1);
  api.provider().reset();
  CHECK(Json::parse(api.provider().state())["responses"] == 0);
}

TEST_CASE("openai responses: one in the background goes on without its caller",
          "[openai][responses]") {
  spec::Mock mock;
  mock.webhooks = {{"http://127.0.0.1:1/hook", "whsec_x", {}, {}},
                   {"http://127.0.0.1:2/other", "", {"batch.completed"}, {}}};
  OpenAiApi api{mock};
  const Json queued = OpenAiApi::good(api.post(kResponses, asking({{"background", true}})));
  CHECK(queued["status"] == "queued");
  CHECK(queued["output"] == Json::array());
  CHECK(queued["usage"].is_null());
  REQUIRE(api.outgoing.size() == 1);
  CHECK(api.outgoing[0].event == "response.completed");
  CHECK(api.outgoing[0].url == "http://127.0.0.1:1/hook");
  CHECK(api.outgoing[0].after == Duration{200ms});
  CHECK(Json::parse(api.outgoing[0].body)["data"] == Json{{"id", queued["id"]}});

  const std::string path = kResponses + "/" + queued["id"].get<std::string>();
  api.now += 100ms;
  CHECK(api.get(path)["status"] == "in_progress");
  api.now += 100ms;
  const Json done = api.get(path);
  CHECK(done["status"] == "completed");
  CHECK(done["output"].size() == 1);
  CHECK(OpenAiApi::good(api.send("POST", path + "/cancel"))["status"] == "completed");
}

TEST_CASE("openai responses: only what runs in the background can be cancelled",
          "[openai][responses]") {
  spec::Mock mock;
  mock.webhooks = {{"http://127.0.0.1:1/hook", "whsec_x", {}, {}}};
  OpenAiApi api{mock};
  const auto path_of = [&](const Json& changes) {
    const Json body = OpenAiApi::good(api.post(kResponses, asking(changes)));
    return kResponses + "/" + body["id"].get<std::string>();
  };
  const std::string waiting = path_of({{"background", true}});
  REQUIRE(api.outgoing.size() == 1);
  const Outgoing completed = api.outgoing[0];
  CHECK(api.provider().wants(completed, {}));
  CHECK(OpenAiApi::good(api.send("POST", waiting + "/cancel"))["status"] == "cancelled");
  CHECK_FALSE(api.provider().wants(completed, {}));
  REQUIRE(api.outgoing.size() == 1);
  CHECK(api.outgoing[0].event == "response.cancelled");
  CHECK(api.provider().wants(api.outgoing[0], {}));
  api.now += 10s;
  CHECK(api.get(waiting)["status"] == "cancelled");
  CHECK(OpenAiApi::good(api.send("POST", waiting + "/cancel"))["status"] == "cancelled");
  CHECK(api.outgoing.empty());

  const HttpReply refused = api.send("POST", path_of(Json::object()) + "/cancel");
  CHECK(refused.status == 400);
  CHECK(error_of(refused)["message"] == "Cannot cancel a synchronous response.");
}

TEST_CASE("openai responses: what is wrong with a request is said in the API's words",
          "[openai][responses]") {
  OpenAiApi api;
  const auto refused = [&api](const Json& body) {
    const HttpReply reply = api.post(kResponses, body);
    CHECK(reply.status == 400);
    return error_of(reply);
  };
  CHECK(refused({{"model", "gpt-4o"}})["message"] == "Missing required parameter: 'input'.");
  CHECK(refused({{"input", "x"}})["param"] == "model");
  CHECK(refused(asking({{"foo", 1}})) == Json{{"message", "Unknown parameter: 'foo'."},
                                              {"type", "invalid_request_error"},
                                              {"param", "foo"},
                                              {"code", "unknown_parameter"}});
  CHECK(refused(asking({{"input", {{{"role", "user"}, {"content", "x"}, {"foo", 1}}}}}))["param"] ==
        "input[0].foo");
  CHECK(refused(asking({{"input", 5}}))["code"] == "invalid_type");
  CHECK(refused(asking({{"input", {{{"role", "boss"}, {"content", "x"}}}}}))["param"] ==
        "input[0].role");
  CHECK(refused(asking(
            {{"input", {{{"role", "user"}, {"content", {{{"type", "text"}}}}}}}}))["param"] ==
        "input[0].content[0].type");
  CHECK(refused(asking({{"input", {{{"type", "letter"}}}}}))["code"] == "invalid_value");
  CHECK(refused(asking({{"max_output_tokens", 15}}))["code"] == "integer_below_min_value");
  CHECK(refused(asking({{"temperature", 3}}))["code"] == "decimal_above_max_value");
  CHECK(refused(asking({{"text", {{"format", {{"type", "json_object"}}}}}}))["param"] == "input");
  CHECK(refused(
            asking({{"text", {{"format", {{"type", "json_schema"}, {"name", "x"}}}}}}))["param"] ==
        "text.format.schema");
  CHECK(refused(asking({{"tool_choice", "some"}}))["code"] == "invalid_value");
  CHECK(refused(asking({{"background", true}, {"store", false}}))["param"] == "store");
  CHECK(api.send("POST", kResponses, "{").status == 400);
  CHECK(api.post(kResponses, asking({{"model", "llama"}})).status == 404);
}

TEST_CASE("openai webhooks: an endpoint that was registered is told, with its own secret",
          "[openai][webhooks]") {
  OpenAiApi api;
  const Json endpoint{{"name", "clinic"},
                      {"url", "http://127.0.0.1:1/hook"},
                      {"event_types", {"response.completed", "response.failed"}}};
  const Json made = OpenAiApi::good(api.post("/v1/webhook_endpoints", endpoint));
  api.post(kResponses, asking({{"background", true}}));
  REQUIRE(api.outgoing.size() == 1);
  CHECK(api.outgoing[0].url == "http://127.0.0.1:1/hook");
  CHECK(api.outgoing[0].secret == made["signing_secret"]);
  api.send("DELETE", "/v1/webhook_endpoints/" + made["id"].get<std::string>());
  api.post(kResponses, asking({{"background", true}}));
  CHECK(api.outgoing.empty());
  for (int i = 0; i < 100; ++i) api.post("/v1/webhook_endpoints", endpoint);
  CHECK(api.post("/v1/webhook_endpoints", endpoint).status == 400);
}

TEST_CASE("openai store: it is bounded by number and by bytes", "[openai][store]") {
  struct Blob {
    std::size_t size;
    [[nodiscard]] std::size_t bytes() const { return size; }
  };
  openai::Store<Blob> store;
  constexpr std::size_t third = openai::Store<Blob>::kBytesMax / 3;
  for (const char* id : {"a", "b", "c", "d"}) store.put(id, {third});
  CHECK(store.find("a") == nullptr);
  CHECK(store.find("b") != nullptr);
  CHECK(store.bytes() == 3 * third);
  CHECK(store.dropped() == 1);
  store.put("d", {1});
  CHECK(store.bytes() == 2 * third + 1);
  CHECK(store.erase("b"));
  CHECK_FALSE(store.erase("b"));
  store.clear();
  for (std::size_t i = 0; i <= openai::Store<Blob>::kCapacity; ++i) {
    store.put(std::to_string(i), {1});
  }
  CHECK(store.size() == openai::Store<Blob>::kCapacity);
  CHECK(store.find("0") == nullptr);
}
