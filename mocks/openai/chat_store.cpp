#include "mocks/openai/chat_store.hpp"

#include "mocks/json_text.hpp"
#include "mocks/openai/page.hpp"
#include "mocks/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

/// The pairs of `metadata[key]=value`.
bool has_metadata(const Json& body, std::string_view query) {
  static constexpr std::string_view kPrefix = "metadata[";
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const std::size_t mark = pair.find('=');
    const std::string name = percent_decode(pair.substr(0, mark));
    if (!name.starts_with(kPrefix) || !name.ends_with(']')) continue;
    const std::string key = name.substr(kPrefix.size(), name.size() - kPrefix.size() - 1);
    const auto value = query_value(pair, name);
    const auto found = body["metadata"].find(key);
    if (found == body["metadata"].end() || *found != Json(value.value_or(""))) return false;
  }
  return true;
}

}  // namespace

void ChatStore::keep(const ChatRequest& request, const Completion& completion) {
  chats_.put(completion.id, {to_body(completion, true), request.messages, request.prompt.model});
}

std::optional<std::string> ChatStore::retrieve(const std::string& id) {
  const Chat* chat = chats_.find(id);
  if (chat == nullptr) return std::nullopt;
  return chat->body;
}

std::optional<std::string> ChatStore::messages(const std::string& id, std::string_view query) {
  const Chat* chat = chats_.find(id);
  if (chat == nullptr) return std::nullopt;
  Json sent = Json::parse(chat->messages);
  PageQuery asked = PageQuery::parse(query);
  if (asked.order == "desc") std::reverse(sent.begin(), sent.end());
  Page<Json> page{std::move(asked)};
  for (std::size_t i = 0; i < sent.size(); ++i) {
    Json message{{"id", id + "-" + std::to_string(i)}};
    message.update(sent[i]);
    if (message.contains("content") && message["content"].is_array()) {
      message["content_parts"] = std::exchange(message["content"], nullptr);
    }
    const std::string own = message["id"].get<std::string>();
    if (!page.offer(own, std::move(message))) break;
  }
  return std::move(page).body();
}

std::string ChatStore::list(std::string_view query) const {
  const auto model = query_value(query, "model");
  PageQuery asked = PageQuery::parse(query);
  const bool newest_first = asked.order == "desc";
  Page<Json> page{std::move(asked)};
  chats_.each(newest_first, [&](const std::string& id, const Chat& chat) {
    Json body = Json::parse(chat.body);
    const bool wanted =
        (!model || chat.model == *model || body["model"] == *model) && has_metadata(body, query);
    // The one that a page begins after counts even when it is not wanted any more.
    return wanted || !page.begun() ? page.offer(id, std::move(body)) : true;
  });
  return std::move(page).body();
}

std::optional<std::string> ChatStore::update(const std::string& id, const std::string& metadata) {
  const Chat* chat = chats_.find(id);
  if (chat == nullptr) return std::nullopt;
  Json body = Json::parse(chat->body);
  body["metadata"] = Json::parse(metadata);
  chats_.find(id)->body = dump(body);
  return chats_.find(id)->body;
}

std::optional<std::string> ChatStore::remove(const std::string& id) {
  if (!chats_.erase(id)) return std::nullopt;
  return dump(Json{{"object", "chat.completion.deleted"}, {"id", id}, {"deleted", true}});
}

}  // namespace firedrill::openai
