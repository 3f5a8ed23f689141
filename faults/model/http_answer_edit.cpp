#include "faults/model/http_answer_edit.hpp"

#include "faults/model/acts.hpp"
#include "harness/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

bool is_plain_json(const HttpHead& head) {
  const auto type = head.find("content-type");
  const auto encoding = head.find("content-encoding");
  const bool is_plain = !encoding || equals_ignoring_case(*encoding, "identity");
  return is_plain && type && to_lower(*type).find("json") != std::string::npos;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

HttpAnswerEdit::HttpAnswerEdit(std::vector<HttpTouch> touches) : touches_{std::move(touches)} {}

std::string HttpAnswerEdit::head(const HttpHead& head, std::string text, const HttpFraming& framing,
                                 TimePoint now) {
  is_json_ = is_plain_json(head);
  for (HttpTouch& touch : touches_) {
    if (touch.fault->live.healed()) continue;
    set_headers(touch, head, text, now);
    const auto& delta = touch.spec().wrong_length;
    if (!delta || framing.kind != HttpFraming::Kind::length || framing.length == 0) continue;
    const auto length = static_cast<std::int64_t>(framing.length);
    const std::int64_t wrong = std::max<std::int64_t>(0, length + *delta);
    if (wrong == length) continue;
    text = with_header(text, "Content-Length", std::to_string(wrong));
    touch.hit(now);
    closes_at_end_ = true;
  }
  return text;
}

void HttpAnswerEdit::set_headers(HttpTouch& touch, const HttpHead& head, std::string& text,
                                 TimePoint now) {
  for (const auto& [name, value] : touch.spec().headers) {
    const auto was = head.find(name);
    const bool changes = value ? was != std::optional<std::string_view>{*value} : was.has_value();
    if (!changes) continue;
    text = with_header(text, name, value);
    touch.hit(now);
  }
}

bool HttpAnswerEdit::body(std::string_view bytes, TimePoint now, TimePoint& at,
                          std::vector<ProxyAct>& acts) {
  std::string edited{bytes};
  std::uint64_t most = edited.size();  // that may pass
  HttpTouch* dripping = nullptr;
  for (HttpTouch& touch : touches_) {
    const spec::HttpFault& fault = touch.spec();
    if (touch.fault->live.healed()) continue;
    if (fault.corrupt && passed_ < *fault.corrupt) {
      const std::size_t count = std::min<std::uint64_t>(*fault.corrupt - passed_, edited.size());
      for (std::size_t i = 0; i < count; ++i) edited[i] = static_cast<char>(~edited[i]);
      if (count > 0) touch.hit(now);
    }
    if (fault.malformed && is_json_ && !malformed_) {
      const auto first = std::find_if_not(edited.begin(), edited.end(), is_blank);
      if (first != edited.end()) {
        *first = '}';  // begins no JSON
        malformed_ = true;
        touch.hit(now);
      }
    }
    if (fault.truncate && passed_ + edited.size() > *fault.truncate) {
      most = std::min(most, *fault.truncate - std::min(*fault.truncate, passed_));
      touch.hit(now);
    }
    if (fault.drip && dripping == nullptr) dripping = &touch;
  }
  const bool cut = most < edited.size();
  const std::string_view passing = std::string_view{edited}.substr(0, most);
  if (dripping != nullptr) {
    drip(*dripping, passing, now, at, acts);
  } else {
    add_send(acts, Direction::downstream, passing, at);
  }
  passed_ += passing.size();
  return cut;
}

void HttpAnswerEdit::drip(HttpTouch& touch, std::string_view bytes, TimePoint now, TimePoint& at,
                          std::vector<ProxyAct>& acts) const {
  const spec::HttpFault::Drip& drip = *touch.spec().drip;
  const Duration pause = touch.fault->live.slowed(drip.every);
  std::uint64_t sent = passed_;
  while (!bytes.empty()) {
    // Every `drip.bytes` bytes of the body a pause, however they arrive.
    const std::uint64_t into = sent % drip.bytes;
    if (into == 0 && sent > 0 && pause > Duration{0}) {
      at += pause;
      touch.hit(now);
    }
    const std::size_t length = std::min<std::uint64_t>(drip.bytes - into, bytes.size());
    add_send(acts, Direction::downstream, bytes.substr(0, length), at);
    bytes.remove_prefix(length);
    sent += length;
  }
}

}  // namespace firedrill
