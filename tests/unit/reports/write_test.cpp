#include "reports/write.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

/// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "firedrill-write-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{path_}, fs::directory_iterator{}));
  }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("write: a file is written whole, over an old one, with nothing left beside it",
          "[reports][write]") {
  const Folder folder;
  const std::string path = folder.file("result.json");
  REQUIRE(write_file_atomically(path, "old and longer"));
  const std::string large(3'000'000, 'x');
  REQUIRE(write_file_atomically(path, large));
  CHECK(content(path) == large);
  CHECK(folder.entries() == 1);
}

TEST_CASE("write: the file is as readable as the umask allows", "[reports][write]") {
  const Folder folder;
  const std::string path = folder.file("summary.md");
  const mode_t old_mask = ::umask(022);
  const bool written = static_cast<bool>(write_file_atomically(path, "x"));
  ::umask(old_mask);
  REQUIRE(written);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0644U);
}

TEST_CASE("write: a folder that does not exist is an error that names the file",
          "[reports][write]") {
  const Folder folder;
  const auto written = write_file_atomically(folder.file("nowhere/result.json"), "x");
  REQUIRE_FALSE(written);
  CHECK_THAT(written.error().message,
             Contains("nowhere/result.json") && Contains("No such file or directory"));
}

TEST_CASE("write: a rename that fails leaves nothing behind", "[reports][write]") {
  const Folder folder;
  fs::create_directories(folder.file("result.json/inside"));  // a folder in the way
  const auto written = write_file_atomically(folder.file("result.json"), "x");
  REQUIRE_FALSE(written);
  CHECK_THAT(written.error().message, Contains("renaming"));
  CHECK(folder.entries() == 1);
}

TEST_CASE("write: what a killed run left behind is not in the way", "[reports][write]") {
  const Folder folder;
  const std::string path = folder.file("result.json");
  const std::string left = path + "." + std::to_string(::getpid()) + ".0.tmp";
  std::ofstream{left} << "half";
  REQUIRE(write_file_atomically(path, "whole"));
  CHECK(content(path) == "whole");
  CHECK(content(left) == "half");
}

}  // namespace firedrill
