#pragma once

#include "harness/base/rng.hpp"
#include "mocks/stripe/json.hpp"
#include "mocks/stripe/kinds.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace firedrill::stripe {

/// What callers made: objects by kind and id, each kind bounded, the longest untouched giving way.
/// Not thread-safe.
class Store {
 public:
  Store();
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  /// A fresh id of `kind`.
  [[nodiscard]] static std::string new_id(Kind kind, Rng& rng);

  /// Keeps `object` by its field `id`. The reference lives until the next put() or erase() of the
  /// same kind.
  Json& put(Kind kind, Json object);
  /// nullptr for an unknown id.
  Json* find(Kind kind, const std::string& id);
  bool erase(Kind kind, const std::string& id);

  /// From the newest to the oldest until `visit` returns false.
  void newest_first(Kind kind, const std::function<bool(const Json&)>& visit) const;

  /// What belongs to an object but is not shown with it: a webhook endpoint's `secret`, a session's
  /// `line_items`, the invoice that a payment intent pays. Bounded like the objects.
  void attach(const std::string& id, const std::string& name, Json value);
  const Json* attached(const std::string& id, const std::string& name);

  [[nodiscard]] std::size_t size(Kind kind) const;
  [[nodiscard]] std::uint64_t evicted(Kind kind) const;
  void clear();

 private:
  struct Shelves;
  std::unique_ptr<Shelves> shelves_;
};

}  // namespace firedrill::stripe
