// `firedrill webhook`: one webhook by hand, sent or only shown.
#include "harness/aio/http_client.hpp"
#include "harness/aio/io_thread.hpp"
#include "harness/base/overloaded.hpp"
#include "harness/base/strings.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/load_scenarios.hpp"
#include "harness/run/verbs.hpp"
#include "harness/spec/names.hpp"
#include "mocks/webhooks/events.hpp"
#include "mocks/webhooks/retry_policy.hpp"
#include "mocks/webhooks/signed_request.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/url/parse.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;
namespace net = boost::asio;

constexpr int kNotAcknowledged = 99;
constexpr int kNoAnswer = 113;

/// A webhook as the command line wants it.
struct Wanted {
  spec::MockKind provider = spec::MockKind::openai;
  Outgoing call;
  Signing signing;
};

WallTime time_of(const WebhookArguments& arguments, spec::MockKind provider) {
  if (!arguments.timestamp) return std::chrono::system_clock::now();
  if (provider == spec::MockKind::hubspot) {
    return WallTime{std::chrono::milliseconds{*arguments.timestamp}};
  }
  return WallTime{std::chrono::seconds{*arguments.timestamp}};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return Error{"cannot read '" + path + "'"};
  std::string text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  return text;
}

/// The event's id, in its body too where it stands there.
void set_id(Outgoing& call, const std::string& id) {
  const std::size_t at = call.id.empty() ? std::string::npos : call.body.find(call.id);
  if (at != std::string::npos) call.body.replace(at, call.id.size(), id);
  call.id = id;
  // Where the provider says it in a header, that follows from the id.
  std::erase_if(call.headers, [](const HttpHeader& header) {
    return equals_ignoring_case(header.name, "webhook-id") ||
           equals_ignoring_case(header.name, "i-twilio-idempotency-token");
  });
}

/// Twilio sends JSON bodies too; which of the two a body is, is plain to see.
void set_body(Outgoing& call, std::string body) {
  call.body = std::move(body);
  const bool json = call.body.starts_with('{') || call.body.starts_with('[');
  if (call.signature != Signature::twilio) return;
  std::erase_if(call.headers, [](const HttpHeader& header) {
    return equals_ignoring_case(header.name, "content-type");
  });
  call.headers.push_back(
      {"Content-Type", json ? "application/json" : "application/x-www-form-urlencoded"});
}

/// A GET has no body: a form goes into the query.
void set_method(Outgoing& call, std::string method) {
  call.method = std::move(method);
  if (call.method != "GET" || call.body.empty()) return;
  if (call.signature == Signature::twilio) {
    const std::size_t fragment = std::min(call.url.find('#'), call.url.size());
    const char* const joint = call.url.find('?') < fragment ? "&" : "?";
    call.url.insert(fragment, joint + call.body);
  }
  call.body.clear();
}

Result<void> set_corruption(Wanted& wanted, const std::string& name) {
  if (name.empty()) return {};
  const auto part = spec::corruption(name);
  const std::vector<std::string> names = spec::corruption_names();
  if (!part) {
    return Error{"nothing of a webhook is called '" + name + "'" + did_you_mean(name, names) +
                 "; --corrupt takes " + join_or(names)};
  }
  if (!can_corrupt(wanted.call.signature, *part)) {
    return Error{"a webhook of " + std::string{spec::name_of(wanted.provider)} + " has no " + name +
                 " that could be wrong"};
  }
  wanted.signing.corruption = part;
  return {};
}

Result<void> check_url(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  const bool good = parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") &&
                    !parsed->host().empty();
  if (good) return {};
  return Error{"--to '" + url + "' is not a URL such as http://127.0.0.1:8080/webhooks"};
}

Result<Outgoing> event_of(const WebhookArguments& arguments, spec::MockKind provider) {
  ProviderContext context;
  context.now = std::chrono::steady_clock::now();
  context.wall = time_of(arguments, provider);
  context.rng = Rng::derive(arguments.seed.value_or(fresh_seed()), "webhook");
  auto event = sample_event(provider, arguments.event, context);
  if (event) return *std::move(event);
  return Error{arguments.provider + " sends no event '" + arguments.event + "'" +
               did_you_mean(arguments.event, event_names(provider)) +
               "; `firedrill list --events` names them all"};
}

