#include "mocks/twilio/parameters.hpp"

#include "harness/base/strings.hpp"
#include "mocks/webhooks/signature.hpp"

#include <algorithm>

namespace firedrill::twilio {

Parameters Parameters::decode(std::string_view text) {
  Parameters parameters;
  parameters.items_ = form_fields(text);
  return parameters;
}

std::string Parameters::encode() const {
  std::string text;
  for (const auto& [name, value] : items_) {
    if (!text.empty()) text += '&';
    text += percent_encode(name) + '=' + percent_encode(value);
  }
  return text;
}

void Parameters::add(std::string name, std::string value) {
  items_.emplace_back(std::move(name), std::move(value));
}

void Parameters::append(const Parameters& others) {
  items_.insert(items_.end(), others.items_.begin(), others.items_.end());
}

bool Parameters::has(std::string_view name) const {
  return std::any_of(items_.begin(), items_.end(),
                     [name](const auto& item) { return item.first == name; });
}

std::string Parameters::get(std::string_view name) const {
  for (const auto& [known, value] : items_) {
    if (known == name) return value;
  }
  return {};
}

std::vector<std::string> Parameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [known, value] : items_) {
    if (known == name) values.push_back(value);
  }
  return values;
}

}  // namespace firedrill::twilio
