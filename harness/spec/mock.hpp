#pragma once

#include "harness/base/units.hpp"
#include "harness/spec/declared.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/webhook.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::spec {

/// The mocks there are. A new one is added here, in names.cpp and in mocks/make_provider.cpp; the
/// compiler finds every switch that forgets it.
///
/// `declared` has no name of its own: it is what a scenario describes with `routes`.
enum class MockKind {
  openai,
  stripe,
  hubspot,
  twilio,
  pagerduty,
  slack,
  alertmanager,  ///< A receiver of its webhooks.
  declared,
};

/// An address that a mock delivers its events to from the start, as if it had been registered with
/// the provider before the drill.
struct WebhookTarget {
  std::string url;                  ///< Template: "${system.url}/webhooks/stripe".
  std::string secret;               ///< What the provider signs with; "" for the mock's default.
  std::vector<std::string> events;  ///< Empty: all.
  Place place;
};

/// What a model says to some of the requests. The conditions that are set must all hold.
struct AnswerRule {
  std::optional<std::string> model;   ///< '*' stands for any characters.
  std::optional<ValueMatch> message;  ///< The text of the user's last message.
  std::vector<HeaderMatch> headers;
  std::string answer;               ///< As Mock::answer; with `tool`, the arguments of the call.
  std::optional<std::string> tool;  ///< The function called, where the request offers it.
};

/// One mock of a scenario.
struct Mock {
  MockKind kind = MockKind::openai;
  /// Control address of the `firedrill mocks` that serves it already; "": the drill serves it.
  std::string attach;
  std::uint16_t port = 0;          ///< 0 picks a free one.
  Delay latency;                   ///< Healthy answering time; 0 by default.
  std::optional<Rate> rate_limit;  ///< The provider's own 429 beyond this many requests a second.
  std::string api_key;             ///< When set, the only credential accepted; "" accepts any.
  /// What the model says, as a template: text, or one JSON document when the scenario wrote
  /// `answer: {json: …}`. Unset: the mock's own default.
  std::optional<std::string> answer;
  std::vector<AnswerRule> answers;          ///< The first that fits wins; then comes `answer`.
  std::optional<Delay> first_token;         ///< Thinking time of a model; none by default.
  std::optional<Spread> tokens_per_second;  ///< Speed of a model; all at once by default.
  std::vector<WebhookTarget> webhooks;
  Deliver deliver;          ///< How its events, callbacks and the like are delivered.
  Declaration declaration;  ///< Of MockKind::declared.
};

}  // namespace firedrill::spec
