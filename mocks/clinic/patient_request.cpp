#include "mocks/clinic/patient_request.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::clinic {
namespace {

using nlohmann::json;

constexpr std::string_view kPatientAccepted = "; accepted: {\"name\": string, \"phone\": string}";

Error refuse_patient(const std::string& problem) {
  return Error{problem + std::string{kPatientAccepted}};
}

Result<std::string> text_of(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end()) return refuse_patient("'" + std::string{name} + "' is missing");
  if (!found->is_string()) return refuse_patient("'" + std::string{name} + "' is not a string");
  auto text = found->get<std::string>();
  if (text.empty()) return refuse_patient("'" + std::string{name} + "' is empty");
  // PostgreSQL's texts hold every character but this one.
  if (text.find('\0') != std::string::npos)
    return refuse_patient("'" + std::string{name} + "' holds a character that cannot be kept");
  return text;
}

}  // namespace

Result<Patient> parse_patient(std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return refuse_patient("the body is not a JSON object");
  auto name = text_of(parsed, "name");
  if (!name) return name.error();
  auto phone = text_of(parsed, "phone");
  if (!phone) return phone.error();
  return Patient{*std::move(name), *std::move(phone)};
}

std::string patient_json(std::int64_t id) { return json{{"patient_id", id}}.dump(); }

std::string patients_json(const std::vector<std::int64_t>& ids) {
  return json{{"patient_ids", ids}}.dump();
}

}  // namespace firedrill::clinic
