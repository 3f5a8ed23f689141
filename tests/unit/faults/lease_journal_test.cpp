#include "faults/lease_journal.hpp"

#include "tests/support/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace firedrill;
using namespace std::chrono_literals;

namespace {

const WallTime kNow{1'700'000'000s};

std::string file_of(const TempFolder& folder, const std::string& name) {
  const std::string path = folder.path() + "/" + name;
  std::ofstream{path} << "x";
  return path;
}

bool exists(const std::string& path) { return std::ifstream{path}.good(); }

void append(const TempFolder& folder, const std::string& text) {
  std::ofstream{folder.path() + "/leases.jsonl", std::ios::app} << text;
}

}  // namespace

TEST_CASE("lease journal: what was promised and not kept is open, the newest first",
          "[faults][lease]") {
  const TempFolder folder;
  {
    auto journal = LeaseJournal::open(folder.path());
    REQUIRE(journal);
    const auto first = journal->promise("a", ContinueProcess{{4711, 99}}, kNow);
    const auto second = journal->promise("b", RemoveFile{"/x"}, kNow + 5s);
    const auto third = journal->promise("c", RemoveFile{"/y"}, kNow);
    REQUIRE((first && second && third));
    REQUIRE(journal->release(*second));
  }
  const auto open = open_leases(folder.path());
  REQUIRE(open);
  REQUIRE(open->size() == 2);
  CHECK(open->at(0).fault == "c");
  CHECK(open->at(1).fault == "a");
  CHECK(open->at(1).expires == kNow);
  const auto& process = std::get<ContinueProcess>(open->at(1).undo).process;
  CHECK(process.pid == 4711);
  CHECK(process.start_ticks == 99);
}

TEST_CASE("lease journal: a run without one has promised nothing", "[faults][lease]") {
  const TempFolder folder;
  const auto open = open_leases(folder.path());
  REQUIRE(open);
  CHECK(open->empty());
  CHECK(undo_all_leases(folder.path()).healed.empty());
  CHECK_FALSE(exists(folder.path() + "/leases.jsonl"));
}

TEST_CASE("lease journal: half a line at the end is a fault that had not begun",
          "[faults][lease]") {
  const TempFolder folder;
  auto journal = LeaseJournal::open(folder.path());
  REQUIRE(journal->promise("a", RemoveFile{"/x"}, kNow));
  append(folder, R"({"promise":2,"fau)");
  const auto open = open_leases(folder.path());
  REQUIRE(open);
  CHECK(open->size() == 1);
}

TEST_CASE("lease journal: a line that makes no sense is named, never skipped", "[faults][lease]") {
  const auto line = GENERATE("nonsense\n", "{\"promise\":1}\n", "{\"promise\":\"x\"}\n",
                             "{\"kept\":0}\n", "{\"promise\":1,\"undo\":{\"kind\":\"?\"}}\n");
  const TempFolder folder;
  append(folder, line);
  const auto open = open_leases(folder.path());
  REQUIRE_FALSE(open);
  CHECK(open.error().message.find("leases.jsonl:1: not a line of a lease journal") !=
        std::string::npos);
  CHECK(undo_all_leases(folder.path()).not_healed.size() == 1);
}

TEST_CASE("leases: all are undone once, and then none is open", "[faults][lease]") {
  const TempFolder folder;
  const std::string one = file_of(folder, "one");
  const std::string two = file_of(folder, "two");
  auto journal = LeaseJournal::open(folder.path());
  REQUIRE(journal->promise("disk", RemoveFile{one}, kNow));
  REQUIRE(journal->promise("disk", RemoveFile{two}, kNow));
  const Leftovers undone = undo_all_leases(folder.path());
  CHECK(undone.not_healed.empty());
  REQUIRE(undone.healed.size() == 2);
  CHECK(undone.healed[0] == "fault disk: removed " + two);
  CHECK_FALSE(exists(one));
  CHECK_FALSE(exists(two));
  CHECK(open_leases(folder.path())->empty());
  CHECK(undo_all_leases(folder.path()).healed.empty());
}

TEST_CASE("leases: only those that have run out are undone while the runner lives",
          "[faults][lease]") {
  const TempFolder folder;
  const std::string early = file_of(folder, "early");
  const std::string late = file_of(folder, "late");
  auto journal = LeaseJournal::open(folder.path());
  REQUIRE(journal->promise("disk", RemoveFile{early}, kNow + 1s));
  REQUIRE(journal->promise("disk", RemoveFile{late}, kNow + 2s));
  CHECK(undo_expired_leases(folder.path(), kNow + 999ms).healed.empty());
  CHECK(undo_expired_leases(folder.path(), kNow + 1s).healed.size() == 1);
  CHECK_FALSE(exists(early));
  CHECK(exists(late));
}

TEST_CASE("leases: one that cannot be undone says what to do, and stays open", "[faults][lease]") {
  const TempFolder folder;
  auto journal = LeaseJournal::open(folder.path());
  REQUIRE(journal->promise("disk", RemoveFile{folder.path()}, kNow));  // a folder is no file
  const Leftovers undone = undo_all_leases(folder.path());
  REQUIRE(undone.not_healed.size() == 1);
  CHECK(undone.not_healed[0].find("do it by hand: rm " + folder.path()) != std::string::npos);
  CHECK(open_leases(folder.path())->size() == 1);
}
