#include "harness/expect/finding.hpp"

#include <utility>

namespace firedrill {

void make_inconclusive(Finding& finding, std::string why) {
  finding.verdict = Verdict::inconclusive;
  finding.why = std::move(why);
}

std::string unusable(const RunResult& result, const Window& window, std::string_view stream) {
  if (!window.not_reached.empty()) return window.not_reached;
  if (!stream.empty() && find_stream(result, stream) == nullptr) {
    return "the result has no traffic named " + std::string{stream};
  }
  return generator_blame(result, window, stream);
}

}  // namespace firedrill
