#include "mocks/openai/models.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace firedrill::openai {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 9> kPrefixes{"gpt-",
                                                    "o1",
                                                    "o3",
                                                    "o4",
                                                    "ft:",
                                                    "chatgpt-",
                                                    "text-embedding-",
                                                    "omni-moderation-",
                                                    "text-moderation-"};
constexpr std::string_view kEmbedding = "text-embedding-";

struct Model {
  std::string_view name;
  std::string_view dated;  ///< What answers under that name.
  std::int64_t created;
};

constexpr std::array<Model, 11> kModels{{
    {"gpt-4o", "gpt-4o-2024-08-06", 1715367049},
    {"gpt-4o-mini", "gpt-4o-mini-2024-07-18", 1721172741},
    {"gpt-4.1", "gpt-4.1-2025-04-14", 1744316542},
    {"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", 1744318173},
    {"o3-mini", "o3-mini-2025-01-31", 1737146383},
    {"o4-mini", "o4-mini-2025-04-16", 1744225351},
    {"gpt-5", "gpt-5-2025-08-07", 1754425777},
    {"gpt-5-mini", "gpt-5-mini-2025-08-07", 1754425928},
    {"omni-moderation-latest", "omni-moderation-latest", 1731689265},
    {"text-embedding-3-small", "text-embedding-3-small", 1705948997},
    {"text-embedding-3-large", "text-embedding-3-large", 1705953180},
}};

const Model* find_model(std::string_view name) {
  const auto found = std::find_if(kModels.begin(), kModels.end(),
                                  [name](const Model& model) { return model.name == name; });
  return found == kModels.end() ? nullptr : &*found;
}

Json to_json(std::string_view name) {
  const Model* model = find_model(name);
  return {{"id", name},
          {"object", "model"},
          {"created", model == nullptr ? kModels.front().created : model->created},
          {"owned_by", "system"}};
}

}  // namespace

bool is_known_model(std::string_view model) {
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [model](std::string_view prefix) { return model.starts_with(prefix); });
}

bool is_embedding_model(std::string_view model) { return model.starts_with(kEmbedding); }

bool is_moderation_model(std::string_view model) {
  return model.find("-moderation-") != std::string_view::npos && !model.starts_with("ft:");
}

bool is_chat_model(std::string_view model) {
  return !is_embedding_model(model) && !is_moderation_model(model);
}

std::string dated_model(std::string_view model) {
  const Model* known = find_model(model);
  return std::string{known == nullptr ? model : known->dated};
}

std::string model_list() {
  Json data = Json::array();
  for (const Model& model : kModels) data.push_back(to_json(model.name));
  return dump(Json{{"object", "list"}, {"data", std::move(data)}});
}

std::string model_object(std::string_view model) { return dump(to_json(model)); }

}  // namespace firedrill::openai
