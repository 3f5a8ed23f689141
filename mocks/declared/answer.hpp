#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/declared.hpp"
#include "harness/text/template.hpp"
#include "mocks/declared/request_values.hpp"
#include "mocks/provider.hpp"

#include <string>
#include <utility>
#include <vector>

namespace firedrill::declared {

/// A spec::DeclaredAnswer with its templates parsed. Value type.
class Answer {
 public:
  /// Fails on a malformed template; variables are the loader's to check.
  [[nodiscard]] static Result<Answer> make(const spec::DeclaredAnswer& spec);

  /// `status` 0 is the answer's own.
  [[nodiscard]] HttpReply render(RequestValues& values, ProviderContext& context,
                                 int status = 0) const;

 private:
  /// A stretch of the body and what comes after it: a variable alone in a JSON string, which keeps
  /// its type. "" at the end.
  struct Piece {
    Template text;
    std::string typed;
  };

  Result<void> parse_body(const spec::DeclaredAnswer& spec);

  spec::DeclaredAnswer spec_;
  std::vector<std::pair<std::string, Template>> headers_;
  std::vector<Piece> body_;
};

}  // namespace firedrill::declared
