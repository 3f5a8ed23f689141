#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/provider.hpp"

namespace firedrill::twilio {

/// The Twilio API: mocks/twilio/README.md says which part of it.
class Twilio final : public Provider {
 public:
  explicit Twilio(spec::Mock options);

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;

 private:
  spec::Mock options_;
};

}  // namespace firedrill::twilio
