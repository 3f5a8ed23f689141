#include "harness/base/redact.hpp"
#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/scenario/build_rate.hpp"
#include "harness/spec/names.hpp"
#include "harness/text/template.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

/// The constant text of a credential is kept from every output without being asked.
void keep_credential(Context& context, std::string_view name, const std::string& value) {
  if (!is_credential_header(name)) return;
  const Result<Template> parsed = Template::parse(value);
  if (!parsed || !parsed->constant()) return;
  const std::string text = parsed->render([](std::string_view) { return std::string{}; });
  context.out.secrets.add(text);
  // "Bearer abc": whoever reads only the second word has the credential too.
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) {
    context.out.secrets.add(std::string_view{text}.substr(blank + 1));
  }
}

void build_headers(Context& context, const Node* headers, spec::Request& request) {
  if (!headers) return;
  std::set<std::string> seen_names;
  for (const Entry& entry : headers->entries) {
    const std::string name = to_lower(entry.key);
    if (!seen_names.insert(name).second) {
      context.problems.add(entry.place(), "the header '" + entry.key +
                                              "' stands here a second time, in other letters");
    }
    if (name == "content-length" || name == "transfer-encoding") {
      context.problems.add(entry.place(),
                           "'" + entry.key + "' follows from the body and cannot be set");
    }
    std::string value = secret_or_text(context, &entry.value, Scope::request);
    if (value.find_first_of("\r\n") != std::string::npos) {
      context.problems.add(entry.value.place(),
                           "the value of the header '" + entry.key + "' holds a line break");
    }
    keep_credential(context, entry.key, value);
    request.headers.push_back({entry.key, std::move(value)});
  }
}

spec::Request build_request(Context& context, const Node* node) {
  spec::Request request;
  if (!node) return request;
  for (const char* method : {"get", "post", "put", "patch", "delete", "head"}) {
    const Node* path = child(node, method);
    if (!path) continue;
    request.method = method;
    std::transform(request.method.begin(), request.method.end(), request.method.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    request.path = text_of(context, path, Scope::request);
  }
  build_headers(context, child(node, "headers"), request);
  if (const Node* json = child(node, "json")) {
    request.body = json_of(context, *json, Scope::request);
    request.body_is_json = true;
  } else {
    request.body = text_of(context, child(node, "body"), Scope::request);
  }
  return request;
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
  stream.request = build_request(context, child(&node, "request"));
  if (const Node* webhook = child(&node, "webhook")) build_webhook(context, *webhook, stream);
  stream.check = build_response_match(context, child(&node, "check"));
  // A provider takes nothing but a 2xx for an answer.
  if (stream.webhook && stream.check.status.empty()) stream.check.status = {{200, 299}};
  const auto timeout = positive_duration(context, child(&node, "timeout"), "a time-out");
  if (timeout) stream.timeout = *timeout;
  stream.in_flight_max = static_cast<std::uint32_t>(integer_at(&node, "in_flight").value_or(0));
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
