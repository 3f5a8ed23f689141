#pragma once

#include "harness/spec/wire_fault.hpp"
#include "harness/text/match.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// Tells which requests a spec::HttpPick is about; its patterns are compiled once. Movable, not
/// copyable. Thread: one instance per thread.
class HttpPickMatcher {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;
  /// What it may look at; lookups return unset for what is absent.
  struct View {
    std::string_view method;
    std::string_view path;  ///< Without the query.
    Lookup query;           ///< By parameter, decoded.
    Lookup header;
  };

  /// @pre the patterns of `pick` compile
  explicit HttpPickMatcher(const spec::HttpPick& pick);

  [[nodiscard]] bool matches(const View& request) const;

 private:
  using Texts = std::vector<std::pair<std::string, TextMatcher>>;

  std::vector<std::string> methods_;
  std::string path_;
  Texts query_;
  Texts headers_;
};

}  // namespace firedrill
