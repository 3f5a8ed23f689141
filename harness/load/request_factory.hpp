#pragma once

#include "harness/load/request_source.hpp"
#include "harness/spec/traffic.hpp"
#include "harness/text/template.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// Readable, unique in the drill, and sortable: "fd-5f2c9a10-score-000042".
[[nodiscard]] std::string correlation_id_of(std::uint64_t seed, const std::string& stream,
                                            std::uint64_t index);

/// Makes the requests of one stream. Request i depends on (seed, stream, i) alone, so that a run
/// can be repeated and a share of it made elsewhere. Immutable after construction.
class RequestFactory final : public RequestSource {
 public:
  /// `constants` answers the variables that are fixed for the drill, such as "mocks.openai.url".
  RequestFactory(const spec::Stream& stream, std::string correlation_header, std::uint64_t seed,
                 const Template::Lookup& constants);

  [[nodiscard]] OutgoingRequest make(std::uint64_t index) const;
  [[nodiscard]] OutgoingRequest make(const Release& release) override {
    return make(release.index);
  }
  [[nodiscard]] std::vector<std::string> constant_headers() const override {
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
