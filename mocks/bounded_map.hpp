#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

namespace firedrill {

/// What a provider remembers: values by id, in order of creation, at most `capacity` of them. When
/// it is full, the value that was touched longest ago makes room. Not thread-safe.
template <typename Value>
class BoundedMap {
 public:
  static constexpr std::size_t kCapacity = 10'000;

  /// Called with a value just before it makes room, for whoever keeps an index of the values. Not
  /// called by erase() and clear(). Must not change the map.
  using Evicted = std::function<void(const std::string& id, const Value& value)>;

  /// @pre capacity > 0
  explicit BoundedMap(std::size_t capacity = kCapacity, Evicted evicted = {})
      : capacity_{capacity}, on_evicted_{std::move(evicted)} {}
  BoundedMap(const BoundedMap&) = delete;  // by_age_ points into by_id_
  BoundedMap& operator=(const BoundedMap&) = delete;
  BoundedMap(BoundedMap&&) noexcept = default;
  BoundedMap& operator=(BoundedMap&&) noexcept = default;

  /// Adds or replaces; one that is replaced keeps its place in the order. The reference lives until
  /// the next put() or erase().
  Value& put(const std::string& id, Value value) {
    if (Value* known = find(id)) {
      *known = std::move(value);
      return *known;
    }
    if (by_id_.size() >= capacity_) evict();
    touched_.push_back(id);
    const auto added =
        by_id_.emplace(id, Item{std::move(value), next_, std::prev(touched_.end())}).first;
    by_age_.emplace(next_++, &*added);
    return added->second.value;
  }

  /// nullptr for an unknown id; otherwise the value counts as touched.
  Value* find(const std::string& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return nullptr;
    touched_.splice(touched_.end(), touched_, found->second.touched);
    return &found->second.value;
  }

  /// The same without counting as touched.
  [[nodiscard]] const Value* peek(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second.value;
  }

  bool erase(const std::string& id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return false;
    touched_.erase(found->second.touched);
    by_age_.erase(found->second.number);
    by_id_.erase(found);
    return true;
  }

  void clear() {
    by_id_.clear();
    by_age_.clear();
    touched_.clear();
  }

  /// `visit(id, value)` from the oldest to the newest, or the other way round, until it returns
  /// false. Does not count as touching.
  template <typename Visit>
  void oldest_first(Visit visit) const {
    for (const auto& [number, node] : by_age_) {
      if (!visit(node->first, node->second.value)) return;
    }
  }
  template <typename Visit>
  void newest_first(Visit visit) const {
    for (auto it = by_age_.rbegin(); it != by_age_.rend(); ++it) {
      if (!visit(it->second->first, it->second->second.value)) return;
    }
  }

  [[nodiscard]] std::size_t size() const { return by_id_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }

 private:
  struct Item {
    Value value;
    std::uint64_t number = 0;
    std::list<std::string>::iterator touched;
  };

  void evict() {
    const std::string oldest = touched_.front();
    if (on_evicted_) on_evicted_(oldest, by_id_.at(oldest).value);
    erase(oldest);
    ++evicted_;
  }

  using ById = std::unordered_map<std::string, Item>;

  std::size_t capacity_;
  Evicted on_evicted_;
  std::uint64_t next_ = 0;
  std::uint64_t evicted_ = 0;
  ById by_id_;  // its nodes stay where they are
  std::map<std::uint64_t, const typename ById::value_type*> by_age_;  // by creation number
  std::list<std::string> touched_;                                    // longest untouched first
};

}  // namespace firedrill
