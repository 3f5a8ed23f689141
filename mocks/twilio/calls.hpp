#pragma once

#include "mocks/bounded_map.hpp"
#include "mocks/twilio/call.hpp"
#include "mocks/twilio/numbers.hpp"
#include "mocks/twilio/problem.hpp"
#include "mocks/twilio/request.hpp"
#include "mocks/twilio/script.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::twilio {

/// The Calls of all accounts. One that goes to a number that an account has rings there too.
/// Lifetime: `numbers` outlives it.
class Calls {
 public:
  /// A call that was sent to more documents than this is hung up: it goes round in circles.
  static constexpr std::size_t kDocumentsMax = 100;

  /// A document that a request brings along (Twiml=…) is as good as one that was asked for:
  /// `answered` is told of the answer to a call that never went out.
  using Answered = std::function<void(const Outgoing&, const OutgoingOutcome&, ProviderContext&)>;

  Calls(const Numbers& numbers, Answered answered)
      : numbers_{numbers}, answered_{std::move(answered)} {}

  HttpReply create(const Request& request);
  HttpReply list(const Request& request);
  HttpReply fetch(const Request& request);
  HttpReply update(const Request& request);
  HttpReply remove(const Request& request);

  /// What a document led to, for the call that `asked` is about. One that is not known (a sample
  /// sent by hand) is taken in.
  void proceed(const Outgoing& asked, const Script& script, ProviderContext& context);

  /// Whom to ask when a document cannot be had; empty URL: nobody.
  [[nodiscard]] Hook fallback_of(const std::string& sid) const;
  /// False when the call has ended or was sent elsewhere since `call` was planned.
  [[nodiscard]] bool wants(const Outgoing& call) const;

  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] std::uint64_t evicted() const { return all_.evicted(); }
  void reset() { all_ = BoundedMap<Call>{}; }

 private:
  void ring(Call& call, const std::string& secret, ProviderContext& context);
  void receive(const Call& outbound, const std::string& secret, ProviderContext& context);
  void ask(Call& call, const Hook& hook, const std::string& event, const Parameters& extra,
           WallTime at, const std::string& secret, ProviderContext& context);
  void tell(Call& call, std::string_view event, WallTime at, const std::string& secret,
            ProviderContext& context);
  void finish(Call& call, std::string_view how, WallTime at, const std::string& secret,
              ProviderContext& context);
  void play(const Call& call, const std::string& twiml, const std::string& secret,
            ProviderContext& context);
  std::optional<Problem> redirect(Call& call, const Request& request);

  const Numbers& numbers_;
  Answered answered_;
  BoundedMap<Call> all_;
};

}  // namespace firedrill::twilio
