#include "harness/base/units.hpp"
#include "harness/scenario/build_rate.hpp"
#include "harness/scenario/forms.hpp"
#include "harness/spec/names.hpp"
#include "harness/text/match.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::vector<spec::Extract> build_extract(Context& context, const Node* node) {
  std::vector<spec::Extract> list;
  if (!node) return list;
  for (const Entry& entry : node->entries) {
    spec::Extract extract;
    extract.name = entry.key;
    if (const Node* json = child(&entry.value, "json")) {
      extract.what = text_of(context, json, Scope::literal);
    } else if (const Node* header = child(&entry.value, "header")) {
      extract.from = spec::Extract::From::header;
      extract.what = text_of(context, header, Scope::literal);
    } else if (const Node* pattern = child(&entry.value, "pattern")) {
      extract.from = spec::Extract::From::pattern;
      extract.what = text_of(context, pattern, Scope::literal);
      if (groups_of(extract.what) == 0) {
        context.problems.add(pattern->place(),
                             "the pattern has no group: put what is wanted in ( and )");
      }
    }
    list.push_back(std::move(extract));
  }
  return list;
}

std::optional<spec::EventStream> build_events(Context& context, const Node* node) {
  if (!node) return std::nullopt;
  spec::EventStream events;
  events.until = text_of(context, child(node, "until"), Scope::literal);
  events.at_most = static_cast<std::uint32_t>(integer_at(node, "at_most").value_or(0));
  events.at_least = static_cast<std::uint32_t>(integer_at(node, "at_least").value_or(1));
  if (events.at_most > 0 && events.at_most < events.at_least) {
    context.problems.add(node->place(), "'at_most' is less than 'at_least'");
  }
  return events;
}

/// The stream's own number holds for those of its steps whose redirects can be followed.
void build_redirects(Context& context, const Node& node, spec::Step& step) {
  const std::string& method = step.request.method;
  const bool followed = method == "GET" || method == "HEAD" || method == "POST";
  const auto count = integer_at(&node, "redirects");
  if (count) step.redirects_max = static_cast<std::uint32_t>(*count);
  if (followed) return;
  if (count && *count > 0) {
    context.problems.add(child(&node, "redirects")->place(),
                         "redirects are followed for get, head and post only");
  }
  step.redirects_max = 0;
}

/// Whatever a step, a log-in and a stream of single requests have in common.
spec::Step build_step(Context& context, const Node& node, const spec::Stream& stream) {
  spec::Step step;
  step.place = node.place();
  step.timeout = stream.timeout;
  step.redirects_max = stream.redirects_max;
  step.request = build_request(context, child(&node, "request"));
  step.check = build_response_match(context, child(&node, "check"));
  step.expect_status = build_statuses(child(&node, "expect_status"));
  step.extract = build_extract(context, child(&node, "extract"));
  step.events = build_events(context, child(&node, "events"));
  const auto timeout = positive_duration(context, child(&node, "timeout"), "a time-out");
  if (timeout) step.timeout = *timeout;
  build_redirects(context, node, step);
  return step;
}

void add_extracted(Context& context, const Node* node) {
  const Node* extract = child(node, "extract");
  if (!extract) return;
  for (const Entry& entry : extract->entries) context.values.extracted.push_back(entry.key);
}

void build_log_in(Context& context, const Node& node, spec::Stream& stream) {
  const Node* log_in = child(&node, "log_in");
  if (!log_in) return;
  stream.log_in = build_step(context, *log_in, stream);
  stream.log_in->name = "log_in";
  add_extracted(context, log_in);
  if (const Node* refresh = child(&node, "refresh")) {
    spec::Refresh built;
    built.step = build_step(context, *refresh, stream);
    built.step.name = "refresh";
    const auto every = positive_duration(context, child(refresh, "every"), "the age of a token");
    built.every = every.value_or(Duration{0});
    built.on_status = build_statuses(child(refresh, "on_status"));
    stream.refresh = std::move(built);
    add_extracted(context, refresh);
  }
  const auto& used = context.values.feeders;
  stream.feeders_of_users.assign(used.begin(), used.end());
}

void build_flow(Context& context, const Node& node, spec::Stream& stream) {
  const Node* flow = child(&node, "flow");
  if (!flow) return;
  for (const Node& item : flow->items) {
    const Node* extract = child(&item, "extract");
    const Node* name = child(&item, "name");
    if (!extract || !name) continue;
    for (const Entry& entry : extract->entries)
      context.values.later.emplace_back(entry.key, name->text);
  }
  std::set<std::string> names{"log_in", "refresh"};
  for (const Node& item : flow->items) {
    if (context.problems.full()) return;
    spec::Step step = build_step(context, item, stream);
    step.name = text_of(context, child(&item, "name"), Scope::literal);
    step.think = parsed(child(&item, "think"), parse_delay);
    step.together = child(&item, "together") != nullptr;
    if (!step.name.empty() && !names.insert(step.name).second) {
      context.problems.add(child(&item, "name")->place(),
                           "the name '" + step.name + "' is taken in this stream");
    }
    if (step.together && stream.together < 2) {
      context.problems.add(child(&item, "together")->place(),
                           "there is no group to wait for: give the stream 'together: 30' or so");
    }
    add_extracted(context, &item);
    stream.flow.push_back(std::move(step));
  }
}

