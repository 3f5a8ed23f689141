#pragma once

#include "mocks/bounded_map.hpp"
#include "mocks/hubspot/object_types.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace firedrill::hubspot {

/// Names one object.
struct ObjectRef {
  ObjectKind kind = ObjectKind::contact;
  std::uint64_t id = 0;
  auto operator<=>(const ObjectRef&) const = default;
};

/// Which objects belong to which. An association is known from both of its ends, under a type id
/// for each direction. Bounded: beyond kMax the one that was touched longest ago is forgotten.
class Associations {
 public:
  static constexpr std::size_t kMax = 40'000;

  using TypeIds = std::set<std::uint32_t>;
  struct Link {
    ObjectRef to;
    TypeIds types;  ///< As seen from the object that was asked about.
  };

  explicit Associations(std::size_t max = kMax);
  Associations(const Associations&) = delete;
  Associations& operator=(const Associations&) = delete;

  /// Adds `type`; an object has one primary of a kind, so that a new one takes the place of the
  /// old. False when the association had that type already.
  bool add(ObjectRef from, ObjectRef to, const AssociationType& type);
  /// False when there was none of that type. Without types left, the association is gone.
  bool remove(ObjectRef from, ObjectRef to, const AssociationType& type);
  /// All of its types. False when there was none.
  bool remove(ObjectRef from, ObjectRef to);
  void remove_all(ObjectRef object);

  /// By id of the other object, those above `after`.
  [[nodiscard]] std::vector<Link> of(ObjectRef from, ObjectKind to, std::uint64_t after = 0) const;

  [[nodiscard]] std::size_t size() const { return links_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return links_.evicted(); }

 private:
  /// `a` is the smaller of the two; an object that is associated with itself counts once.
  struct Pair {
    ObjectRef a;
    ObjectRef b;
    TypeIds from_a;
    TypeIds from_b;
  };

  Pair* find(ObjectRef from, ObjectRef to) const;
  void forget(const Pair& pair);
  void drop_primary(ObjectRef from, ObjectKind to, const AssociationType& type);

  mutable BoundedMap<Pair> links_;  // finding counts as touching
  std::map<ObjectRef, std::set<ObjectRef>> neighbours_;
};

}  // namespace firedrill::hubspot
