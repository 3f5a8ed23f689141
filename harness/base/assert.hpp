#pragma once

/// Programmer errors. On in every build; never used on input from outside.
/// Prints the condition and its place to stderr and aborts.
#define FD_ASSERT(condition)          \
  ((condition) ? static_cast<void>(0) \
               : ::firedrill::detail::assert_failed(#condition, __FILE__, __LINE__))

namespace firedrill::detail {

[[noreturn]] void assert_failed(const char* condition, const char* file, int line);

}  // namespace firedrill::detail
