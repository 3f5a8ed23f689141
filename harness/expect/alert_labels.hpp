#pragma once

#include "harness/spec/alert.hpp"

#include <map>
#include <string>
#include <vector>

namespace firedrill {

/// {job="clinic", severity="critical"}
[[nodiscard]] std::string labels_text(const std::map<std::string, std::string>& labels);

/// What a label must be, in words: "critical", /crit|page/, there.
[[nodiscard]] std::string wanted_text(const spec::ValueMatch& match);

[[nodiscard]] bool fits(const std::map<std::string, std::string>& labels,
                        const spec::AlertExpectation::LabelMatch& wanted);
[[nodiscard]] bool fits_all(const std::map<std::string, std::string>& labels,
                            const std::vector<spec::AlertExpectation::LabelMatch>& wanted);

}  // namespace firedrill
