#pragma once

#include "harness/base/time.hpp"
#include "mocks/bounded_map.hpp"
#include "mocks/hubspot/associations.hpp"
#include "mocks/hubspot/object_types.hpp"
#include "mocks/hubspot/schema.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace firedrill::hubspot {

/// One object of the CRM.
struct Record {
  ObjectRef ref;
  Values values;  ///< Only those that are set, createdate and the like included.
  WallTime created{};
  WallTime updated{};
  std::optional<WallTime> archived;
};

/// What an account (HubSpot says portal) holds: objects, what properties they have and how they
/// belong together. At most kRecordsMax objects of each kind; beyond, the one that was touched
/// longest ago is forgotten with its associations. Not thread-safe.
class Portal {
 public:
  static constexpr std::size_t kRecordsMax = BoundedMap<Record>::kCapacity;

  explicit Portal(std::size_t records_max = kRecordsMax);
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  [[nodiscard]] Schema& schema(ObjectKind kind) { return slot(kind).schema; }
  [[nodiscard]] const Schema& schema(ObjectKind kind) const { return slot(kind).schema; }
  [[nodiscard]] Associations& associations() { return associations_; }

  /// @pre `values` passed Schema::check() and taken() has nothing against them. The reference lives
  /// until the next create() or erase().
  Record& create(ObjectKind kind, const Values& values, WallTime now);
  /// The same conditions. Returns the properties that did change, with their new values.
  Values update(Record& record, const Values& values, WallTime now);
  /// Gives up its unique values and its associations; it can still be read as an archived one.
  void archive(Record& record, WallTime now);
  /// Leaves nothing behind.
  void erase(const Record& record);

  /// Archived ones included; nullptr for an unknown id.
  [[nodiscard]] Record* find(ObjectRef ref);
  /// Never an archived one. @pre `property` is a unique one
  [[nodiscard]] Record* find_by(ObjectKind kind, std::string_view property, std::string_view value);

  /// A unique property of `values` whose value another object than `self` has.
  struct Taken {
    std::string property;
    std::string value;
    std::uint64_t by = 0;
  };
  [[nodiscard]] std::optional<Taken> taken(ObjectKind kind, const Values& values,
                                           std::uint64_t self = 0) const;

  /// `visit(record)` in order of their ids, until it returns false.
  template <typename Visit>
  void each(ObjectKind kind, Visit visit) const {
    slot(kind).records.oldest_first(
        [&](const std::string&, const Record& record) { return visit(record); });
  }

  [[nodiscard]] std::size_t size(ObjectKind kind) const { return slot(kind).records.size(); }
  [[nodiscard]] std::uint64_t evicted(ObjectKind kind) const {
    return slot(kind).records.evicted();
  }

 private:
  struct Slot {
    Schema schema;
    BoundedMap<Record> records;
    std::unordered_map<std::string, std::uint64_t> unique;  // "property\nvalue" to id
  };

  [[nodiscard]] Slot& slot(ObjectKind kind) { return slots_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const Slot& slot(ObjectKind kind) const {
    return slots_[static_cast<std::size_t>(kind)];
  }
  Slot make_slot(ObjectKind kind, std::size_t records_max);
  void set(Record& record, const std::string& name, const std::string& value);
  void release_unique(const Record& record);
  void forget(const Record& record);

  std::array<Slot, kObjectKinds.size()> slots_;
  Associations associations_;
  std::uint64_t next_id_;
};

}  // namespace firedrill::hubspot
