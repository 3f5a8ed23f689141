#pragma once

#include "harness/base/result.hpp"
#include "mocks/clinic/patients.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::clinic {

// The wire form of /api/patients. Pure.

/// {"name": "…", "phone": "…"}. Errors quote nothing of what was sent.
[[nodiscard]] Result<Patient> parse_patient(std::string_view body);

/// {"patient_id":…}
[[nodiscard]] std::string patient_json(std::int64_t id);
/// {"patient_ids":[…]}
[[nodiscard]] std::string patients_json(const std::vector<std::int64_t>& ids);

}  // namespace firedrill::clinic
