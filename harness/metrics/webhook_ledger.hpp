#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

/// One attempt to deliver a webhook.
struct DeliveryAttempt {
  Offset sent{0};
  Offset done{0};       ///< Answer complete, or given up.
  int status = 0;       ///< 0: no whole answer; `failure` says why.
  std::string failure;  ///< "" with an answer.
  friend bool operator==(const DeliveryAttempt&, const DeliveryAttempt&) = default;
};

/// What became of a webhook.
enum class WebhookFate : std::uint8_t {
  under_way,     ///< An attempt is running, or the next one is not due yet.
  acknowledged,  ///< Answered with a 2xx.
  given_up,      ///< No attempt is left.
  dropped,       ///< Never attempted, as a delivery fault demanded.
  withdrawn,     ///< Taken back by the provider before it was due.
};
[[nodiscard]] const char* name_of(WebhookFate fate);

/// Which delivery of an event it is.
enum class WebhookCopy : std::uint8_t {
  original,
  duplicate,  ///< The same event again, signed anew.
  replay,     ///< The same bytes again.
};
[[nodiscard]] const char* name_of(WebhookCopy copy);

/// One delivery of one event, from when it was built to its end. An event that is delivered more
/// than once on purpose has an entry for each.
struct WebhookEntry {
  std::string event;  ///< "payment_intent.succeeded"
  std::string id;     ///< The provider's id of the event; the same for every copy.
  std::string url;
  WebhookCopy copy = WebhookCopy::original;
  std::string corrupted;  ///< The part that is wrong on purpose: "secret"; "" for none.
  bool reordered = false;
  bool delayed = false;
  bool slow = false;
  Offset built{0};
  std::vector<DeliveryAttempt> attempts;
  WebhookFate fate = WebhookFate::under_way;
  Offset settled{0};  ///< When its fate was known; 0 while under way.
  friend bool operator==(const WebhookEntry&, const WebhookEntry&) = default;
};

/// A way for deliveries to go wrong, and how often it came true.
struct DeliveryFaultCount {
  std::string name;  ///< "duplicate", "corrupt.secret"
  std::uint64_t hits = 0;
  friend bool operator==(const DeliveryFaultCount&, const DeliveryFaultCount&) = default;
};

/// Every webhook of one sender: a mock, or a stream of webhook traffic.
struct WebhookLedger {
  std::string sender;
  std::vector<WebhookEntry> entries;       ///< In the order in which they were built.
  std::uint64_t events = 0;                ///< Built, copies not counted.
  std::vector<DeliveryFaultCount> faults;  ///< Those that the scenario declares.
  std::uint64_t not_kept = 0;              ///< Beyond the ledger's cap.
  friend bool operator==(const WebhookLedger&, const WebhookLedger&) = default;
};

}  // namespace firedrill
