#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"

namespace firedrill::hubspot {

/// The HubSpot API: mocks/hubspot/README.md says which part of it.
class HubSpot final : public Provider {
 public:
  explicit HubSpot(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;

 private:
  spec::Mock options_;
};

}  // namespace firedrill::hubspot
