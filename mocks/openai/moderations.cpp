#include "mocks/openai/moderations.hpp"

#include "harness/base/strings.hpp"
#include "mocks/ids.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/models.hpp"
#include "mocks/openai/prompt.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace firedrill::openai {
namespace {

using Document = nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::size_t kInputsMax = 2048;
constexpr std::string_view kDefaultModel = "omni-moderation-latest";
constexpr std::array<std::string_view, 2> kModerationParameters{"input", "model"};
constexpr std::array<std::string_view, 2> kParts{"text", "image_url"};

/// A category and the words that flag it, in lower case.
struct Category {
  std::string_view name;
  std::array<std::string_view, 3> words;
  bool sees_images;  ///< Applies to images as well.
};

constexpr std::array<Category, 13> kCategories{{
    {"harassment", {"you idiot", "worthless person", "you are stupid"}, false},
    {"harassment/threatening", {"i will hurt you", "i will find you", "i will kill you"}, false},
    {"hate", {"inferior race", "hate all immigrants", "subhuman"}, false},
    {"hate/threatening", {"exterminate them", "kill all immigrants", "wipe them out"}, false},
    {"illicit", {"shoplift", "forge a prescription", "launder money"}, false},
    {"illicit/violent", {"build a bomb", "make a bomb", "buy a gun illegally"}, false},
    {"self-harm", {"suicide", "hurt myself", "self-harm"}, true},
    {"self-harm/intent", {"i want to die", "kill myself", "end my life"}, true},
    {"self-harm/instructions", {"how to hang myself", "how to cut myself", "painless death"}, true},
    {"sexual", {"porn", "explicit sex", "erotic"}, true},
    {"sexual/minors", {"child porn", "underage sex", "sexualize a minor"}, false},
    {"violence", {"kill", "murder", "stab"}, true},
    {"violence/graphic", {"blood everywhere", "guts", "dismember"}, true},
}};

struct Input {
  std::string text;
  bool has_text = false;
  bool has_image = false;
};

Problem invalid_model(std::string_view model) {
  return {.message = "Invalid value for 'model' = " + std::string{model} +
                     ". Please check the OpenAI documentation and try again."};
}

class Reader {
 public:
  explicit Reader(const Document& document) : document_{document} {}

  void read() {
    fields_.only(document_, "", kModerationParameters);
    model_ = fields_.text(document_, "model", "model");
    if (fields_.find(document_, "model") == nullptr) model_ = kDefaultModel;
    static constexpr std::string_view kExpected =
        "one of a string, array of strings, or array of objects";
    const Document* input = fields_.require(document_, "input", "input", kExpected);
    if (input == nullptr) return;
    if (input->is_string()) {
      inputs_.push_back({input->get<std::string>(), true, false});
      return;
    }
    if (!fields_.check_type(input->is_array(), *input, "input", kExpected)) return;
    if (input->empty() || input->size() > kInputsMax) {
      fields_.fail(invalid_value("input",
                                 "Invalid 'input': expected an array with 1 to 2048 "
                                 "elements."));
      return;
    }
    // Texts are judged each by itself, parts as one.
    if ((*input)[0].is_object()) inputs_.emplace_back();
    for (std::size_t i = 0; i < input->size() && !fields_.problem(); ++i) {
      read_item((*input)[i], (*input)[0].is_object(), "input[" + std::to_string(i) + "]");
    }
  }

  [[nodiscard]] const std::optional<Problem>& problem() const { return fields_.problem(); }
  [[nodiscard]] const std::string& model() const { return model_; }
  [[nodiscard]] const std::vector<Input>& inputs() const { return inputs_; }

 private:
  void read_item(const Document& item, bool parts, const std::string& path) {
    if (!parts) {
      if (!fields_.check_type(item.is_string(), item, path, "a string")) return;
      inputs_.push_back({item.get<std::string>(), true, false});
      return;
    }
    if (!fields_.check_type(item.is_object(), item, path, "an object")) return;
    const std::string type = fields_.required_text(item, "type", path + ".type");
    fields_.check_value(type, path + ".type", kParts);
    Input& input = inputs_.front();
    if (type == "text") {
      input.text += fields_.required_text(item, "text", path + ".text") + "\n";
      input.has_text = true;
    } else if (type == "image_url") {
      fields_.require(item, "image_url", path + ".image_url", "an object");
      input.has_image = true;
    }
  }

  const Document& document_;
  Fields<Document> fields_;
  std::string model_;
  std::vector<Input> inputs_;
};

Ordered result_json(const Input& input) {
  const std::string text = to_lower(input.text);
  Rng rng = Rng::derive(0, text);
  Ordered flags = Ordered::object();
  Ordered scores = Ordered::object();
  Ordered applied = Ordered::object();
  bool flagged = false;
  for (const Category& category : kCategories) {
    const std::string name{category.name};
    const bool hit = std::any_of(
        category.words.begin(), category.words.end(),
        [&text](std::string_view word) { return text.find(word) != std::string::npos; });
    flagged = flagged || hit;
    flags[name] = hit;
    scores[name] = hit ? 0.9 + 0.09 * rng.uniform() : 0.0001 * rng.uniform();
    applied[name] = Ordered::array();
    if (input.has_text) applied[name].push_back("text");
    if (input.has_image && category.sees_images) applied[name].push_back("image");
  }
  return {{"flagged", flagged},
          {"categories", std::move(flags)},
          {"category_scores", std::move(scores)},
          {"category_applied_input_types", std::move(applied)}};
}

}  // namespace

std::variant<Moderation, Problem> moderate(std::string_view body, Rng& rng) {
  const auto document = parse_json<Document>(body);
  if (!document || !document->is_object()) return unreadable_json();
  Reader reader{*document};
  reader.read();
  if (reader.problem()) return *reader.problem();
  if (!is_moderation_model(reader.model())) return invalid_model(reader.model());
  Moderation moderation;
  Ordered results = Ordered::array();
  for (const Input& input : reader.inputs()) {
    results.push_back(result_json(input));
    moderation.tokens += tokens_of(input.text) + (input.has_image ? kTokensPerImage : 0);
  }
  moderation.body = dump(Ordered{{"id", "modr-" + hex_id(32, rng)},
                                 {"model", reader.model()},
                                 {"results", std::move(results)}});
  return moderation;
}

}  // namespace firedrill::openai
