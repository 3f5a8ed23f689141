#include "faults/model/http_faults.hpp"

namespace firedrill {
namespace {

using Own = HttpDecision::Own;

bool edits_answer(const spec::HttpFault& fault) {
  return !fault.headers.empty() || fault.corrupt || fault.malformed || fault.truncate ||
         fault.wrong_length || fault.drip;
}

Own own_of(const spec::HttpFault& fault) {
  if (fault.respond) return Own::respond;
  if (fault.hang) return Own::hang;
  return fault.reset ? Own::reset : Own::none;
}

void apply(HttpTouch touch, TimePoint now, HttpDecision& decision) {
  LiveHttpFault& fault = *touch.fault;
  if (fault.spec.latency) {
    const Duration delay = fault.live.draw_delay(*fault.spec.latency);
    if (delay > Duration{0}) touch.hit(now);
    decision.delay += delay;
  }
  const bool over = fault.spec.rate_limit && !fault.rate.take(*fault.spec.rate_limit, now);
  const Own own = over ? Own::too_many : own_of(fault.spec);
  if (own != Own::none && decision.own == Own::none) {
    decision.own = own;
    decision.by = std::move(touch);
  } else if (own == Own::none && edits_answer(fault.spec)) {
    decision.edits.push_back(std::move(touch));
  }
}

bool looks_like_json(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

}  // namespace

bool LiveHttpFault::fits(const HttpHead& request) const {
  const auto header = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = request.find(name);
    return found ? std::optional{std::string{*found}} : std::nullopt;
  };
  const auto query = [&](const std::string& name) { return request.query(name); };
  return match_.matches({request.method, request.path(), query, header});
}

HttpDecision decide_request(const LiveFaults<LiveHttpFault>& faults, const HttpHead& request,
                            TimePoint now) {
  HttpDecision decision;
  for (const auto& fault : faults) {
    if (fault->fits(request) && fault->live.picks_next()) apply({fault, false}, now, decision);
  }
  if (decision.own != Own::none) decision.edits.clear();
  return decision;
}

std::string own_http_answer(const HttpDecision& decision, const HttpHead& request, bool closes) {
  const bool too_many = decision.own == Own::too_many;
  const auto& respond = decision.by->spec().respond;
  const int status = too_many ? 429 : respond->status;
  const std::string body = too_many ? "" : respond->body;
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " ";
  answer.append(http_reason(status)).append("\r\n");
  if (too_many) answer += "Retry-After: 1\r\n";
  if (!body.empty()) {
    answer += looks_like_json(body) ? "Content-Type: application/json\r\n"
                                    : "Content-Type: text/plain; charset=utf-8\r\n";
  }
  if (closes) answer += "Connection: close\r\n";
  if (status == 204 || status == 304) return answer + "\r\n";
  answer += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return request.method == "HEAD" ? answer : answer + body;
}

}  // namespace firedrill
