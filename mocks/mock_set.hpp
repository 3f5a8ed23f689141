#pragma once

#include "harness/base/result.hpp"
#include "harness/spec/mock.hpp"
#include "mocks/mock.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// All mocks of a scenario on one io_context. Thread and lifetime as for Mock.
class MockSet final {
 public:
  struct Options {
    std::uint64_t seed = 0;
    std::string correlation_header = "x-correlation-id";
    Mock::FirstHit first_hit;      ///< Of any fault of any mock; fault indices are the caller's.
    EgressGuard guard;             ///< Where the mocks' own calls may go.
    Template::Lookup variables{};  ///< Of the URLs of their own calls.
    std::size_t ledger_max = LedgerBook::kEntriesMax;  ///< Of each mock.
    LedgerBook::Keeps ledger_keeps = LedgerBook::Keeps::first;
    /// Told of each request that a mock receives; empty for nobody.
    std::function<void(const std::string& mock, const HttpRequest& request, TimePoint at)>
        on_request{};
  };

  MockSet(boost::asio::io_context& io, const std::vector<std::pair<std::string, spec::Mock>>& mocks,
          const Options& options);

  /// Starts all, in order; the first that cannot start stops those before it. Call once.
  [[nodiscard]] Result<void> start();

  /// Stops all. Safe to call twice.
  void stop();

  /// nullptr for a name that is not in the set.
  [[nodiscard]] Mock* find(std::string_view name) const;

  /// In the order given.
  [[nodiscard]] const std::vector<std::unique_ptr<Mock>>& all() const { return mocks_; }

 private:
  std::vector<std::unique_ptr<Mock>> mocks_;
};

}  // namespace firedrill
