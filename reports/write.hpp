#pragma once

#include "harness/base/result.hpp"

#include <string>
#include <string_view>

namespace firedrill {

/// Makes `text` the content of the file at `path`, whole or not at all: written beside it, flushed
/// to the disk, renamed over it. Readable by everyone, as the umask allows; a file that was there
/// keeps nothing. The folder must exist. On an error the old file is as it was and nothing is left
/// behind.
[[nodiscard]] Result<void> write_file_atomically(const std::string& path, std::string_view text);

}  // namespace firedrill
