#include "mocks/hubspot/portal.hpp"

#include "harness/base/strings.hpp"

#include <utility>

namespace firedrill::hubspot {
namespace {

constexpr std::uint64_t kFirstId = 101;

std::string unique_key(std::string_view property, std::string_view value) {
  return std::string{property} + '\n' + to_lower(value);
}

/// What HubSpot fills in when an object is created without it.
void add_defaults(ObjectKind kind, Values& values) {
  if (kind == ObjectKind::deal) values.emplace("pipeline", "default");
  if (kind == ObjectKind::ticket) values.emplace("hs_pipeline", "0");
}

}  // namespace

Portal::Portal(std::size_t records_max)
    : slots_{make_slot(ObjectKind::contact, records_max),
             make_slot(ObjectKind::company, records_max), make_slot(ObjectKind::deal, records_max),
             make_slot(ObjectKind::ticket, records_max)},
      next_id_{kFirstId} {}

Portal::Slot Portal::make_slot(ObjectKind kind, std::size_t records_max) {
  return {Schema{kind},
          BoundedMap<Record>{records_max,
                             [this](const std::string&, const Record& record) { forget(record); }},
          {}};
}

void Portal::set(Record& record, const std::string& name, const std::string& value) {
  Slot& slot = this->slot(record.ref.kind);
  const Property* property = slot.schema.find(name);
  const bool unique = property != nullptr && property->unique;
  const auto known = record.values.find(name);
  if (unique && known != record.values.end()) slot.unique.erase(unique_key(name, known->second));
  if (value.empty()) {
    if (known != record.values.end()) record.values.erase(known);
    return;
  }
  record.values.insert_or_assign(name, value);
  if (unique) slot.unique[unique_key(name, value)] = record.ref.id;
}

Record& Portal::create(ObjectKind kind, const Values& values, WallTime now) {
  Record fresh;
  fresh.ref = {kind, next_id_++};
  fresh.created = fresh.updated = now;
  Record& record = slot(kind).records.put(std::to_string(fresh.ref.id), std::move(fresh));
  Values all = values;
  add_defaults(kind, all);
  for (const auto& [name, value] : all) set(record, name, value);
  const std::string stamp = to_rfc3339(now);
  record.values["createdate"] = stamp;
  record.values["hs_object_id"] = std::to_string(record.ref.id);
  record.values[std::string{object_type(kind).modified}] = stamp;
  return record;
}

Values Portal::update(Record& record, const Values& values, WallTime now) {
  Values changed;
  for (const auto& [name, value] : values) {
    const auto known = record.values.find(name);
    const std::string_view before = known == record.values.end() ? "" : known->second;
    if (before == value) continue;
    set(record, name, value);
    changed.emplace(name, value);
  }
  record.updated = now;
  record.values[std::string{object_type(record.ref.kind).modified}] = to_rfc3339(now);
  return changed;
}

void Portal::archive(Record& record, WallTime now) {
  forget(record);
  record.archived = record.updated = now;
}

void Portal::erase(const Record& record) {
  forget(record);
  slot(record.ref.kind).records.erase(std::to_string(record.ref.id));
}

void Portal::forget(const Record& record) {
  release_unique(record);
  associations_.remove_all(record.ref);
}

void Portal::release_unique(const Record& record) {
  Slot& slot = this->slot(record.ref.kind);
  for (const auto& [name, value] : record.values) {
    const auto held = slot.unique.find(unique_key(name, value));
    // Another may have taken the value of an archived one since.
    if (held != slot.unique.end() && held->second == record.ref.id) slot.unique.erase(held);
  }
}

Record* Portal::find(ObjectRef ref) { return slot(ref.kind).records.find(std::to_string(ref.id)); }

Record* Portal::find_by(ObjectKind kind, std::string_view property, std::string_view value) {
  Slot& slot = this->slot(kind);
  const auto held = slot.unique.find(unique_key(property, value));
  return held == slot.unique.end() ? nullptr : find({kind, held->second});
}

std::optional<Portal::Taken> Portal::taken(ObjectKind kind, const Values& values,
                                           std::uint64_t self) const {
  const Slot& slot = this->slot(kind);
  for (const auto& [name, value] : values) {
    const Property* property = slot.schema.find(name);
    if (property == nullptr || !property->unique || value.empty()) continue;
    const auto held = slot.unique.find(unique_key(name, value));
    if (held != slot.unique.end() && held->second != self) return Taken{name, value, held->second};
  }
  return std::nullopt;
}

}  // namespace firedrill::hubspot
