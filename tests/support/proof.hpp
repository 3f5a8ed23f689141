#pragma once

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <string>

namespace firedrill {

/// Writes down that a test has shown something of a kind of fault, for the table in
/// faults/README.md (ci/proof_table.mjs). `fault` is a kind of faults/kinds.json, such as
/// "mock: respond"; cells are "injected" (the victim saw it), "counted", "healed" (traffic is as
/// before) and "killed" (healed after SIGKILL of the runner). Nothing without FIREDRILL_PROOFS.
///
/// Call it last in a test whose assertions are REQUIREs: a proof that is written must be one.
inline void proved(const std::string& fault, std::initializer_list<const char*> cells,
                   const std::string& test) {
  const char* const path = std::getenv("FIREDRILL_PROOFS");
  if (path == nullptr) return;
  std::ofstream file{path, std::ios::app};
  for (const char* const cell : cells) {
    file << R"({"fault":")" + fault + R"(","cell":")" + cell + R"(","test":")" + test + "\"}\n";
  }
}

}  // namespace firedrill