void build_mix(Context& context, const Node& node, spec::Stream& stream) {
  const Node* mix = child(&node, "mix");
  if (!mix) return;
  stream.mixes = true;
  std::set<std::string> names{"log_in", "refresh"};
  for (const Node& item : mix->items) {
    if (context.problems.full()) return;
    spec::Step step = build_step(context, item, stream);
    step.name = text_of(context, child(&item, "name"), Scope::literal);
    // 1 keeps a weight that is wrong, and has been told, from making all others meaningless.
    step.weight = static_cast<std::uint32_t>(integer_at(&item, "weight").value_or(1));
    if (!step.name.empty() && !names.insert(step.name).second) {
      context.problems.add(child(&item, "name")->place(),
                           "the name '" + step.name + "' is taken in this stream");
    }
    stream.flow.push_back(std::move(step));
  }
}

void build_users(Context& context, const Node& node, spec::Stream& stream) {
  const Node* users = child(&node, "users");
  if (!users) return;
  spec::Users built;
  const auto number = [](std::optional<std::uint64_t> count) {
    return static_cast<std::uint32_t>(count.value_or(0));
  };
  if (users->is_map()) {
    built.from = number(integer_at(users, "from"));
    built.to = number(integer_at(users, "to"));
    const auto over =
        positive_duration(context, child(users, "over"), "the way from one number to the other");
    built.over = over.value_or(Duration{0});
  } else {
    built.from = built.to = number(users->is_scalar() ? unsigned_of(users->text) : std::nullopt);
  }
  const bool understood = users->is_map() || unsigned_of(users->text);
  if (understood && built.most() == 0)
    context.problems.add(users->place(), "0 users never send anything");
  built.think = parsed(child(&node, "think"), parse_delay);
  built.iterations_each = integer_at(&node, "iterations").value_or(0);
  stream.users = built;
}

void build_single_request(Context& context, const Node& node, spec::Stream& stream) {
  if (!child(&node, "request")) return;
  spec::Step step = build_step(context, node, stream);
  stream.request = std::move(step.request);
  stream.check = std::move(step.check);
  stream.expect_status = std::move(step.expect_status);
  stream.events = std::move(step.events);
}

/// An event goes to a path of the system with a POST; everything else is the provider's.
void build_webhook(Context& context, const Node& node, spec::Stream& stream) {
  spec::WebhookTraffic webhook;
  webhook.place = node.place();
  for (const std::string& name : spec::mock_names()) {
    const Node* const event = child(&node, name);
    if (!event) continue;
    webhook.provider = *spec::mock_kind(name);
    webhook.event = text_of(context, event, Scope::literal);
    webhook.place = event->place();
  }
  webhook.secret = secret_or_text(context, child(&node, "secret"), Scope::literal);
  const Node* const deliver = child(&node, "deliver");
  webhook.deliver = build_deliver(context, deliver, webhook.provider);
  if (webhook.deliver.drop.value > 0.9) {
    context.problems.add(child(deliver, "drop")->place(),
                         "a stream drops at most 90% of its events: it has to send something");
  }
  stream.request.method = "POST";
  stream.request.path = text_of(context, child(&node, "to"), Scope::literal);
  stream.webhook = std::move(webhook);
}

spec::Stream build_stream(Context& context, const Entry& entry) {
  const Node& node = entry.value;
  context.values = {};
  spec::Stream stream;
  stream.name = entry.key;
  stream.place = entry.place();
  stream.rate = build_rate(context, child(&node, "rate"));
  stream.breakpoint = build_breakpoint(context, child(&node, "rate"));
  if (text_of(context, child(&node, "arrivals"), Scope::literal) == "poisson") {
    stream.arrivals = spec::Arrivals::poisson;
    if (std::holds_alternative<spec::ReplayedRate>(stream.rate.form)) {
      context.problems.add(child(&node, "arrivals")->place(),
                           "recorded arrivals are replayed as they are: 'arrivals' cannot stand "
                           "beside 'replay'");
    }
  }
  build_users(context, node, stream);
  const auto small = [&](const char* key) {
    return static_cast<std::uint32_t>(integer_at(&node, key).value_or(0));
  };
  stream.together = std::max(1U, small("together"));
  stream.sessions = small("sessions");
  stream.redirects_max = small("redirects");
  stream.in_flight_max = small("in_flight");
  if (small("http") == 2) stream.http = spec::HttpVersion::http2;
  stream.compressed = child(&node, "compressed") != nullptr;
  const auto timeout = positive_duration(context, child(&node, "timeout"), "a time-out");
  if (timeout) stream.timeout = *timeout;
  build_log_in(context, node, stream);
  build_single_request(context, node, stream);
  build_flow(context, node, stream);
  build_mix(context, node, stream);
  if (const Node* webhook = child(&node, "webhook")) {
    build_webhook(context, *webhook, stream);
    stream.check = build_response_match(context, child(&node, "check"));
    // A provider takes nothing but a 2xx for an answer.
    if (stream.check.status.empty()) stream.check.status = {{200, 299}};
  }
  stream.feeders.assign(context.values.feeders.begin(), context.values.feeders.end());
  return stream;
}

}  // namespace

void build_traffic(Context& context, const Node& root) {
  const Node* traffic = child(&root, "traffic");
  if (!traffic) return;
  for (const Entry& entry : traffic->entries) {
    if (context.problems.full()) return;
    context.out.traffic.push_back(build_stream(context, entry));
  }
}

}  // namespace firedrill::scenario
