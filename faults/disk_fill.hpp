#pragma once

#include "harness/base/result.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

/// A file that takes space. It is made anew, never followed through a link, and stays when this
/// object goes: whoever promised to remove it does.
///
/// Thread: one.
class DiskFill final {
 public:
  /// Makes the file, empty. The error names the path; a file that is there already is one.
  [[nodiscard]] static Result<DiskFill> create(const std::string& path);

  DiskFill(DiskFill&& other) noexcept;
  DiskFill& operator=(DiskFill&&) = delete;
  ~DiskFill();

  /// Grows towards `bytes`, by at most kStepMax, while the file system has more than `reserve` free
  /// for those who are not root; or shrinks to it. Blocks for some milliseconds.
  void resize(std::uint64_t bytes, std::uint64_t reserve);

  /// What the file system says that it takes.
  [[nodiscard]] std::uint64_t held() const;

  static constexpr std::uint64_t kStepMax = 64ULL << 20U;

 private:
  explicit DiskFill(int file) : file_{file} {}
  int file_ = -1;
  std::uint64_t size_ = 0;
};

/// Bytes of the file system of `path` that are free for those who are not root; 0 when it cannot be
/// known.
[[nodiscard]] std::uint64_t free_bytes(const std::string& path);

}  // namespace firedrill
