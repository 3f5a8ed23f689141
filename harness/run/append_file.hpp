#pragma once

#include "harness/base/result.hpp"

#include <string>

namespace firedrill {

/// A file that grows line by line while a drill runs; each line reaches the kernel before append()
/// returns, so that a killed run keeps what it saw.
class AppendFile final {
 public:
  /// Empties an older file of that name. The error names the path.
  [[nodiscard]] static Result<AppendFile> open(const std::string& path);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&&) = delete;
  ~AppendFile();

  /// Writes `text` as it is. A full disk is reported once, by failed().
  void append(const std::string& text);
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  explicit AppendFile(int fd) : fd_{fd} {}
  int fd_ = -1;
  bool failed_ = false;
};

}  // namespace firedrill
