#include "harness/load/request_factory.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace firedrill;

namespace {

spec::Stream stream() {
  spec::Stream stream;
  stream.name = "score";
  stream.request.method = "POST";
  stream.request.path = "/leads/${request.index}?q=${mocks.openai.url}";
  stream.request.headers = {{"x-fixed", "a ${mocks.openai.url}"}, {"x-varies", "${request.id}"}};
  stream.request.body = R"({"phone":"${fake.phone_e164}","name":"${fake.name}"})";
  stream.request.body_is_json = true;
  return stream;
}

std::string constants(std::string_view name) {
  return name == "mocks.openai.url" ? "http://m" : "";
}

RequestFactory factory(std::uint64_t seed) {
  return RequestFactory{stream(), "x-correlation-id", seed, constants};
}

}  // namespace

TEST_CASE("request factory: request i depends on seed, stream and i alone", "[load][factory]") {
  const RequestFactory a = factory(7);
  const RequestFactory b = factory(7);
  const OutgoingRequest late = b.make(41);
  CHECK(a.make(0).body != late.body);
  CHECK(a.make(41).body == late.body);
  CHECK(a.make(41).headers == late.headers);
  CHECK(factory(8).make(41).body != late.body);
}

TEST_CASE("request factory: variables are filled in, constant headers once", "[load][factory]") {
  const RequestFactory made = factory(7);
  CHECK(made.constant_headers() ==
        std::vector<std::string>{"x-fixed: a http://m", "Content-Type: application/json"});
  const OutgoingRequest request = made.make(3);
  CHECK(request.path == "/leads/3?q=http://m");
  CHECK(request.headers == std::vector<std::string>{"x-correlation-id: " + request.correlation_id,
                                                    "x-varies: " + request.correlation_id});
  CHECK(request.body.find("${") == std::string::npos);
}

TEST_CASE("request factory: correlation ids are unique in the drill", "[load][factory]") {
  const RequestFactory made = factory(7);
  std::set<std::string> ids;
  for (std::uint64_t i = 0; i < 5000; ++i) ids.insert(made.make(i).correlation_id);
  CHECK(ids.size() == 5000);
}

TEST_CASE("request factory: a content type that the scenario states is kept", "[load][factory]") {
  spec::Stream own = stream();
  own.request.headers = {{"content-type", "application/merge-patch+json"}};
  const RequestFactory made{own, "x-correlation-id", 7, constants};
  CHECK(made.constant_headers() ==
        std::vector<std::string>{"content-type: application/merge-patch+json"});
}
