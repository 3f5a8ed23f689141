#pragma once

#include "harness/base/time.hpp"
#include "harness/load/body_template.hpp"
#include "harness/load/request_source.hpp"
#include "harness/spec/traffic.hpp"
#include "harness/text/template.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// Readable, unique in the drill, and sortable: "fd-5f2c9a10-score-000042".
[[nodiscard]] std::string correlation_id_of(std::uint64_t seed, const std::string& stream,
                                            std::uint64_t index);

/// What the requests of a drill have in common.
struct RequestSetting {
  std::string correlation_header;
  std::uint64_t seed = 0;
  /// Answers the variables that are fixed for the drill, such as "mocks.openai.url".
  Template::Lookup constants;
  WallTime today{};  ///< Appointment slots are drawn after this day.
};

/// Makes the requests of one step. Request i depends on (seed, series, i) and on the values that it
/// is given alone, so that a run can be repeated and a share of it made elsewhere. Immutable after
/// construction.
class RequestFactory final : public RequestSource {
 public:
  /// Variables of the moment: values from earlier answers, of a feeder, of a user. They win over
  /// all others.
  using Values = std::function<std::optional<std::string>(std::string_view name)>;

  RequestFactory(std::string series, const spec::Request& request, RequestSetting setting);
  RequestFactory(const spec::Stream& stream, std::string correlation_header, std::uint64_t seed,
                 const Template::Lookup& constants);

  [[nodiscard]] OutgoingRequest make(std::uint64_t index) const;
  /// `attempt` tells the repetitions of one request apart: 0 for the first.
  [[nodiscard]] OutgoingRequest make(std::uint64_t index, const Values& values,
                                     std::uint32_t attempt) const;
  [[nodiscard]] OutgoingRequest make(const Release& release) override {
    return make(release.index);
  }
  [[nodiscard]] std::string id_of(const Release& release) const override {
    return correlation_id_of(setting_.seed, series_, release.index);
  }
  [[nodiscard]] std::vector<std::string> constant_headers() const override {
    return constant_headers_;
  }

 private:
  void take_headers(const spec::Request& request);
  void take_query(const spec::Request& request);
  [[nodiscard]] std::string cookies(const Template::Lookup& lookup) const;

  std::string series_;
  RequestSetting setting_;
  Template path_;
  std::vector<NamedValue> query_;
  std::vector<NamedValue> cookies_;
  BodyTemplate body_;
  std::vector<NamedValue> varying_headers_;
  std::vector<std::string> constant_headers_;
};

}  // namespace firedrill
