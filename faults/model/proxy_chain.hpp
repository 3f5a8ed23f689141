#pragma once

#include "faults/model/proxy_stage.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace firedrill {

/// The faults that work on one direction of one connection, in their order. Pure.
///
/// Not thread-safe.
class ProxyChain {
 public:
  /// What a fault of this chain changed.
  struct Hit {
    std::uint64_t fault = 0;
    ProxyStage::Tally tally;
  };
  struct Deadline {
    std::uint64_t fault = 0;
    ProxyStage::Deadline when;
  };

  [[nodiscard]] bool empty() const { return stages_.empty(); }
  [[nodiscard]] bool has(std::uint64_t fault) const;

  /// `fault` names it from now on. @pre no fault of that number is in the chain
  void add(std::uint64_t fault, const ProxyStage& stage);
  /// Nothing happens when the fault is not in the chain.
  void change(std::uint64_t fault, const spec::ProxyAction& action);
  /// True when the fault was in the chain and has lost bytes of the connection.
  bool remove(std::uint64_t fault);

  /// What comes of a parcel that came in.
  void pass(const Parcel& parcel, std::vector<Parcel>& out);
  /// New times for all that waits, in its order; `waiting` becomes what it is now. To be called
  /// after each change, for a parcel's times say what was in force before.
  void retime(std::vector<Parcel>& waiting, TimePoint now);

  /// The earliest.
  [[nodiscard]] std::optional<Deadline> deadline() const;

  /// Since it was asked last; appended to `hits`.
  void take_hits(std::vector<Hit>& hits);

 private:
  struct Entry {
    std::uint64_t fault;
    ProxyStage stage;
  };
  template <typename Step>
  void run(const Parcel& parcel, std::vector<Parcel>& out, Step step);

  std::vector<Entry> stages_;
  std::vector<Parcel> scratch_;
  std::vector<Parcel> next_;
};

}  // namespace firedrill
