#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/hubspot/problem.hpp"
#include "mocks/provider.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::hubspot {

struct State;

/// The HubSpot API: mocks/hubspot/README.md says which part of it.
class HubSpot final : public Provider {
 public:
  explicit HubSpot(spec::Mock options);
  ~HubSpot() override;
  HubSpot(const HubSpot&) = delete;
  HubSpot& operator=(const HubSpot&) = delete;

  HttpReply answer(const HttpRequest& request, ProviderContext& context) override;
  HttpReply error(int status, ProviderContext& context) override;
  [[nodiscard]] std::string state() const override;
  void reset() override;

 private:
  HttpReply route(const HttpRequest& request, ProviderContext& context,
                  const std::string& correlation);
  [[nodiscard]] std::optional<Problem> refuse_token(const HttpRequest& request, WallTime now);

  spec::Mock options_;
  std::unique_ptr<State> state_;
};

/// "METHOD /path" of everything that the mock answers, in the order in which it is looked up: what
/// the conformance tests must cover.
[[nodiscard]] std::vector<std::string> route_names();

}  // namespace firedrill::hubspot