Result<Wanted> wanted_by(const WebhookArguments& arguments) {
  const auto provider = spec::mock_kind(arguments.provider);
  if (!provider) {
    const std::vector<std::string> known = spec::mock_names();
    return Error{"no provider '" + arguments.provider + "'" +
                 did_you_mean(arguments.provider, known) + "; there is " + join_or(known)};
  }
  if (auto url = check_url(arguments.to); !url) return url.error();
  Wanted wanted;
  wanted.provider = *provider;
  auto event = event_of(arguments, *provider);
  if (!event) return event.error();
  wanted.call = *std::move(event);
  wanted.call.url = arguments.to;
  if (!arguments.id.empty()) set_id(wanted.call, arguments.id);
  if (!arguments.body.empty()) {
    auto body = read_file(arguments.body);
    if (!body) return body.error();
    set_body(wanted.call, *std::move(body));
  }
  if (!arguments.method.empty()) set_method(wanted.call, arguments.method);
  wanted.signing = signing_of(wanted.call, time_of(arguments, *provider));
  if (!arguments.secrets.empty()) wanted.signing.secrets = arguments.secrets;
  if (auto corrupted = set_corruption(wanted, arguments.corrupt); !corrupted) {
    return corrupted.error();
  }
  return wanted;
}

int complain(const Error& error, int code) {
  std::fprintf(stderr, "firedrill webhook: %s\n", error.message.c_str());
  return code;
}

void print(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::printf("%s\n", text.c_str());
}

int show(const HttpClient::Request& request) {
  if (find_invalid_utf8(request.body) != std::string::npos) {
    return complain(Error{"the body is not UTF-8, so that it cannot be shown as JSON"},
                    kInvalidExitCode);
  }
  Json headers = Json::object();
  for (const HttpHeader& header : request.headers) headers[header.name] = header.value;
  print({{"method", request.method},
         {"url", request.url},
         {"headers", std::move(headers)},
         {"body", request.body}});
  return 0;
}

HttpClient::Answer answer_to(const HttpClient::Request& request, const EgressGuard& guard) {
  IoThread thread;
  auto client = thread.call(
      [&] { return std::make_unique<HttpClient>(thread.io(), guard, HttpClient::Options{}); });
  HttpClient::Answer answer =
      net::co_spawn(thread.io(), client->send(request), net::use_future).get();
  thread.call([&] { client.reset(); });
  return answer;
}

int send(const Wanted& wanted, HttpClient::Request request, const std::vector<std::string>& allow) {
  if (const auto allowed = check_target(request.url, allow); !allowed) {
    return complain(allowed.error(), kInvalidExitCode);
  }
  const auto guard = EgressGuard::allowing(allow);
  if (!guard) return complain(guard.error(), kInvalidExitCode);
  request.timeout = retry_policy(wanted.provider, wanted.call.url, {}).timeout;
  const auto sent = std::chrono::steady_clock::now();
  const HttpClient::Answer answer = answer_to(request, *guard);
  const double took = seconds(std::chrono::steady_clock::now() - sent);
  return std::visit(
      Overloaded{[&](const HttpResponse& response) {
                   const bool good = end_of(response.status) == AttemptEnd::acknowledged;
                   print({{"event", wanted.call.event},
                          {"id", wanted.call.id},
                          {"url", request.url},
                          {"status", response.status},
                          {"acknowledged", good},
                          {"seconds", took},
                          {"answer", response.body.substr(0, 1000)}});
                   return good ? 0 : kNotAcknowledged;
                 },
                 [&](const HttpFailure& failure) {
                   return complain(Error{request.url + ": no answer: " + failure.message},
                                   kNoAnswer);
                 }},
      answer);
}

}  // namespace

int webhook_verb(const WebhookArguments& arguments) {
  const auto wanted = wanted_by(arguments);
  if (!wanted) return complain(wanted.error(), kInvalidExitCode);
  HttpClient::Request request = signed_request(wanted->call, wanted->signing);
  if (arguments.dry_run) return show(request);
  return send(*wanted, std::move(request), arguments.allow);
}

int list_events_verb() {
  for (const std::string& mock : spec::mock_names()) {
    for (const std::string& event : event_names(*spec::mock_kind(mock))) {
      std::printf("%s %s\n", mock.c_str(), event.c_str());
    }
  }
  return 0;
}

}  // namespace firedrill
