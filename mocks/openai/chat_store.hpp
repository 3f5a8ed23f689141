#pragma once

#include "harness/aio/http.hpp"
#include "mocks/openai/chat_request.hpp"
#include "mocks/openai/completion.hpp"
#include "mocks/openai/problem.hpp"
#include "mocks/openai/store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::openai {

/// The chat completions that callers asked to keep with `store: true`: what GET, POST and DELETE
/// of /chat/completions work on. Pages begin after the id `after` and end with has_more.
class ChatStore {
 public:
  void keep(const ChatRequest& request, const Completion& completion);

  /// Bodies of the API; unset for an unknown id.
  [[nodiscard]] std::optional<std::string> retrieve(const std::string& id);
  [[nodiscard]] std::optional<std::string> messages(const std::string& id, std::string_view query);
  /// The list, by the query's model, metadata, order, after and limit.
  [[nodiscard]] std::string list(std::string_view query) const;
  /// Replaces the metadata. @pre `metadata` is a JSON object
  [[nodiscard]] std::optional<std::string> update(const std::string& id,
                                                  const std::string& metadata);
  [[nodiscard]] std::optional<std::string> remove(const std::string& id);

  void clear() { chats_.clear(); }
  [[nodiscard]] std::size_t size() const { return chats_.size(); }
  [[nodiscard]] std::uint64_t dropped() const { return chats_.dropped(); }

 private:
  struct Chat {
    std::string body;      ///< JSON as text.
    std::string messages;  ///< JSON as text.
    std::string model;     ///< As asked for.
    [[nodiscard]] std::size_t bytes() const {
      return sizeof(Chat) + body.size() + messages.size() + model.size();
    }
  };
  Store<Chat> chats_;
};

}  // namespace firedrill::openai
