#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/spec/names.hpp"

#include <string>

namespace firedrill::scenario {
namespace {

/// A fault that is declared with nothing to it proves nothing.
Ratio fault_share(Context& context, const Node* map, std::string_view key) {
  const Node* const node = child(map, key);
  const auto share = parsed(node, parse_ratio);
  if (share && share->value <= 0) {
    context.problems.add(node->place(), "a share of 0% never happens; leave it out");
  }
  return share.value_or(Ratio{});
}

void build_corrupt(Context& context, const Node* node, spec::MockKind provider,
                   spec::Deliver& deliver) {
  if (!node) return;
  double total = 0;
  for (std::size_t part = 0; part < spec::kCorruptions; ++part) {
    const std::string name = spec::name_of(static_cast<spec::Corruption>(part));
    deliver.corrupt[part] = fault_share(context, node, name);
    total += deliver.corrupt[part].value;
  }
  if (total > 1 + 1e-9) {
    context.problems.add(node->place(),
                         "the shares are " + to_text(Ratio{total}) + " together, more than 100 %");
  }
  const Node* const timestamp = child(node, "timestamp");
  if (timestamp && provider == spec::MockKind::twilio) {
    context.problems.add(timestamp->place(), "Twilio signs no timestamp that could be wrong");
  }
}

}  // namespace

spec::Deliver build_deliver(Context& context, const Node* node, spec::MockKind provider) {
  spec::Deliver deliver;
  if (!node || !node->is_map()) return deliver;
  deliver.timeout = positive_duration(context, child(node, "timeout"), "a time-out");
  if (const auto attempts = integer_at(node, "attempts")) {
    deliver.attempts = static_cast<std::uint32_t>(*attempts);
  }
  deliver.compress = static_cast<double>(integer_at(node, "compress").value_or(1));
  deliver.drop = fault_share(context, node, "drop");
  deliver.duplicate = fault_share(context, node, "duplicate");
  deliver.replay = fault_share(context, node, "replay");
  deliver.reorder = fault_share(context, node, "reorder");
  if (const Node* delay = child(node, "delay")) {
    deliver.delay = fault_share(context, delay, "share");
    deliver.delay_by =
        positive_duration(context, child(delay, "by"), "a delay").value_or(Duration{0});
  }
  if (const Node* slow = child(node, "slow")) {
    deliver.slow = fault_share(context, slow, "share");
    deliver.slow_over =
        positive_duration(context, child(slow, "over"), "a slow body").value_or(Duration{0});
  }
  deliver.burst = static_cast<std::uint32_t>(integer_at(node, "burst").value_or(1));
  build_corrupt(context, child(node, "corrupt"), provider, deliver);
  return deliver;
}

}  // namespace firedrill::scenario
