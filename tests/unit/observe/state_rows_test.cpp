#include "harness/observe/state_rows.hpp"

#include <catch2/catch.hpp>

using namespace firedrill;

namespace {

spec::StateReading http_reading(std::string rows) {
  spec::StateReading reading;
  reading.name = "events";
  reading.source = spec::HttpReading{"/api/events", {}, std::move(rows)};
  reading.fields = {{"id", "/id"}, {"count", "/n"}, {"deep", "/a/b"}};
  return reading;
}

spec::StateReading redis_reading(std::vector<spec::StateReading::Field> fields) {
  spec::StateReading reading;
  reading.name = "dlq";
  reading.source = spec::RedisReading{"redis", {"LRANGE", "dlq", "0", "-1"}};
  reading.fields = std::move(fields);
  return reading;
}

using RowsRead = std::vector<StateRows::Row>;

}  // namespace

TEST_CASE("state rows: fields of a list of documents", "[observe][state]") {
  const StateRead read = read_document(
      http_reading("/events"),
      R"({"events":[{"id":"e1","n":2,"a":{"b":[1]}},{"id":"e2","n":null},{"n":1.5,"id":7}]})");
  CHECK(read.fields == std::vector<std::string>{"id", "count", "deep"});
  CHECK(read.rows.failure.empty());
  CHECK(read.rows.rows == RowsRead{{"e1", "2", "[1]"},
                                   {"e2", std::nullopt, std::nullopt},
                                   {"7", "1.5", std::nullopt}});
}

TEST_CASE("state rows: the document itself may be the list", "[observe][state]") {
  CHECK(read_document(http_reading(""), R"([{"id":"e1"}])").rows.rows.size() == 1);
  CHECK(read_document(http_reading(""), R"({"id":"e1"})").rows.failure ==
        "the answer is not a list");
}

TEST_CASE("state rows: an answer without the list is no reading", "[observe][state]") {
  CHECK(read_document(http_reading("/events"), "oops").rows.failure == "the answer is not JSON");
  CHECK(read_document(http_reading("/events"), R"({"events":{}})").rows.failure ==
        "the answer has no list at /events");
  CHECK(read_document(http_reading("/events"), R"({"event":[]})").rows.failure ==
        "the answer has no list at /events");
  const std::string deep(2000, '[');
  CHECK(read_document(http_reading(""), deep).rows.failure == "the answer nests too deeply");
}

TEST_CASE("state rows: only those that are wanted", "[observe][state]") {
  spec::StateReading reading = http_reading("");
  reading.where = {{"count", "1"}};
  const StateRead read =
      read_document(reading, R"([{"id":"a","n":1},{"id":"b","n":2},{"id":"c"}])");
  CHECK(read.rows.rows == RowsRead{{"a", "1", std::nullopt}});
  reading.where = {{"other", "1"}};
  CHECK(read_document(reading, "[]").rows.failure ==
        "reading events has no field 'other' to look at");
}

TEST_CASE("state rows: what is beyond a bound is counted", "[observe][state]") {
  const std::string long_id(kStateValueMax + 1, 'x');
  const StateRead read =
      read_document(http_reading(""), R"([{"id":"a"},{"id":")" + long_id + R"("}])");
  CHECK(read.rows.rows.size() == 1);
  CHECK(read.rows.not_kept == 1);
  std::vector<StateRows::Row> many(kStateRowsMax + 2, StateRows::Row{"x"});
  const StateRead table = read_table(redis_reading({}), {"id"}, many);
  CHECK(table.rows.rows.size() == kStateRowsMax);
  CHECK(table.rows.not_kept == 2);
}

TEST_CASE("state rows: items are JSON or plain texts", "[observe][state]") {
  const auto plain = read_items(redis_reading({{"value", ""}}), {"a", R"({"id":1})"});
  CHECK(plain.rows.rows == RowsRead{{"a"}, {R"({"id":1})"}});
  const auto json = read_items(redis_reading({{"id", "/id"}}), {"a", R"({"id":1})"});
  CHECK(json.rows.rows == RowsRead{{std::nullopt}, {"1"}});
}

TEST_CASE("state rows: pairs have a key and a value", "[observe][state]") {
  const auto read = read_pairs(redis_reading({{"key", "/key"}, {"id", "/value/id"}}), "key",
                               {{"k1", R"({"id":"e1"})"}, {"k2", "plain"}});
  CHECK(read.rows.rows == RowsRead{{"k1", "e1"}, {"k2", std::nullopt}});
}

TEST_CASE("state rows: a failure keeps the names of the fields", "[observe][state]") {
  const StateRead read = failed_read(http_reading("/events"), "no answer");
  CHECK(read.fields.size() == 3);
  CHECK(read.rows.failure == "no answer");
  CHECK(read.rows.rows.empty());
}

TEST_CASE("state rows: where they come from", "[observe][state]") {
  CHECK(source_text(http_reading("/events")) == "GET /api/events");
  CHECK(source_text(redis_reading({})) == "LRANGE dlq 0 -1");
}
