#include "mocks/clinic/chat_completion.hpp"

#include "mocks/clinic/mask.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace firedrill::clinic {
namespace {

using nlohmann::json;

constexpr std::string_view kModel = "gpt-4o";
constexpr std::size_t kReasonMax = 300;

constexpr std::string_view kTask =
    "You score leads of a dental clinic by how soon they should be called back. Answer with one "
    "JSON "
    "object: {\"score\": 1 to 5 (5 is the most urgent), \"confidence\": 0 to 1, \"reason\": one "
    "short "
    "sentence without personal data}.";

json parse(std::string_view text) { return json::parse(text, nullptr, false); }

/// Member of an object, or null; never throws, whatever `from` is.
const json& member(const json& from, const char* name) {
  static const json null;
  if (!from.is_object()) return null;
  const auto found = from.find(name);
  return found == from.end() ? null : *found;
}

std::uint64_t count_of(const json& value) {
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

/// At most kReasonMax bytes, cut between characters.
std::string shortened(std::string text) {
  if (text.size() <= kReasonMax) return text;
  std::size_t end = kReasonMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

AiReply malformed(AiReply reply, std::string why) {
  reply.outcome = AiOutcome::malformed;
  reply.why = std::move(why);
  return reply;
}

/// The score out of the model's words.
AiReply read_content(AiReply reply, const std::string& content) {
  const json verdict = parse(content);
  if (!verdict.is_object()) return malformed(std::move(reply), "content is not a JSON object");
  const json& score = member(verdict, "score");
  const json& confidence = member(verdict, "confidence");
  const json& reason = member(verdict, "reason");
  if (!score.is_number()) return malformed(std::move(reply), "content has no number 'score'");
  const double value = score.get<double>();
  if (value < 1 || value > 5 || value != std::floor(value)) {
    return malformed(std::move(reply), "'score' is not a whole number from 1 to 5");
  }
  if (!confidence.is_number())
    return malformed(std::move(reply), "content has no number 'confidence'");
  const double sure = confidence.get<double>();
  if (!(sure >= 0 && sure <= 1))
    return malformed(std::move(reply), "'confidence' is not within 0 to 1");

  reply.outcome = AiOutcome::scored;
  reply.score.score = static_cast<int>(value);
  reply.score.confidence = std::clamp(sure, kAiConfidenceMin, kAiConfidenceMax);
  if (reason.is_string()) reply.score.reason = shortened(reason.get<std::string>());
  return reply;
}

AiReply read_success(AiReply reply, std::string_view body) {
  const json answer = parse(body);
  const json& usage = member(answer, "usage");
  reply.usage = {.prompt = count_of(member(usage, "prompt_tokens")),
                 .completion = count_of(member(usage, "completion_tokens"))};
  const json& choices = member(answer, "choices");
  if (!choices.is_array() || choices.empty()) {
    return malformed(std::move(reply), answer.is_discarded() ? "body is not JSON" : "no choices");
  }
  const json& content = member(member(choices.front(), "message"), "content");
  if (!content.is_string()) return malformed(std::move(reply), "first choice has no text");
  return read_content(std::move(reply), content.get<std::string>());
}

AiOutcome outcome_of(int status) {
  if (status == 401 || status == 403) return AiOutcome::credentials_rejected;
  if (status == 408) return AiOutcome::timed_out;
  if (status == 429) return AiOutcome::rate_limited;
  if (status >= 500) return AiOutcome::server_error;
  return status >= 400 ? AiOutcome::request_rejected : AiOutcome::malformed;
}

}  // namespace

std::string chat_request(const Lead& lead, Privacy privacy) {
  std::string about =
      "Phone number usable: " + std::string{is_plausible_phone(lead.phone) ? "yes" : "no"} +
      "\nName given: " + std::string{lead.name.empty() ? "no" : "yes"} + "\nMessage: ";
  about += privacy == Privacy::masked ? masked(lead.message, lead.name) : lead.message;
  if (privacy == Privacy::in_the_clear) {
    about += "\nName: " + lead.name + "\nPhone: " + lead.phone;
  }
  const json request{
      {"model", kModel},
      {"temperature", 0},
      {"response_format", {{"type", "json_object"}}},
      {"messages",
       {{{"role", "system"}, {"content", kTask}}, {{"role", "user"}, {"content", about}}}}};
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

AiReply read_chat_answer(int status, std::string_view body) {
  AiReply reply;
  reply.status = status;
  if (status >= 200 && status < 300) return read_success(std::move(reply), body);
  reply.outcome = outcome_of(status);
  reply.why = "answered " + std::to_string(status);
  return reply;
}

}  // namespace firedrill::clinic
