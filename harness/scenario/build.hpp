#pragma once

#include "harness/base/result.hpp"
#include "harness/scenario/node.hpp"
#include "harness/scenario/problem.hpp"
#include "harness/spec/scenario.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::scenario {

/// Turns a tree into a spec and reports what the shape cannot say: references, sums, variables.
///
/// Runs on trees that validate() found faults with, too, so that one run names every mistake; it
/// passes over whatever has the wrong form and never reports the same mistake again.
void build_scenario(const Node& root, Problems& problems, spec::Scenario& out);

// Everything below is for the build_*.cpp files.

/// The names of one kind that a scenario declares.
struct Known {
  std::string what;  ///< "phase"
  std::vector<std::string> names;
  std::set<std::string, std::less<>> index;  ///< The same, for looking one up.
  /// False when a mistake in the declarations leaves doubt; then nobody is told that a name is
  /// unknown.
  bool complete = true;
};

/// What the requests of the stream that is being read may use besides fixed variables.
struct Values {
  std::vector<std::string> extracted;  ///< By what comes before.
  /// By what comes later, with the step that does it: for a better error.
  std::vector<std::pair<std::string, std::string>> later;
  std::set<std::string> feeders;  ///< Used so far.
};

struct Context {
  Problems& problems;
  spec::Scenario& out;
  Known phases;
  Known streams;
  Known mocks;
  Known probes;
  std::size_t answer_file_bytes = 0;  ///< Read so far, for all mocks together.
  Values values{};
  Known services{};
  Known proxies{};
  Known readings{};
};

void build_system(Context& context, const Node& root);
void build_mocks(Context& context, const Node& root);
void build_feeders(Context& context, const Node& root);
void build_services(Context& context, const Node& root);
void build_proxies(Context& context, const Node& root);
void build_traffic(Context& context, const Node& root);
[[nodiscard]] spec::Request build_request(Context& context, const Node* node);
[[nodiscard]] std::vector<spec::StatusRange> build_statuses(const Node* node);
void build_timeline(Context& context, const Node& root);
void build_expectations(Context& context, const Node& root);
void build_sweep(Context& context, const Node& root);  ///< After all others.
/// What a mock that speaks is told to say: build_answers.cpp
void build_answers(Context& context, const Node& node, spec::Mock& mock);
/// What a text (a header, a message) must be.
[[nodiscard]] spec::ValueMatch build_text_match(Context& context, const Node& node);
[[nodiscard]] spec::BreakerExpectation build_breaker(Context& context, const Node& node);
[[nodiscard]] spec::CallsExpectation build_calls(Context& context, const Node& node);
/// The comparison under `slo`, its stream looked up.
[[nodiscard]] std::optional<spec::SloExpression> slo_at(Context& context, const Node* map);
/// The name under `key`, looked up in `known`; "" when there is none.
[[nodiscard]] std::string reference_at(Context& context, const Node& map, std::string_view key,
                                       const Known& known);
/// The only mock there is; otherwise a problem, which says what it is needed for and which key
/// names one.
[[nodiscard]] std::string only_mock(Context& context, const Node& node, const std::string& who,
                                    const std::string& key);
/// A text or a list of texts; none without a node.
[[nodiscard]] std::vector<std::string> texts_of(Context& context, const Node* node);
[[nodiscard]] std::optional<std::uint32_t> small_integer(const Node* map, std::string_view key);
[[nodiscard]] spec::Deliver build_deliver(Context& context, const Node* node,
                                          spec::MockKind provider);
[[nodiscard]] spec::ResponseMatch build_response_match(Context& context, const Node* node);
[[nodiscard]] spec::RequestMatch build_request_match(Context& context, const Node* node);
/// A fault of a mock by itself: nothing of phases, and a name only when it has one.
[[nodiscard]] spec::Fault build_lone_fault(Context& context, const Node& node);
/// How a fault changes while it lasts: build_composition.cpp. @pre what it is and how long it lasts
/// is known; `phase` is the length of its phase, 0 when that is wrong
void build_ramp(Context& context, const Node& node, Duration phase, spec::Fault& fault);
void build_flap(Context& context, const Node& node, Duration phase, spec::Fault& fault);
/// Which requests a fault is about: build_proxies.cpp. All of them without `when`.
[[nodiscard]] spec::HttpPick build_http_pick(Context& context, const Node* when);
/// build_process.cpp; @pre `node` has `process`
[[nodiscard]] spec::ProcessFault build_process_fault(Context& context, const Node& node);
/// Faults of one process that would undo each other.
void check_overlaps(Context& context);
[[nodiscard]] spec::PressureFault build_pressure_fault(Context& context, const Node& pressure);
[[nodiscard]] spec::Declaration build_declaration(Context& context, const Node& mock);

/// What is done to a real service: build_services.cpp. @pre node has `service`
[[nodiscard]] spec::ServiceFault build_service_fault(Context& context, const Node& node);
/// Reports a URL (http://host:port/…) whose host is neither loopback nor allowed.
void check_target(Context& context, const Node& node, const std::string& url);

/// What is done to a proxy: build_proxies.cpp. @pre node has `proxy`
[[nodiscard]] spec::ProxiedFault build_proxied_fault(Context& context, const Node& node);
/// Reports a URL (http://host:port/…) whose host is neither loopback nor allowed.
void check_target(Context& context, const Node& node, const std::string& url);

/// The value of `key`; nullptr when there is none that is worth looking at.
[[nodiscard]] const Node* child(const Node* map, std::string_view key);

/// What `parse` makes of a scalar; nothing when it is none or does not parse: validate() has said
/// so.
template <typename Parse>
[[nodiscard]] auto parsed(const Node* node, Parse parse)
    -> std::optional<std::decay_t<decltype(parse(std::string_view{}).value())>> {
  if (!node || !node->is_scalar() || node->broken) return std::nullopt;
  auto result = parse(std::string_view{node->text});
  if (!result) return std::nullopt;
  return std::move(*result);
}

[[nodiscard]] std::optional<std::uint64_t> integer_at(const Node* map, std::string_view key);
/// parsed() of a duration that must be above 0; `what` names it in the error.
[[nodiscard]] std::optional<Duration> positive_duration(Context& context, const Node* node,
                                                        const std::string& what);

/// Reports a name that `known` does not hold.
void check_reference(Context& context, const Node& node, std::string_view name, const Known& known);

/// Where a template stands, and so which variables it may use.
enum class Scope {
  literal,   ///< None but ${env.X}, which is put in before.
  request,   ///< fake.*, person.*, request.*, feed.*, extracted values, mocks.NAME.url,
             ///< proxies.NAME.*, system.url
  system,    ///< mocks.NAME.*, proxies.NAME.*, system.port
  proxy,     ///< mocks.NAME.*
  answer,    ///< fake.*, request.index, request.model, request.message
  declared,  ///< What a declared mock knows: the request, its counters and its state.
  error,     ///< The same for its errors, with error.status and error.reason.
};

/// The text of a scalar: a template whose variables have been checked, or for Scope::literal the
/// text itself. "" for whatever is no text.
[[nodiscard]] std::string text_of(Context& context, const Node* node, Scope scope);
/// The same for text or `{secret: text}`; a secret is kept from every output.
[[nodiscard]] std::string secret_or_text(Context& context, const Node* node, Scope scope);
/// The JSON of `node` in one line, its strings as text_of() gives them.
[[nodiscard]] std::string json_of(Context& context, const Node& node, Scope scope);

}  // namespace firedrill::scenario
