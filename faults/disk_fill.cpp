#include "faults/disk_fill.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace firedrill {
namespace {

constexpr std::uint64_t kBlock = 4096;
constexpr std::uint64_t kStatBlock = 512;  // what st_blocks counts, whatever the file system

std::uint64_t free_of(const struct statvfs& system) {
  return std::uint64_t{system.f_bavail} * system.f_frsize;
}

}  // namespace

Result<DiskFill> DiskFill::create(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return Error{"cannot make " + path + ": " + std::strerror(errno)};
  return DiskFill{file};
}

DiskFill::DiskFill(DiskFill&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, size_{other.size_} {}

DiskFill::~DiskFill() {
  if (file_ >= 0) ::close(file_);
}

void DiskFill::resize(std::uint64_t bytes, std::uint64_t reserve) {
  bytes -= bytes % kBlock;
  if (bytes < size_) {
    if (::ftruncate(file_, static_cast<off_t>(bytes)) == 0) size_ = bytes;
    return;
  }
  struct statvfs system {};
  if (::fstatvfs(file_, &system) != 0) return;
  const std::uint64_t free = free_of(system);
  std::uint64_t step = std::min({bytes - size_, free > reserve ? free - reserve : 0, kStepMax});
  step -= step % kBlock;
  if (step == 0) return;
  // Fails half-way when somebody else takes the space; what has been taken counts by held().
  if (::fallocate(file_, 0, static_cast<off_t>(size_), static_cast<off_t>(step)) == 0) {
    size_ += step;
  }
}

std::uint64_t DiskFill::held() const {
  struct stat file {};
  if (::fstat(file_, &file) != 0) return 0;
  return static_cast<std::uint64_t>(file.st_blocks) * kStatBlock;
}

std::uint64_t free_bytes(const std::string& path) {
  struct statvfs system {};
  return ::statvfs(path.c_str(), &system) == 0 ? free_of(system) : 0;
}

}  // namespace firedrill
