#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"

namespace firedrill::stripe {

/// The Stripe API: mocks/stripe/README.md says which part of it.
class Stripe final : public Provider {
 public:
  explicit Stripe(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;

 private:
  spec::Mock options_;
};

}  // namespace firedrill::stripe
