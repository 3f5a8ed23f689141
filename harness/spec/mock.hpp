#pragma once

#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::spec {

/// The mocks there are. A new one is added here, in names.cpp and in mocks/make_provider.cpp; the
/// compiler finds every switch that forgets it.
enum class MockKind { openai };

/// One mock of a scenario.
struct Mock {
  MockKind kind = MockKind::openai;
  std::uint16_t port = 0;          ///< 0 picks a free one.
  Delay latency;                   ///< Healthy answering time; 0 by default.
  std::optional<Rate> rate_limit;  ///< The provider's own 429 beyond this many requests a second.
  std::string api_key;             ///< When set, the only credential accepted; "" accepts any.
  /// What the model says, as a template: text, or one JSON document when the scenario wrote
  /// `answer: {json: …}`. Unset: the mock's own default.
  std::optional<std::string> answer;
};

}  // namespace firedrill::spec
