// Embeddings, moderations, stored chats, events, and the errors inside streams.
#include "harness/base/strings.hpp"
#include "mocks/openai/events.hpp"
#include "mocks/openai/openai.hpp"
#include "tests/unit/openai/api.hpp"

#include <cmath>
#include <cstring>
#include <set>

using namespace firedrill;
using namespace firedrill::test;

namespace {

const std::string kEmbeddings = "/v1/embeddings";
const std::string kModerations = "/v1/moderations";

Json embedding(Json changes = Json::object()) {
  Json body{{"model", "text-embedding-3-small"}, {"input", "a crown"}};
  body.update(changes);
  return body;
}

std::vector<float> numbers_of(const Json& body, std::size_t index = 0) {
  return body["data"][index]["embedding"].get<std::vector<float>>();
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace

TEST_CASE("openai embeddings: unit vectors that depend on the text", "[openai][embeddings]") {
  OpenAiApi api;
  const Json body = OpenAiApi::good(
      api.post(kEmbeddings, embedding({{"input", {"a crown", "a bridge", "a crown"}}})));
  const auto first = numbers_of(body, 0);
  CHECK(first.size() == 1536);
  CHECK(dot(first, first) == Approx(1).margin(1e-5));
  CHECK(first == numbers_of(body, 2));
  CHECK(std::abs(dot(first, numbers_of(body, 1))) < 0.2);
  CHECK(body["data"][1]["index"] == 1);
  CHECK(body["usage"] == Json{{"prompt_tokens", 6}, {"total_tokens", 6}});
}

TEST_CASE("openai embeddings: base64 holds the same little-endian floats", "[openai][embeddings]") {
  OpenAiApi api;
  const auto plain = numbers_of(OpenAiApi::good(api.post(kEmbeddings, embedding())));
  const Json coded =
      OpenAiApi::good(api.post(kEmbeddings, embedding({{"encoding_format", "base64"}})));
  std::string bytes(plain.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), plain.data(), bytes.size());
  CHECK(coded["data"][0]["embedding"] == base64(bytes));
}

TEST_CASE("openai embeddings: dimensions, tokens as input, and what is refused",
          "[openai][embeddings]") {
  OpenAiApi api;
  CHECK(numbers_of(OpenAiApi::good(api.post(kEmbeddings, embedding({{"dimensions", 8}})))).size() ==
        8);
  const Json tokens = OpenAiApi::good(api.post(kEmbeddings, embedding({{"input", {1, 2, 3}}})));
  CHECK(tokens["usage"]["prompt_tokens"] == 3);
  const Json lists =
      OpenAiApi::good(api.post(kEmbeddings, embedding({{"input", Json::parse("[[1,2],[3]]")}})));
  CHECK(lists["data"].size() == 2);
  const Json large = embedding({{"model", "text-embedding-3-large"}});
  CHECK(numbers_of(OpenAiApi::good(api.post(kEmbeddings, large))).size() == 3072);

  const auto status = [&api](const Json& body) { return api.post(kEmbeddings, body).status; };
  CHECK(error_of(api.post(kEmbeddings, embedding({{"input", Json::array()}})))["message"]
            .get<std::string>()
            .starts_with("'$.input' is invalid."));
  for (const Json& input :
       {Json(""), Json(5), Json::array({"a", 1}), Json::array({""}),
        Json(std::vector<std::string>(2049, "a")), Json(std::string(8192 * 4 + 1, 'a'))}) {
    CHECK(status(embedding({{"input", input}})) == 400);
  }
  CHECK(status(embedding({{"dimensions", 1537}})) == 400);
  CHECK(status(embedding({{"encoding_format", "hex"}})) == 400);
  CHECK(status(embedding({{"foo", 1}})) == 400);
  CHECK(status({{"input", "x"}}) == 400);
  CHECK(status(embedding({{"model", "gpt-4o"}})) == 403);
  CHECK(status(embedding({{"model", "llama"}})) == 404);
  CHECK(error_of(api.post(kEmbeddings, embedding({{"model", "text-embedding-ada-002"},
                                                  {"dimensions", 8}})))["message"] ==
        "This model does not support specifying dimensions.");
}

TEST_CASE("openai moderations: words flag their categories", "[openai][moderations]") {
  OpenAiApi api;
  const Json body = OpenAiApi::good(
      api.post(kModerations, {{"input", {"A nice crown.", "I will KILL him and hurt myself"}}}));
  CHECK(body["model"] == "omni-moderation-latest");
  CHECK_THAT(body["id"].get<std::string>(), Catch::Matches("modr-[0-9a-f]{32}"));
  REQUIRE(body["results"].size() == 2);
  const Json& calm = body["results"][0];
  CHECK(calm["flagged"] == false);
  CHECK(calm["categories"].size() == 13);
  CHECK(calm["category_scores"].size() == 13);
  CHECK(calm["category_applied_input_types"]["violence"] == Json{"text"});
  for (const auto& score : calm["category_scores"]) CHECK(score.get<double>() < 0.01);
  const Json& bad = body["results"][1];
  CHECK(bad["flagged"] == true);
  CHECK(bad["categories"]["violence"] == true);
  CHECK(bad["categories"]["self-harm"] == true);
  CHECK(bad["categories"]["hate"] == false);
  CHECK(bad["category_scores"]["violence"].get<double>() >= 0.9);
}

TEST_CASE("openai moderations: parts are judged together; errors are the API's",
          "[openai][moderations]") {
  OpenAiApi api;
  const Json parts = Json::array({{{"type", "text"}, {"text", "murder"}},
                                  {{"type", "image_url"}, {"image_url", {{"url", "data:,"}}}}});
  const Json body = OpenAiApi::good(api.post(kModerations, {{"input", parts}}));
  REQUIRE(body["results"].size() == 1);
  CHECK(body["results"][0]["flagged"] == true);
  CHECK(body["results"][0]["category_applied_input_types"]["violence"] == Json{"text", "image"});
  for (const Json& wrong :
       {Json::object(), Json{{"input", 5}}, Json{{"input", Json::array()}},
        Json{{"input", Json::array({1})}}, Json{{"input", "x"}, {"model", "gpt-4o"}},
        Json{{"input", "x"}, {"foo", 1}}, Json{{"input", {{{"type", "sound"}}}}}}) {
    CAPTURE(wrong.dump());
    const HttpReply reply = api.post(kModerations, wrong);
    CHECK(reply.status == 400);
    error_of(reply);
  }
}

TEST_CASE("openai chats: those that are stored can be listed, read, changed and deleted",
          "[openai][chats]") {
  OpenAiApi api;
  api.post(kChat, chat());  // not stored
  std::vector<std::string> ids;
  for (const char* who : {"a", "b", "c"}) {
    const HttpReply reply = api.post(kChat, chat({{"store", true}, {"metadata", {{"who", who}}}}));
    ids.push_back(OpenAiApi::good(reply)["id"]);
  }
  const auto listed = [&api](const std::string& query) {
    std::vector<std::string> found;
    const Json page = api.get(kChat + query);
    for (const Json& one : page["data"]) found.push_back(one["id"]);
    return found;
  };
  using Ids = std::vector<std::string>;
  CHECK(listed("") == ids);
  CHECK(listed("?order=desc&limit=2") == Ids{ids[2], ids[1]});
  CHECK(listed("?after=" + ids[0] + "&limit=1") == Ids{ids[1]});
  CHECK(api.get(kChat + "?limit=2")["has_more"] == true);
  CHECK(listed("?metadata%5Bwho%5D=b") == Ids{ids[1]});
  CHECK(listed("?model=o1").empty());

  const std::string path = kChat + "/" + ids[1];
  CHECK(api.get(path)["metadata"]["who"] == "b");
  CHECK(api.get(path + "/messages")["data"][0]["content"] == "How much?");
  const Json changed = OpenAiApi::good(api.post(path, {{"metadata", {{"who", "d"}}}}));
  CHECK(changed["metadata"]["who"] == "d");
  CHECK(api.post(path, Json::object()).status == 400);
  CHECK(OpenAiApi::good(api.send("DELETE", path))["deleted"] == true);
  CHECK(api.send("GET", path).status == 404);
  CHECK(api.send("DELETE", path).status == 404);
  CHECK(listed("") == Ids{ids[0], ids[2]});
}

TEST_CASE("openai events: every name builds one, signed as Standard Webhooks", "[openai][events]") {
  std::set<std::string> ids;
  for (const std::string& name : openai::event_names()) {
    CAPTURE(name);
    ProviderContext context;
    context.rng = Rng{7};
    const auto event = openai::sample_event(name, context);
    REQUIRE(event);
    CHECK(event->event == name);
    CHECK(event->signature == Signature::standard_webhooks);
    CHECK(find_header(event->headers, "content-type") == "application/json");
    const Json body = Json::parse(event->body);
    CHECK(body["type"] == name);
    CHECK(body["object"] == "event");
    CHECK(body["id"] == event->id);
    CHECK_FALSE(body["data"].empty());
  }
  ProviderContext context;
  CHECK_FALSE(openai::sample_event("response.exploded", context));
}

TEST_CASE("openai: an error in a stream has the form of its route", "[openai][stream]") {
  OpenAiApi api;
  ProviderContext context;
  HttpRequest request;
  request.path = "/v1/chat/completions";
  const std::string chat_error = api.provider().stream_error(request, 3, context);
  REQUIRE(chat_error.starts_with("data: {\"error\":"));
  CHECK(Json::parse(chat_error.substr(6))["error"]["type"] == "server_error");
  request.path = "/responses";
  const std::string response_error = api.provider().stream_error(request, 3, context);
  REQUIRE(response_error.starts_with("event: error\ndata: "));
  CHECK(Json::parse(response_error.substr(19))["sequence_number"] == 3);
}

TEST_CASE("openai: errors say whether it is worth trying again", "[openai][headers]") {
  OpenAiApi api;
  const auto advice = [&api](int status) {
    ProviderContext context;
    const HttpReply reply = api.provider().error(status, context);
    return std::string{find_header(reply.headers, "x-should-retry")};
  };
  for (const int status : {408, 409, 429, 500, 503}) CHECK(advice(status) == "true");
  for (const int status : {400, 401, 403, 404, 422}) CHECK(advice(status) == "false");
  CHECK(find_header(api.post(kChat, chat()).headers, "x-should-retry").empty());
}

TEST_CASE("openai: every route is listed, once", "[openai][routes]") {
  const auto names = openai::route_names();
  CHECK(std::set<std::string>{names.begin(), names.end()}.size() == names.size());
  CHECK(std::count(names.begin(), names.end(), "POST /v1/chat/completions") == 1);
  CHECK(std::count(names.begin(), names.end(), "GET /v1/responses/{response}/input_items") == 1);
}

TEST_CASE("openai chats: what a request may not have is named by its path", "[openai][chats]") {
  OpenAiApi api;
  const auto unknown = [&api](const Json& changes) {
    const HttpReply reply = api.post(kChat, chat(changes));
    CHECK(reply.status == 400);
    const Json error = error_of(reply);
    CHECK(error["code"] == "unknown_parameter");
    return error["param"].get<std::string>();
  };
  CHECK(unknown({{"top_k", 5}}) == "top_k");
  CHECK(unknown({{"messages", {{{"role", "user"}, {"content", "x"}, {"mood", "good"}}}}}) ==
        "messages[0].mood");
  CHECK(unknown({{"stream", true}, {"stream_options", {{"include_costs", true}}}}) ==
        "stream_options.include_costs");
  const Json tool{{"type", "function"}, {"function", {{"name", "f"}, {"args", Json::object()}}}};
  CHECK(unknown({{"tools", {tool}}}) == "tools[0].function.args");
}

TEST_CASE("openai chats: names of functions are as the API wants them", "[openai][chats]") {
  OpenAiApi api;
  const auto named = [&api](const std::string& name) {
    const Json tool{{"type", "function"}, {"function", {{"name", name}}}};
    return api.post(kChat, chat({{"tools", {tool}}}));
  };
  CHECK(named("book_visit-2").status == 200);
  CHECK(error_of(named("book a visit"))["message"] ==
        "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that "
        "matches the pattern '^[a-zA-Z0-9_-]+$'.");
  CHECK(error_of(named(""))["code"] == "invalid_value");
  CHECK(error_of(named(std::string(65, 'a')))["code"] == "string_above_max_length");
}

TEST_CASE("openai chats: more than the model can take is refused", "[openai][chats]") {
  OpenAiApi api;
  const std::string long_text(4 * 128'000, 'a');
  const HttpReply reply =
      api.post(kChat, chat({{"messages", {{{"role", "user"}, {"content", long_text}}}}}));
  CHECK(reply.status == 400);
  CHECK(error_of(reply)["code"] == "context_length_exceeded");
}
