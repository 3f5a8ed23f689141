#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// How a mock's answer to one request ended.
enum class Delivery : std::uint8_t {
  answered,     ///< Whole answer handed to the network.
  hung,         ///< Held without an answer, as a fault demanded.
  reset,        ///< Connection cut by us, as a fault demanded.
  truncated,    ///< Broken off by us, as a fault demanded.
  caller_gone,  ///< The caller closed before the answer was complete.
};
[[nodiscard]] const char* name_of(Delivery delivery);

/// What the provider of a language model charges for one answer.
struct TokenBill {
  std::string model;
  std::uint64_t prompt = 0;
  std::uint64_t completion = 0;
  friend bool operator==(const TokenBill&, const TokenBill&) = default;
};

/// One request that a mock received.
struct LedgerEntry {
  Offset arrived{0};  ///< Request complete.
  Offset done{0};     ///< Answer complete or given up.
  std::string method;
  std::string path;
  int status = 0;  ///< 0 when no status was sent.
  Delivery delivery = Delivery::answered;
  bool well_formed = true;  ///< False for a body that was malformed on purpose.
  int fault = -1;           ///< Index into RunResult::faults, -1 for none.
  std::uint32_t fault_step = 0;
  std::string correlation_id;           ///< "" when the caller sent none.
  std::string idempotency_key;          ///< "" when the caller sent none.
  std::optional<Duration> retry_after;  ///< How long our answer asked the caller to stay away.
  std::optional<TokenBill> bill{};      ///< Whether or not the answer arrived.

  /// True for an answer that a caller can use.
  [[nodiscard]] bool ok() const {
    return delivery == Delivery::answered && well_formed && status >= 200 && status < 400;
  }
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

/// Everything a mock received, in order of arrival.
struct Ledger {
  std::string mock;
  std::vector<LedgerEntry> entries;
  std::uint64_t not_kept = 0;  ///< Beyond the ledger's cap: judged as missing evidence.
  /// What tore it, as a sentence: the mock began anew, or could not be asked. "" for a whole one.
  std::string torn{};
  friend bool operator==(const Ledger&, const Ledger&) = default;
};

}  // namespace firedrill
