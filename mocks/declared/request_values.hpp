#pragma once

#include "harness/text/request_match.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::declared {

/// Numbers that count upwards by name; one that was never asked for is 0.
using Counters = std::map<std::string, std::uint64_t, std::less<>>;

/// What the variables of an answer mean for the request at hand; scenarios/README.md lists them.
/// Lives as long as one call of the provider, and so may point into it.
class RequestValues {
 public:
  /// `request` is null when only an error is wanted and the request is not known.
  RequestValues(const HttpRequest* request, ProviderContext& context, Counters& counters,
                const std::string& state);

  /// Values of the braces of the route that fits, by name.
  void set_path(std::vector<std::pair<std::string, std::string>> parameters);
  void set_error(int status);

  [[nodiscard]] const JsonBody& json() const { return json_; }

  /// What `${name}` stands for: "" for whatever the request does not hold.
  [[nodiscard]] std::string text(std::string_view name);
  /// The same as JSON when `name` has a type of its own (a number, a value of the body); unset for
  /// whatever is text.
  [[nodiscard]] std::optional<std::string> json_value(std::string_view name);

 private:
  [[nodiscard]] std::string of_request(std::string_view name) const;
  [[nodiscard]] std::string count(std::string_view counter);

  const HttpRequest* request_;
  ProviderContext& context_;
  Counters& counters_;
  const std::string& state_;
  JsonBody json_;
  std::vector<std::pair<std::string, std::string>> path_;
  std::map<std::string, std::string, std::less<>> counted_;  // by this request
  int error_status_ = 0;
};

}  // namespace firedrill::declared
