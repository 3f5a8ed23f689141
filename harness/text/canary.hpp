#pragma once

#include "harness/base/rng.hpp"
#include "harness/spec/privacy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A canary is a made-up word that is put into the data of a made-up person. Found in a log, a
// metric or a call to a third party, it proves that personal data got there. Letters only, so that
// it passes for a part of a name or an address: "zqv", ten letters a to p (40 random bits), one
// that says what it stands in, and a check letter, by which chance finds can be told from real
// ones.
//
// Numbers cannot hold a word. A person's telephone number is from the block that the North American
// plan keeps for fiction (NXX-555-01XX). The social security number begins with 9, which is never
// assigned (https://www.ssa.gov/employer/randomization.html), has a group of 01 to 49, which no tax
// number (ITIN) has, and ends with two check digits.

/// As RE2, in any case. A match still needs is_canary().
inline constexpr std::string_view kCanaryPattern = "(?i)zqv[a-p]{12}";

/// Stands in free text.
[[nodiscard]] std::string make_canary(Rng& rng);
/// The same person's word for a name, an e-mail address or free text. @pre `word` is a canary, in
/// lower case, and `kind` is no number
[[nodiscard]] std::string canary_for(std::string_view word, spec::CanaryKind kind);
/// What a canary stands in. @pre is_canary(word)
[[nodiscard]] spec::CanaryKind kind_of_canary(std::string_view word);

/// "912-34-5678"
[[nodiscard]] std::string make_ssn(Rng& rng);
/// Whether nine digits are a number of make_ssn(): one random number in 200 is.
[[nodiscard]] bool is_canary_ssn(std::string_view digits);
/// Whether eleven digits, country code first, are a number from the block kept for fiction.
[[nodiscard]] bool is_canary_phone(std::string_view digits);

/// Whether `word` is a canary, check letter and all; in any case.
[[nodiscard]] bool is_canary(std::string_view word);

/// Every canary in `text`, in lower case, in the order found, repeats included.
[[nodiscard]] std::vector<std::string> find_canaries(std::string_view text);

}  // namespace firedrill
