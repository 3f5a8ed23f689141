#include "harness/run/append_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace firedrill {

Result<AppendFile> AppendFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return AppendFile{fd};
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)}, failed_{other.failed_} {}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

void AppendFile::append(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size() && !failed_) {
    const ssize_t wrote = ::write(fd_, text.data() + done, text.size() - done);
    if (wrote > 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (errno != EINTR) {
      failed_ = true;
    }
  }
}

}  // namespace firedrill
