#include "mocks/stripe/expand.hpp"

#include "mocks/stripe/lists.hpp"
#include "mocks/stripe/templates.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::ptrdiff_t kLevelsMax = 4;

/// What is shown only when it is asked for.
constexpr std::array<std::string_view, 4> kOnDemand{"line_items", "refunds", "payments",
                                                    "confirmation_secret"};

Problem cannot_expand(const std::string& path) {
  return invalid_param("expand", "This property cannot be expanded (" + path + ").");
}

/// The list that belongs to `object` under `name`; null when there is no such thing.
Json on_demand(const Json& object, std::string_view name, Store& store) {
  const std::string id = text_of(object, "id");
  const std::string kind = text_of(object, "object");
  if (kind == "charge" && name == "refunds") {
    Json data = Json::array();
    store.newest_first(Kind::refund, [&](const Json& refund) {
      if (text_of(refund, "charge") == id) data.push_back(refund);
      return true;
    });
    return whole_list("/v1/charges/" + id + "/refunds", std::move(data));
  }
  const bool known = (kind == "checkout.session" && name == "line_items") ||
                     (kind == "invoice" && (name == "payments" || name == "confirmation_secret"));
  const Json* value = known ? store.attached(id, std::string{name}) : nullptr;
  return value == nullptr ? Json(nullptr) : *value;
}

class Expander {
 public:
  Expander(Store& store, const std::string& path) : store_{store}, path_{path} {}

  std::optional<Problem> run(Json& answer) {
    if (std::count(path_.begin(), path_.end(), '.') >= kLevelsMax) {
      return invalid_param("expand",
                           "You cannot expand more than 4 levels of a property. "
                           "Property: " +
                               path_);
    }
    walk(answer, path_);
    return std::move(problem_);
  }

 private:
  void walk(Json& node, std::string_view path) {
    const std::size_t dot = path.find('.');
    const std::string name{path.substr(0, dot)};
    Json* value = step(node, name);
    if (value == nullptr || value->is_null() || dot == std::string_view::npos) return;
    const std::string_view rest = path.substr(dot + 1);
    if (value->is_array()) {
      for (Json& element : *value) walk(element, rest);
    } else if (value->is_object()) {
      walk(*value, rest);
    }
  }

  /// The field `name` of `node`, in place of its id the object.
  Json* step(Json& node, const std::string& name) {
    if (!node.contains(name)) {
      Json value = on_demand(node, name, store_);
      const bool may_lack = name == "confirmation_secret" || name == "payments";
      if (value.is_null() && !may_lack) {
        problem_ = cannot_expand(path_);
        return nullptr;
      }
      node[name] = std::move(value);
    }
    Json& value = node[name];
    if (!value.is_string()) return &value;
    const auto kind = kind_of_field(name);
    if (!kind) {
      problem_ = cannot_expand(path_);
      return nullptr;
    }
    const Json* object = store_.find(*kind, value.get<std::string>());
    if (object != nullptr) value = *object;
    return &value;
  }

  Store& store_;
  const std::string& path_;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> expand(Json& answer, const Json& params, Store& store) {
  const Json* paths = field(params, "expand");
  if (paths == nullptr || !paths->is_array()) return std::nullopt;
  for (const Json& path : *paths) {
    const auto text = path.get<std::string>();
    if (auto problem = Expander{store, text}.run(answer)) return problem;
  }
  return std::nullopt;
}

std::optional<Problem> check_expand(const Json& params, Kind kind) {
  const Json* paths = field(params, "expand");
  if (paths == nullptr || !paths->is_array()) return std::nullopt;
  for (const Json& path : *paths) {
    const auto text = path.get<std::string>();
    const std::string_view first = std::string_view{text}.substr(0, text.find('.'));
    const bool known = field(template_of(kind), first) != nullptr ||
                       std::find(kOnDemand.begin(), kOnDemand.end(), first) != kOnDemand.end();
    if (!known) return cannot_expand(text);
  }
  return std::nullopt;
}

}  // namespace firedrill::stripe
