#include "harness/base/units.hpp"
#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/spec/names.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::vector<spec::WebhookTarget> build_webhooks(Context& context, const Node* list) {
  std::vector<spec::WebhookTarget> targets;
  if (!list) return targets;
  for (const Node& item : list->items) {
    spec::WebhookTarget target;
    target.place = item.place();
    target.url = text_of(context, child(&item, "to"), Scope::request);
    target.secret = secret_or_text(context, child(&item, "secret"), Scope::literal);
    if (const Node* events = child(&item, "events")) {
      for (const Node& event : events->items) target.events.push_back(event.text);
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

spec::Mock build_mock(Context& context, const Node& node, spec::MockKind kind) {
  spec::Mock mock;
  mock.kind = kind;
  mock.attach = text_of(context, child(&node, "attach"), Scope::literal);
  mock.port = static_cast<std::uint16_t>(integer_at(&node, "port").value_or(0));
  mock.latency = parsed(child(&node, "latency"), parse_delay).value_or(spec::Delay{});
  mock.rate_limit = parsed(child(&node, "rate_limit"), parse_rate);
  mock.api_key = secret_or_text(context, child(&node, "api_key"), Scope::literal);
  build_answers(context, node, mock);
  mock.webhooks = build_webhooks(context, child(&node, "webhooks"));
  mock.deliver = build_deliver(context, child(&node, "deliver"), kind);
  if (kind == spec::MockKind::declared) mock.declaration = build_declaration(context, node);
  return mock;
}

}  // namespace

void build_mocks(Context& context, const Node& root) {
  const Node* mocks = child(&root, "mocks");
  if (!mocks) return;
  for (const Entry& entry : mocks->entries) {
    auto kind = spec::mock_kind(entry.key);
    if (!kind && entry.value.find("routes")) kind = spec::MockKind::declared;
    if (!kind || !entry.value.is_map()) continue;
    context.out.mocks.emplace_back(entry.key, build_mock(context, entry.value, *kind));
  }
}

}  // namespace firedrill::scenario
