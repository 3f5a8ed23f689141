#pragma once

#include "mocks/stripe/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::stripe {

/// A search query: clauses `field:"value"`, `field~"part"`, `field>1000`,
/// `metadata["key"]:"value"`, each with `-` in front to turn it round, all joined by AND or all by
/// OR. https://docs.stripe.com/search#search-query-language
class Query {
 public:
  /// Unset, when `text` is no query.
  [[nodiscard]] static std::optional<Query> parse(std::string_view text);
  [[nodiscard]] bool matches(const Json& object) const;

 private:
  struct Clause {
    bool negated = false;
    std::string name;
    std::string key;  ///< Of metadata.
    std::string compare;
    std::optional<std::string> value;  ///< Unset: null.
  };
  class Reader;
  static bool holds(const Clause& clause, const Json& object);

  std::vector<Clause> clauses_;
  bool any_ = false;  // OR
};

}  // namespace firedrill::stripe
