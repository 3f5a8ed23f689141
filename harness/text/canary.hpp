#pragma once

#include "harness/base/rng.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A canary is a made-up word that is put into the data of a made-up person. Found in a log, a
// metric or a call to a third party, it proves that personal data got there. Letters only, so that
// it passes for a part of a name or an address: "zqv", ten letters a to p (40 random bits), and a
// check letter, by which chance finds can be told from real ones.

/// As RE2, in any case. A match still needs is_canary().
inline constexpr std::string_view kCanaryPattern = "(?i)zqv[a-p]{11}";

[[nodiscard]] std::string make_canary(Rng& rng);

/// Whether `word` is a canary, check letter and all; in any case.
[[nodiscard]] bool is_canary(std::string_view word);

/// Every canary in `text`, in lower case, in the order found, repeats included.
[[nodiscard]] std::vector<std::string> find_canaries(std::string_view text);

}  // namespace firedrill
