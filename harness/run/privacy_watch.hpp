#pragma once

#include "harness/metrics/privacy_record.hpp"
#include "harness/spec/scenario.hpp"
#include "harness/text/canary_notes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace firedrill {

/// Whether anybody wants to know where the data of made-up people goes. Only then is anything
/// searched.
[[nodiscard]] bool watches_privacy(const spec::Scenario& scenario);

/// People that are looked through for whose data was found, of all streams together. Beyond that a
/// number stays in doubt; a word is a canary by itself.
inline constexpr std::uint64_t kPeopleLookedThrough = 200'000;

/// Who is who in what was noted, without the canaries themselves. A number that is right by its
/// form but belongs to nobody of the drill is no canary. Pure.
[[nodiscard]] PrivacyRecord privacy_record(std::uint64_t seed, TrafficCanaries traffic,
                                           std::vector<CanaryNotes> others,
                                           std::uint64_t people_max = kPeopleLookedThrough);

}  // namespace firedrill
