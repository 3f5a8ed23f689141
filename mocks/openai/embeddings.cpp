#include "mocks/openai/embeddings.hpp"

#include "harness/base/rng.hpp"
#include "harness/base/strings.hpp"
#include "mocks/json_text.hpp"
#include "mocks/openai/fields.hpp"
#include "mocks/openai/models.hpp"
#include "mocks/openai/prompt.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

namespace firedrill::openai {
namespace {

using Document = nlohmann::json;

constexpr std::size_t kEmbeddingInputsMax = 2048;
constexpr std::uint64_t kTokensPerInputMax = 8192;
constexpr std::uint64_t kTokensMax = 300'000;
constexpr std::array<std::string_view, 5> kEmbeddingParameters{"input", "model", "dimensions",
                                                               "encoding_format", "user"};
constexpr std::array<std::string_view, 2> kFormats{"float", "base64"};

/// What the API says of an input that it cannot read.
Problem invalid_input() {
  return {.message =
              "'$.input' is invalid. Please check the API reference: "
              "https://platform.openai.com/docs/api-reference."};
}

Problem input_too_long(std::uint64_t tokens) {
  const std::string seen = std::to_string(tokens);
  return {.message = "This model's maximum context length is 8192 tokens, however you requested " +
                     seen + " tokens (" + seen +
                     " in your prompt; 0 for the completion). Please reduce your prompt; or "
                     "completion length."};
}

Problem not_an_embedding_model() {
  return {.status = 403, .message = "You are not allowed to generate embeddings from this model"};
}

std::size_t size_of(std::string_view model) {
  return model.starts_with("text-embedding-3-large") ? 3072 : 1536;
}

struct EmbeddingInput {
  std::string text;  ///< Token numbers in their decimal form.
  std::uint64_t tokens = 0;
};

bool is_token_list(const Document& value) {
  if (!value.is_array() || value.empty()) return false;
  for (const Document& token : value) {
    if (!token.is_number_unsigned()) return false;
  }
  return true;
}

/// Unset for what is neither a text nor a list of tokens.
std::optional<EmbeddingInput> read_input(const Document& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty()) return std::nullopt;
    return EmbeddingInput{text, tokens_of(text)};
  }
  if (!is_token_list(value)) return std::nullopt;
  return EmbeddingInput{dump(value), value.size()};
}

std::variant<std::vector<EmbeddingInput>, Problem> read_inputs(const Document& value) {
  std::vector<EmbeddingInput> inputs;
  if (value.is_string() || is_token_list(value)) {
    auto one = read_input(value);
    if (!one) return invalid_input();
    inputs.push_back(*std::move(one));
  } else {
    const bool fits = value.is_array() && !value.empty() && value.size() <= kEmbeddingInputsMax;
    if (!fits) return invalid_input();
    for (const Document& item : value) {
      auto one = read_input(item);
      if (!one) return invalid_input();
      inputs.push_back(*std::move(one));
    }
  }
  std::uint64_t all = 0;
  for (const EmbeddingInput& input : inputs) {
    if (input.tokens > kTokensPerInputMax) return input_too_long(input.tokens);
    all += input.tokens;
  }
  if (all > kTokensMax) {
    return Problem{.message = "Invalid 'input': maximum request size is 300000 tokens per request.",
                   .param = "input",
                   .code = "max_tokens_per_request"};
  }
  return inputs;
}

std::vector<float> unit_vector(const std::string& model, const std::string& text,
                               std::size_t size) {
  Rng rng = Rng::derive(0, model + "\n" + text);
  std::vector<float> vector(size);
  double length = 0;
  for (float& value : vector) {
    value = static_cast<float>(rng.uniform() - 0.5);
    length += static_cast<double>(value) * value;
  }
  const auto scale = static_cast<float>(1 / std::sqrt(length));
  for (float& value : vector) value *= scale;
  return vector;
}

std::string little_endian(const std::vector<float>& vector) {
  std::string bytes;
  bytes.reserve(vector.size() * sizeof(float));
  for (const float value : vector) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes += static_cast<char>((bits >> shift) & 0xFFU);
    }
  }
  return bytes;
}

/// The shortest text that reads back as the same float32.
std::string as_numbers(const std::vector<float>& vector) {
  std::string text = "[";
  std::array<char, 32> digits{};
  for (const float value : vector) {
    if (text.size() > 1) text += ',';
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), end);
  }
  return text + "]";
}

}  // namespace

std::variant<Embeddings, Problem> embed(std::string_view body) {
  const auto document = parse_json<Document>(body);
  if (!document || !document->is_object()) return unreadable_json();
  Fields<Document> fields;
  fields.only(*document, "", kEmbeddingParameters);
  const std::string model = fields.required_text(*document, "model", "model");
  const Document* input = fields.require(*document, "input", "input", "a string or an array");
  const bool base64_wanted =
      fields.choice(*document, "encoding_format", "encoding_format", kFormats) == "base64";
  const auto most = static_cast<std::int64_t>(size_of(model));
  const auto size = fields.integer(*document, "dimensions", 1, most);
  if (fields.problem()) return *fields.problem();
  if (!is_known_model(model)) return unknown_model(model);
  if (!is_embedding_model(model)) return not_an_embedding_model();
  if (size && model == "text-embedding-ada-002") {
    return Problem{.message = "This model does not support specifying dimensions."};
  }
  const auto inputs = read_inputs(*input);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return *problem;

  // Written by hand: thousands of numbers a vector, and float32 in its shortest form.
  Embeddings embeddings;
  embeddings.model = model;
  std::string data;
  std::size_t index = 0;
  for (const EmbeddingInput& one : std::get<std::vector<EmbeddingInput>>(inputs)) {
    const auto vector = unit_vector(model, one.text, static_cast<std::size_t>(size.value_or(most)));
    data += (index == 0 ? "" : ",") +
            (R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":)");
    data += base64_wanted ? "\"" + base64(little_endian(vector)) + "\"" : as_numbers(vector);
    data += "}";
    embeddings.tokens += one.tokens;
    ++index;
  }
  const std::string tokens = std::to_string(embeddings.tokens);
  embeddings.body = R"({"object":"list","data":[)" + data + R"(],"model":)" +
                    dump(Document(model)) + R"(,"usage":{"prompt_tokens":)" + tokens +
                    R"(,"total_tokens":)" + tokens + "}}";
  return embeddings;
}

}  // namespace firedrill::openai
