#include "mocks/apply_action.hpp"

#include "harness/base/strings.hpp"
#include "harness/metrics/series.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill {
namespace {

void set_header(HttpReply& reply, std::string_view name, std::string value) {
  for (HttpHeader& header : reply.headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    header.value = std::move(value);
    return;
  }
  reply.headers.push_back({std::string{name}, std::move(value)});
}

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_json_container(std::string_view text) {
  return !text.empty() && (text.front() == '{' || text.front() == '[');
}

std::string content_type_of(std::string_view body) {
  const std::string_view text = trimmed(body);
  if (is_json_container(text)) return "application/json";
  return text.starts_with('<') ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

HttpReply responded(const spec::MockAction::Respond& respond, const AnswerSource& source) {
  HttpReply reply = respond.status >= 400 ? source.error(respond.status) : source.healthy();
  reply.status = respond.status;
  if (!respond.body) return reply;
  reply.stream.clear();
  reply.body = *respond.body;
  set_header(reply, "Content-Type", content_type_of(reply.body));
  return reply;
}

HttpReply base_reply(const spec::MockAction& action, const MockFault::Decision& decision,
                     const AnswerSource& source) {
  if (decision.over_rate) return source.error(429);
  if (action.respond) return responded(*action.respond, source);
  return source.healthy();
}

/// The front half of an object or array is never valid JSON; of anything else it might be.
std::string broken_json(std::string_view body) {
  const std::string_view text = trimmed(body);
  std::string half{text.substr(0, text.size() / 2)};
  if (is_json_container(text) && !half.empty()) return half;
  return "{\"" + half;
}

/// Ends a stream cleanly in the middle of an event.
void break_stream(std::vector<HttpChunk>& stream) {
  stream.resize(stream.size() / 2 + 1);
  std::string& last = stream.back().bytes;
  last.resize(last.size() / 2);
  last += "\n\n";
}

void malform(HttpReply& reply) {
  if (reply.stream.empty()) {
    reply.body = broken_json(reply.body);
  } else {
    break_stream(reply.stream);
  }
}

std::uint64_t body_size(const HttpReply& reply) {
  if (reply.stream.empty()) return reply.body.size();
  std::uint64_t size = 0;
  for (const HttpChunk& chunk : reply.stream) size += chunk.bytes.size();
  return size;
}

/// Always short of the whole body: a fault that cuts nothing would be no fault.
void truncate(HttpReply& reply, std::uint64_t bytes) {
  const std::uint64_t size = body_size(reply);
  reply.cut_after = std::min(bytes, size > 0 ? size - 1 : 0);
  reply.then = HttpReply::Then::close;
}

/// How many events come before the place that a fault names; never all of them.
std::size_t events_before(std::optional<std::uint64_t> after, const HttpReply& reply) {
  const std::size_t size = reply.stream.size();
  return static_cast<std::size_t>(std::min<std::uint64_t>(after.value_or(size / 2), size - 1));
}

/// A stream without chunks would be no stream.
void cut_stream(HttpReply& reply, std::size_t events) {
  reply.stream.resize(events);
  if (events == 0) reply.stream.push_back({});
}

void stall(FaultyReply& faulty, const spec::MockAction::Stall& stall) {
  HttpReply& reply = faulty.reply;
  const std::size_t before = events_before(stall.after, reply);
  if (stall.time) {
    reply.stream[before].after += *stall.time;
    return;
  }
  cut_stream(reply, before);
  reply.hang = Duration::max();
  reply.then = HttpReply::Then::close;
  faulty.when_cut = Delivery::hung;
}

/// What is done to a stream only.
void break_off(FaultyReply& faulty, const spec::MockAction& action, const AnswerSource& source) {
  HttpReply& reply = faulty.reply;
  if (action.stall) stall(faulty, *action.stall);
  if (action.end_early) {
    cut_stream(reply, events_before(action.end_early->after, reply));
    faulty.well_formed = false;
  }
  if (action.stream_error) {
    const std::size_t before = events_before(action.stream_error->after, reply);
    cut_stream(reply, before);
    reply.stream.push_back({Duration{0}, source.stream_error(before)});
    faulty.well_formed = false;
  }
}

void drip(HttpReply& reply, const spec::MockAction::Drip& drip) {
  const std::size_t bytes = static_cast<std::size_t>(std::max<std::uint64_t>(1, drip.bytes));
  if (reply.stream.empty()) {
    reply.drip_bytes = bytes;
    reply.drip_every = drip.every;
    return;
  }
  std::vector<HttpChunk> pieces;
  for (const HttpChunk& chunk : reply.stream) {
    Duration after = chunk.after;
    for (std::size_t at = 0; at < chunk.bytes.size(); at += bytes) {
      pieces.push_back({after + drip.every, chunk.bytes.substr(at, bytes)});
      after = Duration{0};
    }
  }
  reply.stream = std::move(pieces);
}

FaultyReply cut_off(Duration delay, Duration hang, HttpReply::Then then, Delivery when_cut) {
  FaultyReply faulty;
  faulty.reply.delay = delay;
  faulty.reply.hang = hang;
  faulty.reply.then = then;
  faulty.when_cut = when_cut;
  return faulty;
}

}  // namespace

FaultyReply apply_action(const MockFault::Decision& decision, const AnswerSource& source) {
  if (!decision.action) return {.reply = source.healthy()};
  const spec::MockAction& action = *decision.action;
  if (action.reset) {
    return cut_off(decision.delay, Duration{0}, HttpReply::Then::reset, Delivery::reset);
  }
  if (action.hang) {
    return cut_off(decision.delay, action.hang->time.value_or(Duration::max()),
                   HttpReply::Then::close, Delivery::hung);
  }
  FaultyReply faulty{.reply = base_reply(action, decision, source)};
  HttpReply& reply = faulty.reply;
  reply.delay += decision.delay;
  if (action.malformed) {
    if (!action.respond) reply.status = 200;
    malform(reply);
    faulty.well_formed = false;
  }
  if (!reply.stream.empty()) {
    break_off(faulty, action, source);
  } else {
    faulty.changed = decision.hits_unstreamed();
  }
  if (faulty.changed && decision.hits()) set_header(reply, kInjectedHeader, "1");
  if (action.drip) drip(reply, *action.drip);
  if (action.truncate) {
    truncate(reply, action.truncate->bytes);
    faulty.when_cut = Delivery::truncated;
  }
  return faulty;
}

}  // namespace firedrill
