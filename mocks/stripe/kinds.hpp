#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace firedrill::stripe {

/// What the API is about.
enum class Kind : std::uint8_t {
  customer,
  payment_method,
  payment_intent,
  charge,
  refund,
  checkout_session,
  product,
  price,
  subscription,
  invoice,
  invoice_item,
  event,
  webhook_endpoint,
};
inline constexpr std::size_t kKinds = 13;

struct KindInfo {
  std::string_view prefix;  ///< Of its ids.
  std::size_t id_length;    ///< Of what follows the prefix.
  std::string_view object;  ///< The field `object`.
  std::string_view path;    ///< Of its list.
  std::string_view called;  ///< In "No such …".
  std::string_view param;   ///< What the API blames when the id in a path is unknown.
  std::string_view events;  ///< Its events begin with this; "" when it has no `.updated`.
};
[[nodiscard]] const KindInfo& info(Kind kind);

/// What the field `name` refers to: "latest_charge" is a charge. Unset for fields that cannot be
/// expanded.
[[nodiscard]] std::optional<Kind> kind_of_field(std::string_view name);

}  // namespace firedrill::stripe
