#include "mocks/stripe/params.hpp"

#include "harness/base/strings.hpp"
#include "mocks/json_text.hpp"
#include "mocks/stripe/currencies.hpp"
#include "mocks/stripe/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::stripe {
namespace {

using Shape = Param::Shape;

constexpr std::size_t kMetadataKeysMax = 50;
constexpr std::size_t kMetadataKeyMax = 40;
constexpr std::size_t kMetadataValueMax = 500;
constexpr std::size_t kTextMax = 5000;

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool digits = std::all_of(text.begin(), text.end(),
                                  [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return digits && !text.empty() && text != "." && std::count(text.begin(), text.end(), '.') <= 1;
}

/// "a, b, or c"
std::string listed(std::span<const std::string_view> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += values.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == values.size()) out += "or ";
    out += values[i];
  }
  return out;
}

/// Whether a list was meant: its keys are "0", "1", …
bool is_list(const Json& form) {
  return form.is_object() && std::all_of(form.items().begin(), form.items().end(), [](auto item) {
           return to_integer(item.key()).value_or(-1) >= 0;
         });
}

class Checker {
 public:
  explicit Checker(Store& store) : store_{store} {}

  Json fields(const Json& form, std::span<const Param> params, const std::string& place) {
    Json out = Json::object();
    refuse_unknown(form, params, place);
    for (const Param& param : params) {
      const std::string path =
          place.empty() ? std::string{param.name} : place + "[" + std::string{param.name} + "]";
      const Json* value = field(form, param.name);
      if (value == nullptr) {
        if (param.required) fail(missing_param(path));
        continue;
      }
      if (param.shape != Shape::any) out[std::string{param.name}] = read(*value, param, path);
    }
    return out;
  }

