#include "mocks/slack/slack.hpp"

#include "mocks/form.hpp"
#include "mocks/json_text.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace firedrill::slack {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMessagesMax = 10'000;
constexpr std::size_t kAttachmentsMax = 100;
constexpr std::string_view kPattern = "/services/{team}/{app}/{token}";

/// Slack answers in plain words, and means HTML.
HttpReply words(int status, std::string text) {
  HttpReply reply;
  reply.status = status;
  reply.headers.push_back({"Content-Type", "text/html"});
  reply.body = std::move(text);
  return reply;
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

/// JSON as the body, or as the field `payload` of a form.
std::optional<Json> payload_of(const HttpRequest& request) {
  if (auto json = parse_json<Json>(request.body)) return json;
  const auto fields = decode_form(request.body);
  if (!fields) return std::nullopt;
  const auto payload = form_value(*fields, "payload");
  return payload ? parse_json<Json>(*payload) : std::nullopt;
}

bool is_list(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_array() && !found->empty();
}

Message message_of(const Json& json) {
  Message message;
  message.channel = text_at(json, "channel");
  message.text = text_at(json, "text");
  if (!is_list(json, "attachments")) return message;
  const Json& first = json.at("attachments").front();
  if (!first.is_object()) return message;
  message.color = text_at(first, "color");
  message.mark = text_at(first, "callback_id");
  for (const char* key : {"title", "fallback", "text"}) {
    if (message.text.empty()) message.text = text_at(first, key);
  }
  return message;
}

/// What it tells of alerts, when a drill's Alertmanager sent it.
AlertNotice notice_of(const Message& message) {
  AlertNotice notice;
  notice.alerts = parse_notice_mark(message.mark);
  const bool over = !notice.alerts.empty() &&
                    std::none_of(notice.alerts.begin(), notice.alerts.end(),
                                 [](const NoticedAlert& alert) { return alert.firing; });
  notice.action = over ? AlertNotice::Action::resolve : AlertNotice::Action::trigger;
  return notice;
}

}  // namespace

Slack::Slack(spec::Mock options) : options_{std::move(options)} {}

HttpReply Slack::answer(const HttpRequest& request, ProviderContext& context) {
  const auto segments = match_path(kPattern, request.path);
  if (!segments) return words(404, "no_service");
  if (request.method != "POST") return words(405, "method_not_allowed");
  if (!options_.api_key.empty() && (*segments)[2] != options_.api_key) {
    return words(403, "invalid_token");
  }
  const auto json = payload_of(request);
  if (!json || !json->is_object()) return words(400, "invalid_payload");
  const bool says =
      !text_at(*json, "text").empty() || is_list(*json, "blocks") || is_list(*json, "attachments");
  if (!says) return words(400, "no_text");
  if (is_list(*json, "attachments") && json->at("attachments").size() > kAttachmentsMax) {
    return words(400, "too_many_attachments");
  }
  Message message = message_of(*json);
  message.at = context.wall;
  message.webhook = (*segments)[0] + "/" + (*segments)[1] + "/" + (*segments)[2];
  Notice notice{message.at, "", notice_of(message)};
  notice.what.receiver = query_value(request.query, "receiver").value_or("");
  notices_.add(std::move(notice));
  messages_.push_back(std::move(message));
  if (messages_.size() > kMessagesMax) messages_.pop_front();
  ++received_;
  return words(200, "ok");
}

HttpReply Slack::error(int status, ProviderContext& context) {
  if (status == 429) {
    HttpReply reply = words(429, "rate_limited");
    const auto wait = std::chrono::ceil<std::chrono::seconds>(context.rate.retry_in).count();
    reply.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(1, wait))});
    return reply;
  }
  if (status == 403) return words(403, "invalid_token");
  if (status == 404) return words(404, "no_service");
  if (status == 410) return words(410, "channel_is_archived");
  return words(status, status < 500 ? "invalid_payload" : "rollup_error");
}

std::string Slack::state() const {
  Json list = Json::array();
  for (const Message& message : messages_) {
    list.push_back({{"at", to_rfc3339(message.at)},
                    {"webhook", message.webhook},
                    {"channel", message.channel},
                    {"text", message.text},
                    {"color", message.color}});
  }
  return dump(Json{{"messages", std::move(list)}, {"not_kept", received_ - messages_.size()}});
}

void Slack::reset() {
  messages_.clear();
  received_ = 0;
  notices_ = {};
}

std::vector<std::string> route_names() { return {"POST " + std::string{kPattern}}; }

}  // namespace firedrill::slack
