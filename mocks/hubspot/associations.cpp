#include "mocks/hubspot/associations.hpp"

#include <algorithm>
#include <utility>

namespace firedrill::hubspot {
namespace {

std::string key_of(ObjectRef a, ObjectRef b) {
  if (b < a) std::swap(a, b);
  return std::string{object_type(a.kind).type_id} + ":" + std::to_string(a.id) + " " +
         std::string{object_type(b.kind).type_id} + ":" + std::to_string(b.id);
}

}  // namespace

Associations::Associations(std::size_t max)
    : links_{max, [this](const std::string&, const Pair& pair) { forget(pair); }} {}

Associations::Pair* Associations::find(ObjectRef from, ObjectRef to) const {
  return links_.find(key_of(from, to));
}

void Associations::forget(const Pair& pair) {
  const auto unlink = [this](ObjectRef from, ObjectRef to) {
    const auto found = neighbours_.find(from);
    if (found == neighbours_.end()) return;
    found->second.erase(to);
    if (found->second.empty()) neighbours_.erase(found);
  };
  unlink(pair.a, pair.b);
  unlink(pair.b, pair.a);
}

bool Associations::add(ObjectRef from, ObjectRef to, const AssociationType& type) {
  const auto types_of = [&](Pair& pair) -> TypeIds& {
    return pair.a == from ? pair.from_a : pair.from_b;
  };
  Pair* pair = find(from, to);
  if (pair != nullptr && types_of(*pair).contains(type.id)) return false;
  if (type.label == kPrimary) drop_primary(from, to.kind, type);
  pair = find(from, to);
  if (pair == nullptr) {
    pair = &links_.put(key_of(from, to), {std::min(from, to), std::max(from, to), {}, {}});
    neighbours_[from].insert(to);
    neighbours_[to].insert(from);
  }
  const bool from_a = pair->a == from;
  const auto insert = [&](const AssociationType& one) {
    (from_a ? pair->from_a : pair->from_b).insert(one.id);
    (from_a ? pair->from_b : pair->from_a).insert(one.inverse);
  };
  insert(type);
  // Whatever else it is, an association is of the default type too.
  insert(association_types(from.kind, to.kind).front());
  return true;
}

void Associations::drop_primary(ObjectRef from, ObjectKind to, const AssociationType& type) {
  for (const Link& link : of(from, to)) {
    if (link.types.contains(type.id)) remove(from, link.to, type);
  }
}

bool Associations::remove(ObjectRef from, ObjectRef to, const AssociationType& type) {
  Pair* pair = find(from, to);
  if (pair == nullptr) return false;
  const bool from_a = pair->a == from;
  if ((from_a ? pair->from_a : pair->from_b).erase(type.id) == 0) return false;
  (from_a ? pair->from_b : pair->from_a).erase(type.inverse);
  if (!pair->from_a.empty() || !pair->from_b.empty()) return true;
  return remove(from, to);
}

bool Associations::remove(ObjectRef from, ObjectRef to) {
  const Pair* pair = find(from, to);
  if (pair == nullptr) return false;
  forget(*pair);
  return links_.erase(key_of(from, to));
}

void Associations::remove_all(ObjectRef object) {
  const auto found = neighbours_.find(object);
  if (found == neighbours_.end()) return;
  const std::set<ObjectRef> others = found->second;
  for (const ObjectRef& other : others) remove(object, other);
}

std::vector<Associations::Link> Associations::of(ObjectRef from, ObjectKind to,
                                                 std::uint64_t after) const {
  std::vector<Link> links;
  const auto found = neighbours_.find(from);
  if (found == neighbours_.end()) return links;
  for (auto it = found->second.upper_bound({to, after});
       it != found->second.end() && it->kind == to; ++it) {
    const Pair* pair = find(from, *it);
    if (pair != nullptr) links.push_back({*it, pair->a == from ? pair->from_a : pair->from_b});
  }
  return links;
}

}  // namespace firedrill::hubspot
