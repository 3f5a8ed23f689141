// What people are told of the faults of proxies.
#include "harness/base/overloaded.hpp"
#include "harness/base/units.hpp"
#include "harness/run/words/fault_words.hpp"
#include "harness/spec/proxies.hpp"

#include <string>
#include <vector>

namespace firedrill {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string after_or_never(const std::optional<Duration>& time, const std::string& never) {
  return time ? "after " + to_text(*time) : never;
}

std::string joined(const std::vector<std::string>& parts, const std::string& between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string stream_text(spec::ProxyStream stream) {
  switch (stream) {
    case spec::ProxyStream::upstream:
      return " from the client";
    case spec::ProxyStream::downstream:
      return " from the server";
    case spec::ProxyStream::both:
      return " in both directions";
  }
  return "";
}

std::string certificate_text(spec::ProxyCertificate::Wrong wrong) {
  switch (wrong) {
    case spec::ProxyCertificate::Wrong::expired:
      return "show a certificate that has expired";
    case spec::ProxyCertificate::Wrong::not_yet_valid:
      return "show a certificate that is not valid yet";
    case spec::ProxyCertificate::Wrong::wrong_host:
      return "show a certificate of another host";
    case spec::ProxyCertificate::Wrong::self_signed:
      return "show a certificate that it signed itself";
  }
  return "";
}

std::string text_of(const spec::ProxyFault& fault) {
  const std::string which = stream_text(fault.stream);
  const std::string text = std::visit(
      Overloaded{
          [&](const spec::ProxyLatency& f) {
            return "delay bytes" + which + " by " + delay_text(f.delay);
          },
          [&](const spec::ProxyBandwidth& f) {
            return "let " + bytes_text(f.bytes_per_second) + " a second through" + which +
                   (f.in_total ? ", over all connections" : "");
          },
          [&](const spec::ProxySlicer& f) {
            return "slice bytes" + which + " into pieces of about " + bytes_text(f.average);
          },
          [&](const spec::ProxySlowClose& f) {
            return "delay the end" + which + " by " + to_text(f.delay);
          },
          [&](const spec::ProxyLoss& f) {
            return "lose " + to_text(f.rate) + " of the packets" + which;
          },
          [&](const spec::ProxyBlackhole&) { return "hold all bytes" + which; },
          [&](const spec::ProxyTimeout& f) {
            return "swallow all bytes" + which + " and close " + after_or_never(f.time, "never");
          },
          [&](const spec::ProxyReset& f) { return "reset connections after " + to_text(f.after); },
          [&](const spec::ProxyLimitData& f) {
            return "close after " + bytes_text(f.bytes) + which;
          },
          [](const spec::ProxyRefuse&) { return std::string{"refuse new connections"}; },
          [](const spec::ProxyDown&) { return std::string{"close the port and every connection"}; },
          [](const spec::ProxyConnectHang& f) {
            return "take up connections " + after_or_never(f.time, "never");
          },
          [](const spec::ProxyConnectionCap& f) {
            return "let at most " + std::to_string(f.most) + " connections in";
          },
          [](const spec::ProxyCertificate& f) { return certificate_text(f.wrong); },
          [](const spec::ProxyHandshakeHang& f) {
            return "answer the TLS handshake " + after_or_never(f.time, "never");
          },
          [](const spec::ProxyOldProtocol&) {
            return std::string{"speak nothing newer than TLS 1.1"};
          },
      },
      fault.action);
  const bool some = fault.share.value < 1;
  return text + (some ? ", for " + to_text(fault.share) + " of the connections" : "");
}

std::string text_of(const spec::HttpFault& fault) {
  std::vector<std::string> parts;
  if (fault.latency) parts.push_back("delay requests by " + delay_text(*fault.latency));
  if (fault.rate_limit) parts.push_back("answer 429 beyond " + to_text(*fault.rate_limit));
  if (fault.respond) parts.push_back("answer " + std::to_string(fault.respond->status));
  if (fault.hang)
    parts.push_back(fault.hang->time ? "hang " + to_text(*fault.hang->time) : "hang for ever");
  if (fault.reset) parts.emplace_back("reset the connection");
  for (const auto& header : fault.headers)
    parts.push_back((header.value ? "set the header " : "take out the header ") + header.name);
  if (fault.corrupt) parts.push_back("spoil " + bytes_text(*fault.corrupt) + " of the answer");
  if (fault.malformed) parts.emplace_back("break the JSON of the answer");
  if (fault.truncate) parts.push_back("cut the answer after " + bytes_text(*fault.truncate));
  if (fault.wrong_length)
    parts.push_back("say a length that is wrong by " + std::to_string(*fault.wrong_length));
  if (fault.drip) {
    parts.push_back("drip " + bytes_text(fault.drip->bytes) + " every " +
                    to_text(fault.drip->every));
  }
  return joined(parts, " and ") + pick_text(fault.match);
}

std::string text_of(const spec::PostgresFault& fault) {
  using PostgresKind = spec::PostgresFault::Kind;
  std::string text = "answer with the error " + std::string{spec::name_of(fault.kind)};
  if (fault.kind == PostgresKind::statement_timeout) text += " after " + delay_text(fault.time);
  if (fault.kind == PostgresKind::latency) text = "delay statements by " + delay_text(fault.time);
  if (fault.kind == PostgresKind::slow_rows) text = "delay each row by " + delay_text(fault.time);
  if (fault.kind == PostgresKind::cut_rows)
    text = "close in the midst of a result, after " + std::to_string(fault.rows) + " rows";
  std::vector<std::string> kinds;
  for (const spec::StatementKind kind : fault.statements) kinds.emplace_back(spec::name_of(kind));
  if (!kinds.empty()) text += ", on " + joined(kinds, " and ");
  if (!fault.table.empty()) text += ", on tables " + fault.table;
  return text;
}

std::string text_of(const spec::RedisFault& fault) {
  using RedisKind = spec::RedisFault::Kind;
  std::string text = "answer with the error " + std::string{spec::name_of(fault.kind)};
  if (fault.kind == RedisKind::latency) text = "delay commands by " + delay_text(fault.time);
  if (fault.kind == RedisKind::cut)
    text = "close after " + bytes_text(fault.bytes) + " of an answer";
  if (!fault.commands.empty()) text += ", on " + joined(fault.commands, " and ");
  if (!fault.key.empty()) text += ", on keys " + fault.key;
  return text;
}

std::string text_of(const spec::WireFault& fault) {
  std::string text = std::visit([](const auto& what) { return text_of(what); }, fault.what);
  if (fault.picks.share) text += ", for " + to_text(*fault.picks.share) + " of them";
  if (fault.picks.fail_count > 0) {
    text += ", " + std::to_string(fault.picks.fail_count) + " on, " +
            std::to_string(fault.picks.pass_count) + " off";
  }
  return text;
}

}  // namespace

std::string pick_text(const spec::HttpPick& pick) {
  std::string text = pick.methods.empty() ? "" : " " + joined(pick.methods, " or ");
  if (!pick.path.empty()) text += " " + pick.path;
  for (const auto& parameter : pick.query) text += " with ?" + parameter.name;
  for (const auto& header : pick.headers) text += " with " + header.name;
  return text.empty() ? "" : ", on" + text;
}

FaultWords words_of(const spec::ProxiedFault& fault) {
  return {.target = "proxy " + fault.proxy,
          .does = std::visit([](const auto& what) { return text_of(what); }, fault.what),
          .reach = "every client of the proxy " + fault.proxy + " (our own process, nothing else)",
          .undo = "the proxy passing everything on again (no lease: it ends with us)"};
}

}  // namespace firedrill
