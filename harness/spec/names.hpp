#pragma once

#include "harness/spec/expectation.hpp"
#include "harness/spec/mock.hpp"
#include "harness/spec/webhook.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::spec {

// The names of everything a scenario can refer to, in one place: the loader, the schema, the error
// messages and `firedrill list` all read these lists.

[[nodiscard]] std::vector<std::string> mock_names();  ///< "openai", …; all but `declared`.
[[nodiscard]] std::optional<MockKind> mock_kind(std::string_view name);
[[nodiscard]] std::string_view name_of(MockKind kind);

[[nodiscard]] std::vector<std::string> clinic_profiles();

/// A planted defect of the reference system and what it does wrong.
struct DefectInfo {
  std::string name;
  std::string summary;
};
[[nodiscard]] std::vector<DefectInfo> clinic_defects();
[[nodiscard]] std::vector<std::string> clinic_defect_names();

/// A kind of fault, and the production cause that it imitates.
struct FaultInfo {
  std::string name;
  std::string summary;
};
/// How the delivery of a webhook can go wrong, but for its corruption.
[[nodiscard]] std::vector<FaultInfo> delivery_fault_kinds();
/// Parts of a webhook that can be wrong, in the order of Corruption.
[[nodiscard]] std::vector<FaultInfo> corruption_kinds();
[[nodiscard]] std::vector<std::string> corruption_names();
[[nodiscard]] std::optional<Corruption> corruption(std::string_view name);
[[nodiscard]] std::string name_of(Corruption corruption);

struct ExpectationInfo {
  std::string name;
  std::string summary;
};
[[nodiscard]] std::vector<ExpectationInfo> expectation_kinds();

[[nodiscard]] std::string_view symbol_of(Comparison comparison);  ///< "<", "<=", …
/// "slo", "breaker", "fallback" or "calls".
[[nodiscard]] std::string_view kind_of(const Expectation& expectation);

}  // namespace firedrill::spec
