#include "mocks/clinic/score_request.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::clinic {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kScoreAccepted =
    "; accepted: {\"phone\": string, \"message\": string, \"name\": string (optional)}";

Error refuse_score(std::string problem) {
  return Error{std::move(problem) + std::string{kScoreAccepted}};
}

/// A string member; an optional one may be absent or null and is then "".
Result<std::string> text_of(const ordered_json& body, const char* name, bool required) {
  const auto found = body.find(name);
  if (found == body.end() || (!required && found->is_null())) {
    if (!required) return std::string{};
    return refuse_score("'" + std::string{name} + "' is missing");
  }
  if (!found->is_string()) {
    return refuse_score("'" + std::string{name} + "' is " + found->type_name() + ", not a string");
  }
  return found->get<std::string>();
}

std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

Result<Lead> parse_lead(std::string_view body) {
  ordered_json parsed;
  try {
    parsed = ordered_json::parse(body);
  } catch (const ordered_json::parse_error& error) {
    // Its own words would quote what was sent.
    return refuse_score("the body is not valid JSON (at byte " + std::to_string(error.byte) + ")");
  }
  if (!parsed.is_object()) {
    return refuse_score("the body is a JSON " + std::string{parsed.type_name()} +
                        ", not an object");
  }
  Result<std::string> phone = text_of(parsed, "phone", true);
  if (!phone) return phone.error();
  if (phone->empty()) return refuse_score("'phone' is empty");
  Result<std::string> message = text_of(parsed, "message", true);
  if (!message) return message.error();
  Result<std::string> name = text_of(parsed, "name", false);
  if (!name) return name.error();
  return Lead{.phone = std::move(*phone), .name = std::move(*name), .message = std::move(*message)};
}

std::string lead_json(const std::string& lead_id, const ScoredLead& lead) {
  return dump({{"lead_id", lead_id},
               {"score", lead.score.score},
               {"confidence", lead.score.confidence},
               {"source", name_of(lead.source)},
               {"reason", lead.score.reason}});
}

std::string error_json(std::string_view error, std::string_view correlation_id) {
  return dump({{"error", error}, {"correlation_id", correlation_id}});
}

}  // namespace firedrill::clinic
