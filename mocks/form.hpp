#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// More fields than this, or names nested deeper than that, and a form is refused.
inline constexpr std::size_t kFormFieldsMax = 1000;
inline constexpr std::size_t kFormDepthMax = 12;

struct FormField {
  std::string name;
  std::string value;
};

/// The fields of `application/x-www-form-urlencoded`, a body or a query, in order and decoded ('+'
/// is a blank). Unset: more than kFormFieldsMax.
[[nodiscard]] std::optional<std::vector<FormField>> decode_form(std::string_view text);

/// First value of `name`; unset when absent.
[[nodiscard]] std::optional<std::string_view> form_value(const std::vector<FormField>& fields,
                                                         std::string_view name);

/// Fields whose names say where they belong, as Rack reads them: `a[b]=1&c[]=2&d[0][e]=3` becomes
/// {"a":{"b":"1"},"c":{"0":"2"},"d":{"0":{"e":"3"}}}. Every leaf is a string, and a list is an
/// object with the keys "0", "1", …, because only the reader knows which of the two it wants. `[]`
/// begins a new element as soon as the last one has the field already. Of two fields that
/// contradict each other the later one wins. Unset: deeper than kFormDepthMax.
[[nodiscard]] std::optional<nlohmann::ordered_json> nest_form(const std::vector<FormField>& fields);

}  // namespace firedrill
