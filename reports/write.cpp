#include "reports/write.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace firedrill {
namespace {

/// A file that is gone again unless it was renamed to where it belongs.
class TemporaryFile {
 public:
  /// Not mkstemp: that makes files private, and a report is for everyone whom the umask lets in.
  explicit TemporaryFile(const std::string& target) {
    constexpr int attempts_max = 100;  // names that a killed run with our process id left behind
    const std::string stem = target + "." + std::to_string(::getpid()) + ".";
    for (int attempt = 0; attempt < attempts_max && descriptor_ < 0; ++attempt) {
      name_ = stem + std::to_string(attempt) + ".tmp";
      descriptor_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0 && errno != EEXIST) return;
    }
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (descriptor_ >= 0 && !renamed_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  [[nodiscard]] bool flush() const { return ::fsync(descriptor_) == 0; }

  [[nodiscard]] bool rename_to(const std::string& target) {
    renamed_ = ::rename(name_.c_str(), target.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string name_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

Error failure(const std::string& path, const char* step) {
  return Error{"cannot write '" + path + "': " + step + ": " +
               std::generic_category().message(errno)};
}

}  // namespace

Result<void> write_file_atomically(const std::string& path, std::string_view text) {
  TemporaryFile file{path};
  if (!file.is_open()) return failure(path, "creating a temporary file beside it");
  if (!file.write(text)) return failure(path, "writing");
  if (!file.flush()) return failure(path, "flushing it to the disk");
  if (!file.rename_to(path)) return failure(path, "renaming the finished file");
  return {};
}

}  // namespace firedrill
