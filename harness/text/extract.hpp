#pragma once

#include "harness/spec/request.hpp"
#include "harness/text/match.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// Takes values out of answers, as a list of spec::Extract says; patterns are compiled once.
/// Not copyable, movable. Thread: one instance per thread.
class Extractor {
 public:
  /// @pre patterns and pointers are of the right form
  explicit Extractor(const std::vector<spec::Extract>& wanted);
  ~Extractor();
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;

  using Values = std::vector<std::pair<std::string, std::string>>;
  /// Every wanted value by its name; nothing when one of them is not there, or is longer than
  /// kValueMax. Strings of JSON are taken as they are, numbers and the like as JSON.
  [[nodiscard]] std::optional<Values> values(const ResponseMatcher::View& response) const;
  [[nodiscard]] bool empty() const;

  static constexpr std::size_t kValueMax = std::size_t{64} * 1024;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill
