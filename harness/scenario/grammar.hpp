#pragma once

#include "harness/scenario/shape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::scenario {

/// What a whole scenario looks like.
[[nodiscard]] ShapePtr scenario_shape();

// Its parts, each in a file of its own area.
[[nodiscard]] ShapePtr system_shape();    ///< grammar_system.cpp
[[nodiscard]] ShapePtr mocks_shape();     ///< grammar_mocks.cpp
[[nodiscard]] ShapePtr services_shape();  ///< grammar_services.cpp
[[nodiscard]] ShapePtr proxies_shape();   ///< grammar_proxies.cpp
[[nodiscard]] ShapePtr traffic_shape();   ///< grammar_traffic.cpp
[[nodiscard]] ShapePtr feeders_shape();   ///< grammar_traffic.cpp
[[nodiscard]] ShapePtr request_shape();   ///< grammar_request.cpp
[[nodiscard]] ShapePtr timeline_shape();  ///< grammar_timeline.cpp
/// A fault by itself, for a mock that is known: what stands under `inject` but for the mock.
[[nodiscard]] ShapePtr lone_fault_shape();     ///< grammar_timeline.cpp
[[nodiscard]] ShapePtr mock_settings_shape();  ///< grammar_mocks.cpp
[[nodiscard]] ShapePtr expectations_shape();   ///< grammar_expect.cpp
[[nodiscard]] ShapePtr k6_shape();             ///< grammar_expect.cpp
/// The keys of one kind of expectation, the one that names it first.
[[nodiscard]] std::vector<Field> breaker_fields();  ///< grammar_breaker.cpp
[[nodiscard]] std::vector<Field> calls_fields();    ///< grammar_calls.cpp
[[nodiscard]] ShapePtr slo_shape();                 ///< grammar_expect.cpp

// Shapes that several parts use.
[[nodiscard]] ShapePtr duration_shape();
/// `{within: DURATION}`; `from` says from when.
[[nodiscard]] ShapePtr within_shape(const char* from);  ///< grammar_breaker.cpp
[[nodiscard]] ShapePtr rate_shape();
/// A rate, or how it changes: grammar_rate.cpp.
[[nodiscard]] ShapePtr rate_over_time_shape();
/// A search for the breaking point: grammar_rate.cpp.
[[nodiscard]] ShapePtr breakpoint_shape();
[[nodiscard]] ShapePtr sweep_shape();  ///< grammar_sweep.cpp
[[nodiscard]] ShapePtr ratio_shape();
[[nodiscard]] ShapePtr bytes_shape();
[[nodiscard]] ShapePtr delay_shape();
[[nodiscard]] ShapePtr url_shape();
[[nodiscard]] ShapePtr free_text(std::string what);
/// A name that the scenario gives or refers to: a phase, a stream, a mock.
[[nodiscard]] ShapePtr reference_shape(std::string what, std::vector<std::string> examples);
[[nodiscard]] ShapePtr json_shape();
[[nodiscard]] ShapePtr flag_shape(bool only_true);
[[nodiscard]] ShapePtr number_shape();
/// ">= 99%"
[[nodiscard]] ShapePtr share_bound_shape();
/// Text, or `{secret: text}`, which marks it as never to be shown.
[[nodiscard]] ShapePtr secret_or_text_shape(std::string what);
/// status, headers and json of a response; `def` is its name in the schema.
[[nodiscard]] ShapePtr response_match_shape();
[[nodiscard]] ShapePtr json_match_shape();  ///< JSON Pointers and what must stand there.
/// How webhooks are delivered, and how that goes wrong: grammar_deliver.cpp.
struct DeliverKeys {
  bool burst = true;      ///< Not for streams: their bursts are their rate's, see `spike`.
  bool timestamp = true;  ///< Not for a provider that signs none.
};
[[nodiscard]] ShapePtr deliver_shape(DeliverKeys keys);
/// query, headers, json and body of a request.
[[nodiscard]] ShapePtr request_match_shape();
[[nodiscard]] ShapePtr declared_mock_shape();  ///< grammar_declared.cpp
/// What can be done to a real service: grammar_services.cpp
[[nodiscard]] std::vector<Field> service_fault_fields();
[[nodiscard]] std::vector<std::string> service_fault_keys();
[[nodiscard]] TextShape header_name();
/// What one header must be: a text, or a map with equals, matches or exists.
[[nodiscard]] ShapePtr header_match_shape();
[[nodiscard]] ShapePtr re2_shape();
/// The keys of a mock that speaks: grammar_answers.cpp
[[nodiscard]] std::vector<Field> answer_fields();
/// Where the mock is served that the drill only watches.
[[nodiscard]] Field attach_field();
/// A status, a class such as 2xx, or a list of them.
[[nodiscard]] ShapePtr status_shape();
[[nodiscard]] TextShape pointer_text();

inline constexpr std::string_view kNamePattern = "^[a-z][a-z0-9_-]{0,63}$";
inline constexpr std::string_view kPathPattern = R"(^/[^\s#]*$)";
inline constexpr std::string_view kTokenPattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/// The keys that say what a faulty mock does with a request.
[[nodiscard]] std::vector<std::string> action_keys();

}  // namespace firedrill::scenario