  void expand(const Json& form, Json& out) {
    const Json* paths = field(form, "expand");
    if (paths != nullptr) out["expand"] = read(*paths, texts("expand"), "expand");
  }

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  void fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
  }

  void refuse_unknown(const Json& form, std::span<const Param> params, const std::string& place) {
    for (const auto& item : form.items()) {
      const auto same = [&](const Param& param) { return param.name == item.key(); };
      if (std::any_of(params.begin(), params.end(), same)) continue;
      if (place.empty() && item.key() == "expand") continue;
      std::vector<std::string> known;
      for (const Param& param : params) known.emplace_back(param.name);
      const std::string path = place.empty() ? item.key() : place + "[" + item.key() + "]";
      const std::string near = near_miss(item.key(), known);
      Problem problem = invalid_param(path, "Received unknown parameter: " + path);
      if (!near.empty()) problem.message += ". Did you mean " + near + "?";
      problem.code = "parameter_unknown";
      fail(std::move(problem));
      return;
    }
  }

  Json read(const Json& value, const Param& param, const std::string& path) {
    switch (param.shape) {
      case Shape::object:
        return read_object(value, param, path);
      case Shape::objects:
      case Shape::texts:
        return read_list(value, param, path);
      case Shape::metadata:
        return read_metadata(value, path);
      case Shape::range:
        return read_range(value, path);
      default:
        break;
    }
    if (!value.is_string()) {
      fail(invalid_param(path, "Invalid string: " + dump(value)));
      return nullptr;
    }
    return read_scalar(value.get_ref<const std::string&>(), param, path);
  }

  Json read_scalar(const std::string& value, const Param& param, const std::string& path) {
    const bool can_unset = param.shape == Shape::text || param.shape == Shape::reference;
    if (value.empty()) {
      if (param.required || !can_unset) fail(empty_param(path));
      return nullptr;
    }
    switch (param.shape) {
      case Shape::integer:
        return read_integer(value, param, path);
      case Shape::decimal:
        if (!is_decimal(value)) fail(invalid_param(path, "Invalid decimal: " + value));
        return value;
      case Shape::flag:
        if (value != "true" && value != "false") {
          fail(invalid_param(path, "Invalid boolean: " + value));
        }
        return value == "true";
      case Shape::choice:
        return read_choice(value, param, path);
      case Shape::currency:
        return read_currency(value, path);
      case Shape::reference:
        return read_reference(value, param, path);
      default:
        return read_text(value, path);
    }
  }

  Json read_text(const std::string& value, const std::string& path) {
    if (value.size() > kTextMax) {
      fail(invalid_param(path, "Invalid string: " + value.substr(0, 5) + "..." +
                                   value.substr(value.size() - 5) +
                                   "; must be at most 5000 "
                                   "characters"));
    }
    if (find_invalid_utf8(value) != std::string::npos) {
      fail(invalid_param(path, "Invalid string: not valid UTF-8"));
    }
    return value;
  }

  Json read_integer(const std::string& value, const Param& param, const std::string& path) {
    const auto number = to_integer(value);
    if (!number) {
      fail(invalid_integer(path, value));
      return nullptr;
    }
    const auto beyond = [&](std::string_view side, std::int64_t limit) {
      Problem problem = invalid_integer(path, value);
      problem.message = "This value must be " + std::string{side} + " than or equal to " +
                        std::to_string(limit) + ".";
      fail(std::move(problem));
    };
    if (*number < param.min) beyond("greater", param.min);
    if (*number > param.max) beyond("less", param.max);
    return *number;
  }

  Json read_choice(const std::string& value, const Param& param, const std::string& path) {
    if (std::find(param.values.begin(), param.values.end(), value) == param.values.end()) {
      fail(invalid_param(path, "Invalid " + path + ": must be " +
                                   (param.values.size() > 1 ? "one of " : "") +
                                   listed(param.values)));
    }
    return value;
  }

  Json read_currency(const std::string& value, const std::string& path) {
    std::string code = to_lower(value);
    if (!is_currency(code)) {
      fail(invalid_param(path,
                         "Invalid currency: " + code +
                             ". Stripe currently supports these currencies: " + all_currencies()));
    }
    return code;
  }

  Json read_reference(const std::string& id, const Param& param, const std::string& path) {
    const Json* known = store_.find(param.kind, id);
    if (known == nullptr || flag_of(*known, "deleted")) {
      Problem problem = no_such(param.kind, id, path);
      problem.status = 400;
      fail(std::move(problem));
    }
    return id;
  }

  Json read_object(const Json& value, const Param& param, const std::string& path) {
    if (value == "" && !param.required) return nullptr;
    if (!value.is_object()) {
      fail(invalid_param(path, "Invalid object"));
      return nullptr;
    }
    return fields(value, param.fields, path);
  }

  Json read_list(const Json& value, const Param& param, const std::string& path) {
    if (value == "") {
      if (param.required) fail(empty_param(path));
      return Json::array();
    }
    if (!is_list(value)) {
      fail(invalid_param(path, "Invalid array"));
      return nullptr;
    }
    Param element = param;
    element.shape = param.shape == Shape::objects ? Shape::object : Shape::text;
    element.required = true;
    Json out = Json::array();
    for (const auto& item : value.items()) {
      out.push_back(read(item.value(), element, path + "[" + item.key() + "]"));
    }
    return out;
  }

  Json read_metadata(const Json& value, const std::string& path) {
    if (value == "") return nullptr;
    if (!value.is_object()) {
      fail(invalid_param(path, "Metadata must be a hash, with key-value pairs"));
      return nullptr;
    }
    if (value.size() > kMetadataKeysMax) {
      fail(invalid_param(path, "You can only set up to 50 metadata keys."));
    }
    for (const auto& item : value.items()) {
      const std::string place = path + "[" + item.key() + "]";
      if (!item.value().is_string()) {
        fail(invalid_param(place, "Metadata values must be strings, but for key '" + item.key() +
                                      "' you passed in a value of type Hash"));
      } else if (item.key().size() > kMetadataKeyMax) {
        fail(invalid_param(place, "Metadata keys can be up to 40 characters long."));
      } else if (item.value().get_ref<const std::string&>().size() > kMetadataValueMax) {
        fail(invalid_param(place, "Metadata values can have up to 500 characters."));
      }
    }
    return value;
  }

  Json read_range(const Json& value, const std::string& path) {
    static constexpr std::array kBounds{integer("gt"), integer("gte"), integer("lt"),
                                        integer("lte")};
    if (value.is_string()) return read(value, integer(path), path);
    return fields(value, kBounds, path);
  }

  Store& store_;
  std::optional<Problem> problem_;
};

}  // namespace

std::variant<Json, Problem> check_params(const Json& form, std::span<const Param> params,
                                         Store& store) {
  Checker checker{store};
  Json out = checker.fields(form, params, "");
  checker.expand(form, out);
  if (checker.problem()) return *checker.problem();
  return out;
}

}  // namespace firedrill::stripe
