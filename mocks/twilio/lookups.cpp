#include "mocks/twilio/lookups.hpp"

#include "mocks/json_text.hpp"
#include "mocks/twilio/address.hpp"
#include "mocks/twilio/paging.hpp"
#include "mocks/twilio/problem.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>

namespace firedrill::twilio {
namespace {

using Json = nlohmann::ordered_json;

/// The packages that Fields may name, in the order of the answer.
constexpr std::array<const char*, 10> kPackages{"caller_name",
                                                "sim_swap",
                                                "call_forwarding",
                                                "line_status",
                                                "line_type_intelligence",
                                                "identity_match",
                                                "reassigned_number",
                                                "sms_pumping_risk",
                                                "phone_number_quality_score",
                                                "pre_fill"};

/// What a package says about any number.
Json package(std::string_view name, const PhoneNumber& number) {
  if (name == "caller_name") {
    return {{"caller_name", "ALEX EXAMPLE"}, {"caller_type", "CONSUMER"}, {"error_code", nullptr}};
  }
  if (name == "sim_swap") {
    return {{"last_sim_swap",
             {{"last_sim_swap_date", nullptr},
              {"swapped_period", "PT24H"},
              {"swapped_in_period", false}}},
            {"carrier_name", "Example Mobile"},
            {"mobile_country_code", "310"},
            {"mobile_network_code", "456"},
            {"error_code", nullptr}};
  }
  if (name == "call_forwarding") {
    return {{"call_forwarding_status", false}, {"error_code", nullptr}};
  }
  if (name == "line_status") return {{"status", "active"}, {"error_code", nullptr}};
  if (name == "line_type_intelligence") {
    return {{"mobile_country_code", "310"},
            {"mobile_network_code", "456"},
            {"carrier_name", "Example Mobile"},
            {"type", "mobile"},
            {"error_code", nullptr}};
  }
  if (name == "reassigned_number") {
    return {
        {"last_verified_date", nullptr}, {"is_number_reassigned", "no"}, {"error_code", nullptr}};
  }
  if (name == "sms_pumping_risk") {
    return {{"carrier_risk_category", "low"}, {"number_blocked", false},
            {"number_blocked_date", nullptr}, {"number_blocked_last_3_months", false},
            {"sms_pumping_risk_score", 0},    {"error_code", nullptr}};
  }
  if (name == "identity_match") {
    return {{"first_name_match", nullptr},
            {"last_name_match", nullptr},
            {"summary_score", nullptr},
            {"error_code", nullptr}};
  }
  return {{"phone_number", number.e164}, {"error_code", nullptr}};
}

bool is_package(std::string_view name) {
  for (const char* known : kPackages) {
    if (name == known) return true;
  }
  return name == "validation";
}

}  // namespace

HttpReply look_up(const Request& request) {
  const std::string country = request.parameters.get("CountryCode");
  const auto number = read_phone_number(request.ids[0], country);
  if (!number) return to_reply(not_found(request.http.path));
  const bool valid = number->errors.empty();
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json json{{"calling_country_code", or_null(number->calling_code)},
            {"country_code", or_null(number->country)},
            {"phone_number", number->e164},
            {"national_format", number->national_format},
            {"valid", valid},
            {"validation_errors", number->errors}};
  for (const char* name : kPackages) json[name] = nullptr;
  std::string fields = request.parameters.get("Fields");
  while (!fields.empty()) {
    const std::size_t end = fields.find(',');
    const std::string name = fields.substr(0, end);
    fields.erase(0, end == std::string::npos ? fields.size() : end + 1);
    if (!is_package(name)) return to_reply({400, 20001, "Invalid parameter: Fields: " + name});
    if (name != "validation" && valid) json[name] = package(name, *number);
  }
  json["url"] = origin_of(request.http) + "/v2/PhoneNumbers/" + number->e164;
  return json_reply(200, dump(json));
}

}  // namespace firedrill::twilio
