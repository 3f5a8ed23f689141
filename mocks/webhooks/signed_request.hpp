#pragma once

#include "harness/aio/http_client.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/webhook.hpp"
#include "mocks/outgoing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

/// With what, and as of when, a call is signed.
struct Signing {
  std::vector<std::string> secrets;  ///< Usually one; two while a secret is being rolled.
  WallTime at{};
  std::optional<spec::Corruption> corruption;
};

/// The secret of `call` as the only one.
[[nodiscard]] Signing signing_of(const Outgoing& call, WallTime at);

/// How old a signature with a corrupted timestamp is: just too old for every provider's verifier.
inline constexpr Duration kStaleAge = std::chrono::seconds{301};

/// True when a request signed in this way can be wrong in that part: Twilio signs no time, and a
/// call that is not signed at all has only its body.
[[nodiscard]] bool can_corrupt(Signature signature, spec::Corruption corruption);

/// `call` exactly as it goes on the wire: headers and signature added, the URL without what is
/// never sent. Its time-out is the client's default. @pre signing.secrets is not empty, and
/// can_corrupt() holds for the corruption
[[nodiscard]] HttpClient::Request signed_request(const Outgoing& call, const Signing& signing);

}  // namespace firedrill
