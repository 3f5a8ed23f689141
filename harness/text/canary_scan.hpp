#pragma once

#include "harness/spec/privacy.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace firedrill {

/// `value` as canary_value() has it; `at` is where it begins in the text.
using CanarySeen = std::function<void(spec::CanaryKind kind, std::string value, std::size_t at)>;

/// The canaries of a text as it stands, without undoing any encoding: words in any case, numbers
/// whose groups of digits have up to three separators between them. In order of their ends.
void scan_canaries(std::string_view text, const CanarySeen& seen);

}  // namespace firedrill
