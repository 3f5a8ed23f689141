#include "mocks/ledger_book.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint kOrigin{100s};

LedgerEntry entry(const char* path, Delivery unless_closed = Delivery::caller_gone) {
  LedgerEntry made;
  made.path = path;
  made.status = 200;
  made.delivery = unless_closed;
  return made;
}

}  // namespace

TEST_CASE("ledger: entries keep the order of arrival and get offsets from the origin",
          "[mocks][ledger]") {
  LedgerBook book;
  const auto first = book.open(entry("/a"), kOrigin - 1ms);
  const auto second = book.open(entry("/b"), kOrigin + 2ms);
  book.close(second, Delivery::truncated, kOrigin + 3ms);
  book.close(first, Delivery::answered, kOrigin + 4ms);

  const Ledger ledger = book.take("openai", kOrigin, kOrigin + 9ms);
  CHECK(ledger.mock == "openai");
  CHECK(ledger.not_kept == 0);
  REQUIRE(ledger.entries.size() == 2);
  CHECK(ledger.entries[0].path == "/a");
  CHECK(ledger.entries[0].arrived == -1ms);
  CHECK(ledger.entries[0].done == 4ms);
  CHECK(ledger.entries[0].ok());
  CHECK(ledger.entries[1].delivery == Delivery::truncated);
}

TEST_CASE("ledger: what is still open ends when it is taken, as it said it would",
          "[mocks][ledger]") {
  LedgerBook book;
  const auto number = book.open(entry("/held", Delivery::hung), kOrigin);
  const Ledger ledger = book.take("m", kOrigin, kOrigin + 5ms);
  REQUIRE(ledger.entries.size() == 1);
  CHECK(ledger.entries[0].done == 5ms);
  CHECK(ledger.entries[0].delivery == Delivery::hung);

  book.close(number, Delivery::answered, kOrigin + 6ms);  // late: must not touch the next entry
  const auto next = book.open(entry("/next"), kOrigin + 7ms);
  CHECK(next == number + 1);
  book.close(number, Delivery::reset, kOrigin + 8ms);
  CHECK(book.lines(0, 10, kOrigin)[0].open);
}

TEST_CASE("ledger: one that keeps the newest forgets the oldest and counts them",
          "[mocks][ledger]") {
  LedgerBook book{3, LedgerBook::Keeps::newest};
  const std::vector<const char*> paths{"/0", "/1", "/2", "/3", "/4"};
  for (const char* path : paths) {
    book.close(book.open(entry(path), kOrigin), Delivery::answered, kOrigin + 1ms);
  }
  CHECK(book.requests() == 5);
  CHECK(book.not_kept() == 2);
  const auto lines = book.lines(0, 10, kOrigin);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].number == 2);
  CHECK(lines[0].entry.path == "/2");
  CHECK(lines[2].entry.path == "/4");
  CHECK(book.lines(4, 10, kOrigin).at(0).entry.path == "/4");

  const auto open = book.open(entry("/5"), kOrigin);
  CHECK(book.lines(open, 10, kOrigin).at(0).open);
  book.close(0, Delivery::reset, kOrigin);  // long forgotten
  book.close(open, Delivery::hung, kOrigin + 2ms);
  CHECK(book.lines(open, 10, kOrigin).at(0).entry.delivery == Delivery::hung);

  const Ledger ledger = book.take("m", kOrigin, kOrigin);
  REQUIRE(ledger.entries.size() == 3);
  CHECK(ledger.entries[0].path == "/3");
  CHECK(ledger.entries[2].path == "/5");
  CHECK(book.lines(0, 10, kOrigin).empty());
  CHECK(book.open(entry("/6"), kOrigin) == 6);
  CHECK(book.lines(0, 10, kOrigin).at(0).entry.path == "/6");
}

TEST_CASE("ledger: beyond its cap requests are counted, not kept", "[mocks][ledger]") {
  LedgerBook book{2};
  for (int i = 0; i < 5; ++i) {
    book.close(book.open(entry("/x"), kOrigin), Delivery::answered, kOrigin);
  }
  CHECK(book.requests() == 5);
  CHECK(book.not_kept() == 3);
  const Ledger ledger = book.take("m", kOrigin, kOrigin);
  CHECK(ledger.entries.size() == 2);
  CHECK(ledger.not_kept == 3);

  const auto number = book.open(entry("/again"), kOrigin);
  CHECK(number == 5);
  book.close(number, Delivery::answered, kOrigin + 1ms);
  CHECK(book.take("m", kOrigin, kOrigin).entries.size() == 1);
  CHECK(book.not_kept() == 0);
}

TEST_CASE("ledger: lines start at a number and stop at a limit", "[mocks][ledger]") {
  LedgerBook book;
  for (int i = 0; i < 5; ++i) book.open(entry("/x"), kOrigin + i * 1ms);
  book.close(3, Delivery::answered, kOrigin + 9ms);
  const auto lines = book.lines(2, 2, kOrigin);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].number == 2);
  CHECK(lines[0].open);
  CHECK(lines[1].number == 3);
  CHECK_FALSE(lines[1].open);
  CHECK(lines[1].entry.done == 9ms);
  CHECK(book.lines(5, 10, kOrigin).empty());
  CHECK(book.lines(1'000'000, 10, kOrigin).empty());

  CHECK(book.clear() == 5);
  CHECK(book.lines(0, 10, kOrigin).empty());
  CHECK(book.requests() == 5);
}
