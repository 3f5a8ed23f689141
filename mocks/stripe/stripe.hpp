#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"
#include "mocks/stripe/idempotency.hpp"
#include "mocks/stripe/problem.hpp"
#include "mocks/stripe/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace firedrill::stripe {

/// What the mock answers, as "POST /v1/customers".
[[nodiscard]] std::vector<std::string> route_names();

/// The Stripe API: mocks/stripe/README.md says which part of it. The scenario's webhook targets are
/// webhook endpoints from the start.
class Stripe final : public Provider {
 public:
  explicit Stripe(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  void delivered(const Outgoing& call, const OutgoingOutcome& outcome,
                 ProviderContext& context) override;
  [[nodiscard]] std::string state() const override;
  void reset() override;

 private:
  struct Request;
  struct Reply;
  [[nodiscard]] Reply refuse(const Problem& problem, const Request& request);
  Reply respond(Request& request);
  [[nodiscard]] std::optional<Problem> check_browser(const Request& request);
  Reply respond_once(Request& request);
  [[nodiscard]] std::optional<Problem> lock(Request& request, const std::string& subject);
  Reply run(Request& request);
  [[nodiscard]] static HttpReply to_http(const Reply& reply, const Request& request);

  spec::Mock options_;
  Store store_;
  IdempotencyKeys keys_;
  ObjectLocks locks_;
};

}  // namespace firedrill::stripe
