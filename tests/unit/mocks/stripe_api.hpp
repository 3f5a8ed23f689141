#pragma once

#include "mocks/make_provider.hpp"
#include "mocks/stripe/stripe.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

/// One Stripe mock, asked directly; time stands still unless a test moves it.
class StripeApi {
 public:
  using Json = nlohmann::json;

  explicit StripeApi(spec::Mock mock = {}, std::uint64_t seed = 1) : seed_{seed} {
    mock.kind = spec::MockKind::stripe;
    provider_ = make_provider(mock).value();
  }

  HttpReply send(const std::string& method, const std::string& path, const std::string& form = "",
                 std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    (method == "POST" ? request.body : request.query) = form;
    request.headers = std::move(headers);
    request.headers.push_back({"Authorization", "Bearer sk_test_123"});
    request.headers.push_back({"Host", "127.0.0.1:12111"});
    ProviderContext context = next_context();
    const HttpReply reply = provider_->answer(request, context);
    sent = std::move(context.outgoing);
    return reply;
  }

  Json post(const std::string& path, const std::string& form = "",
            std::vector<HttpHeader> headers = {}) {
    return Json::parse(send("POST", path, form, std::move(headers)).body);
  }
  Json get(const std::string& path, const std::string& query = "") {
    return Json::parse(send("GET", path, query).body);
  }
  Json state() const { return Json::parse(provider_->state()); }
  Provider& provider() { return *provider_; }

  ProviderContext next_context() {
    ProviderContext context;
    context.number = number_++;
    context.now = TimePoint{std::chrono::seconds{1000}} + elapsed;
    context.wall = WallTime{std::chrono::seconds{1'700'000'000}} +
                   std::chrono::duration_cast<WallTime::duration>(elapsed);
    context.answers_at = context.now + latency;
    context.rng = Rng::derive(seed_, "test", context.number);
    return context;
  }

  Duration elapsed{0};
  Duration latency{0};
  std::vector<Outgoing> sent;  ///< By the last call.

 private:
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
  std::unique_ptr<Provider> provider_;
};

}  // namespace firedrill
