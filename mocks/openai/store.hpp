#pragma once

#include "mocks/bounded_map.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace firedrill::openai {

/// What callers asked to be kept, by id: at most kCapacity of them and, counting their bytes(), at
/// most kBytesMax. The oldest make room. Not thread-safe.
template <typename Value>
class Store {
 public:
  static constexpr std::size_t kCapacity = 10'000;
  static constexpr std::size_t kBytesMax = std::size_t{64} * 1024 * 1024;

  Value& put(const std::string& id, Value value) {
    erase(id);
    const std::size_t bytes = value.bytes();
    while (values_.size() > 0 && (values_.size() >= kCapacity || bytes_ + bytes > kBytesMax)) {
      drop_oldest();
    }
    bytes_ += bytes;
    return values_.put(id, Kept{std::move(value), bytes}).value;
  }

  /// nullptr for an unknown id.
  Value* find(const std::string& id) {
    Kept* kept = values_.find(id);
    return kept == nullptr ? nullptr : &kept->value;
  }

  [[nodiscard]] const Value* peek(const std::string& id) const {
    const Kept* kept = values_.peek(id);
    return kept == nullptr ? nullptr : &kept->value;
  }

  bool erase(const std::string& id) {
    const Kept* kept = values_.find(id);
    if (kept == nullptr) return false;
    bytes_ -= kept->bytes;
    return values_.erase(id);
  }

  void clear() {
    values_.clear();
    bytes_ = 0;
    dropped_ = 0;
  }

  /// `visit(id, value)` from the oldest to the newest, or the other way round, until it returns
  /// false.
  template <typename Visit>
  void each(bool newest_first, Visit visit) const {
    const auto unpacked = [&visit](const std::string& id, const Kept& kept) {
      return visit(id, kept.value);
    };
    if (newest_first) {
      values_.newest_first(unpacked);
    } else {
      values_.oldest_first(unpacked);
    }
  }

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Kept {
    Value value;
    std::size_t bytes = 0;  ///< As counted when it came; a value may change in place.
  };

  void drop_oldest() {
    std::string oldest;
    values_.oldest_first([&oldest](const std::string& id, const Kept&) {
      oldest = id;
      return false;
    });
    erase(oldest);
    ++dropped_;
  }

  BoundedMap<Kept> values_{kCapacity + 1};
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace firedrill::openai
