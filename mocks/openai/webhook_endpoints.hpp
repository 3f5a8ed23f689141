#pragma once

#include "harness/spec/mock.hpp"
#include "mocks/openai/problem.hpp"
#include "mocks/openai/store.hpp"
#include "mocks/provider.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::openai {

/// The addresses that callers register for events under /webhook_endpoints. Bodies are those of
/// the API; the secret is shown when an endpoint is made and when it is rotated, never else.
class WebhookEndpoints {
 public:
  using Body = std::variant<std::string, Problem>;

  [[nodiscard]] Body create(std::string_view body, ProviderContext& context);
  [[nodiscard]] Body update(const std::string& id, std::string_view body, ProviderContext& context);
  [[nodiscard]] Body rotate_secret(const std::string& id, ProviderContext& context);
  [[nodiscard]] Body retrieve(const std::string& id);
  [[nodiscard]] Body remove(const std::string& id);
  /// Newest first, unless the query's `order` is asc.
  [[nodiscard]] std::string list(std::string_view query) const;

  /// Where events go, oldest first.
  [[nodiscard]] std::vector<spec::WebhookTarget> targets() const;

  void clear() { endpoints_.clear(); }
  [[nodiscard]] std::size_t size() const { return endpoints_.size(); }

 private:
  struct Endpoint {
    std::string name;
    std::string url;
    std::vector<std::string> event_types;
    std::string secret;
    std::int64_t created = 0;  ///< Unix seconds.
    std::int64_t updated = 0;
    [[nodiscard]] std::size_t bytes() const;
  };
  struct Text;  // to and from JSON

  Store<Endpoint> endpoints_;
};

/// The body of GET /webhook_event_types.
[[nodiscard]] std::string event_type_list();

}  // namespace firedrill::openai
