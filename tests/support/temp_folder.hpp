#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <stdlib.h>
#include <string>

namespace firedrill {

/// A folder of its own for a test, gone with it.
class TempFolder final {
 public:
  TempFolder() {
    path_ = (std::filesystem::temp_directory_path() / "firedrill-test-XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace firedrill
