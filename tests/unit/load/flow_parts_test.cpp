#include "harness/load/body_reader.hpp"
#include "harness/load/feeder_rows.hpp"
#include "harness/load/request_factory.hpp"
#include "harness/load/user_clock.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

spec::Users ramp(std::uint32_t from, std::uint32_t to, Duration over) {
  spec::Users users;
  users.from = from;
  users.to = to;
  users.over = over;
  return users;
}

spec::Feeder feeder(spec::Feeder::Order order, std::size_t rows) {
  auto table = std::make_shared<spec::Table>();
  table->columns = {"id"};
  for (std::size_t i = 0; i < rows; ++i) table->rows.push_back({std::to_string(i)});
  spec::Feeder out;
  out.name = "ids";
  out.order = order;
  out.table = std::move(table);
  return out;
}

std::string read_all(const std::vector<BodyPiece>& pieces, std::size_t step) {
  BodyReader reader;
  reader.start(pieces, "0123456789");
  std::string out;
  std::string buffer(step, ' ');
  while (const std::size_t count = reader.read(buffer.data(), step)) out += buffer.substr(0, count);
  return out;
}

RequestFactory factory(const spec::Request& request) {
  return RequestFactory{"s", request, {"x-id", 7, [](std::string_view) { return ""; }, {}}};
}

}  // namespace

TEST_CASE("users: each begins when the line reaches it, and counts from then on", "[load][users]") {
  const spec::Users up = ramp(2, 6, 4s);
  for (std::uint32_t user = 0; user < 6; ++user) {
    CAPTURE(user);
    const auto begins = user_begins(up, user);
    REQUIRE(begins);
    CHECK(users_at(up, *begins) > user);
    if (*begins > 0s) CHECK(users_at(up, *begins - 1ms) <= user);
  }
  CHECK(user_begins(up, 1) == 0s);
  CHECK(user_begins(up, 5) == 4s);
  CHECK_FALSE(user_begins(up, 6));
  CHECK(users_at(up, 1h) == 6);
}

TEST_CASE("users: when they become fewer, the last to come go first", "[load][users]") {
  const spec::Users down = ramp(10, 0, 10s);
  CHECK(users_at(down, 0s) == 10);
  CHECK(users_at(down, 5s) == 5);
  CHECK(users_at(down, 10s) == 0);
  CHECK(user_begins(down, 9) == 0s);
  CHECK(users_at(ramp(3, 3, 0s), 0s) == 3);
}

TEST_CASE("feeder: unique rows are handed out once, whoever shares them", "[load][feeder]") {
  const spec::Feeder ids = feeder(spec::Feeder::Order::unique, 7);
  std::set<std::string> seen;
  for (std::uint64_t part = 0; part < 3; ++part) {
    FeederRows rows{ids, 1, part, 3};
    while (const auto* row = rows.next()) CHECK(seen.insert(rows.value(*row, "id")).second);
  }
  CHECK(seen.size() == 7);
}

TEST_CASE("feeder: sequential begins again, random stays in the table", "[load][feeder]") {
  const spec::Feeder in_turn = feeder(spec::Feeder::Order::sequential, 2);
  FeederRows rows{in_turn, 1, 0, 1};
  std::string order;
  for (int i = 0; i < 5; ++i) order += rows.value(*rows.next(), "id");
  CHECK(order == "01010");
  const spec::Feeder any = feeder(spec::Feeder::Order::random, 5);
  FeederRows one{any, 1, 0, 1};
  FeederRows same{any, 1, 0, 1};
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string value = one.value(*one.next(), "id");
    CHECK(value == same.value(*same.next(), "id"));
    seen.insert(value);
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("body: pieces are read in order, whatever the step, and again after a rewind",
          "[load][body]") {
  const auto file = std::make_shared<const std::string>("FILE");
  const std::vector<BodyPiece> pieces{
      {"<", nullptr, 0}, {"", file, 0}, {"|", nullptr, 0}, {"", nullptr, 13}, {">", nullptr, 0}};
  CHECK(size_of(pieces) == 20);
  for (const std::size_t step : {std::size_t{1}, std::size_t{4}, std::size_t{64}}) {
    CAPTURE(step);
    CHECK(read_all(pieces, step) == "<FILE|0123456789012>");
  }
}

TEST_CASE("factory: query, form and cookies are encoded", "[load][factory]") {
  spec::Request request;
  request.method = "POST";
  request.path = "/a?x=1";
  request.query = {{"q", "${request.index} & more"}, {"e", ""}};
  request.form = {{"full name", "Ana & Co"}, {"n", "${request.index}"}};
  request.cookies = {{"a", "1"}, {"b", "${request.index}"}};
  const RequestFactory made = factory(request);
  const OutgoingRequest out = made.make(5);
  // What the scenario writes is as much a value as what a variable holds.
  CHECK(out.path == "/a?x=1&q=5%20%26%20more&e=");
  CHECK(out.body == "full%20name=Ana%20%26%20Co&n=5");
  CHECK(out.cookies == "a=1; b=5");
  CHECK(made.constant_headers() ==
        std::vector<std::string>{"Content-Type: application/x-www-form-urlencoded"});
}

TEST_CASE("factory: a multipart body names its parts and ends with its boundary",
          "[load][factory]") {
  spec::Request request;
  request.method = "POST";
  request.path = "/a";
  spec::Part note;
  note.name = "note";
  note.content.text = "hello";
  spec::Part scan;
  scan.name = "scan";
  scan.filename = "x-${request.index}.png";
  scan.content_type = "image/png";
  scan.content.generated = 5;
  request.multipart = {note, scan};
  const RequestFactory made = factory(request);
  const std::string type = made.constant_headers().front();
  const std::string boundary = type.substr(type.find("boundary=") + 9);
  const OutgoingRequest out = made.make(3);
  CHECK(read_all(out.pieces, 7) ==
        "--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--" +
            boundary +
            "\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"x-3.png\"\r\n"
            "Content-Type: image/png\r\n\r\n01234\r\n--" +
            boundary + "--\r\n");
  CHECK(out.body.empty());
}

TEST_CASE("factory: a slot and a person come from the seed", "[load][factory]") {
  spec::Request request;
  request.path = "/${fake.slot.UTC}/${person.email}/${person.canary}";
  const RequestFactory made = factory(request);
  CHECK(made.make(1).path == made.make(1).path);
  CHECK(made.make(1).path != made.make(2).path);
}
