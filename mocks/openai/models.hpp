#pragma once

#include <string>
#include <string_view>

namespace firedrill::openai {

/// A name that could be a model of this provider: anything but what is clearly somebody else's.
[[nodiscard]] bool is_known_model(std::string_view model);
[[nodiscard]] bool is_chat_model(std::string_view model);
[[nodiscard]] bool is_embedding_model(std::string_view model);
[[nodiscard]] bool is_moderation_model(std::string_view model);

/// The dated name under which an alias answers: "gpt-4o" is "gpt-4o-2024-08-06"; others stay.
[[nodiscard]] std::string dated_model(std::string_view model);

/// The bodies of GET /models and GET /models/{model}. @pre is_known_model(model)
[[nodiscard]] std::string model_list();
[[nodiscard]] std::string model_object(std::string_view model);

}  // namespace firedrill::openai
