#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "harness/text/request_match.hpp"
#include "mocks/declared/answer.hpp"
#include "mocks/declared/request_values.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::declared {

/// A service that the scenario describes itself, route by route. It remembers its state, how often
/// each route answered, and its counters.
class Declared final : public Provider {
 public:
  /// Fails on a malformed template or pattern.
  [[nodiscard]] static Result<std::unique_ptr<Provider>> make(const spec::Mock& mock);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  [[nodiscard]] std::string state() const override;
  void reset() override;

 private:
  struct Route {
    spec::DeclaredRoute spec;
    std::vector<std::string> parameters;  ///< Names of the braces.
    RequestMatcher when;
    std::vector<Answer> answers;
    std::uint64_t answered = 0;

    [[nodiscard]] bool takes(const std::string& method) const {
      return spec.method.empty() || spec.method == method;
    }
    [[nodiscard]] const Answer& next() const;
  };

  Declared() = default;
  HttpReply routed(const HttpRequest& request, ProviderContext& context);
  HttpReply problem(int status, const std::string& message, RequestValues& values,
                    ProviderContext& context) const;

  std::string api_key_;
  std::vector<Route> routes_;
  std::optional<Answer> error_;
  std::string state_ = spec::kFirstState;
  Counters counters_;
};

}  // namespace firedrill::declared
