#pragma once

#include <string>
#include <vector>

namespace firedrill {

/// A kind of fault that a scenario may inject.
struct FaultKind {
  std::string group;  ///< What is broken: "mock", "process", "postgres", "proxy http".
  std::string name;   ///< "respond"; unique in its group.
  std::string does;   ///< In a few words: "answer with this status".

  /// "proxy http: respond", as faults/kinds.json writes it.
  [[nodiscard]] std::string id() const { return group + ": " + name; }
};

/// Every kind that the loader accepts, group by group, read off the grammar itself.
[[nodiscard]] std::vector<FaultKind> fault_kinds();

}  // namespace firedrill
