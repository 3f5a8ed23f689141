#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/traffic.hpp"
#include "harness/text/template.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One request, ready to be sent.
struct OutgoingRequest {
  std::string path;                  ///< Path and query.
  std::vector<std::string> headers;  ///< Those that differ between requests, as "Name: value".
  std::string body;
  std::string correlation_id;
};

/// Makes the requests of one stream. Request i depends on (seed, stream, i) alone, so that a run
/// can be repeated and a share of it made elsewhere. Immutable after construction.
class RequestFactory {
 public:
  /// `constants` answers the variables that are fixed for the drill, such as "mocks.openai.url".
  RequestFactory(const spec::Stream& stream, std::string correlation_header, std::uint64_t seed,
                 const Template::Lookup& constants);

  [[nodiscard]] OutgoingRequest make(std::uint64_t index) const;

  /// The headers that are the same in every request, as "Name: value".
  [[nodiscard]] const std::vector<std::string>& constant_headers() const {
    return constant_headers_;
  }

 private:
  struct NamedTemplate {
    std::string name;
    Template value;
  };

  std::string stream_;
  std::uint64_t seed_;
  Template::Lookup constants_;
  std::string correlation_header_;
  Template path_;
  Template body_;
  std::vector<NamedTemplate> varying_headers_;
  std::vector<std::string> constant_headers_;
};

}  // namespace firedrill
