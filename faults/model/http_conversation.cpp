#include "faults/model/http_conversation.hpp"

#include "faults/model/acts.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kExchangesMax = 1'000;

}  // namespace

void HttpConversation::ended(Direction direction, TimePoint now, Acts& acts) {
  if (over_) return;
  if (direction == Direction::upstream) {
    client_ended_ = true;
    do_own(now, acts);  // nobody waits any more for what hangs
    if (over_) return;
    to_server(request_head_.release(), now, acts);
    pass_end(direction, now, acts);
    return;
  }
  to_client(answer_head_.release(), now, acts);
  if (in_answer_body_ && answer_body_.until_close()) end_answer(now, acts);
  if (!over_) pass_end(direction, now, acts);
}

// What the client says.

void HttpConversation::from_client(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !client_passes_ && !over_) {
    if (swallows_all_) return;
    if (in_request_body_) {
      bytes.remove_prefix(client_body(bytes, now, acts));
      continue;
    }
    bytes.remove_prefix(request_head_.take(bytes));
    if (request_head_.whole()) {
      end_request_head(now, acts);
    } else if (request_head_.too_long()) {
      pass_client(now, acts);
    }
  }
  if (!over_) to_server(bytes, now, acts);
}

std::size_t HttpConversation::client_body(std::string_view bytes, TimePoint now, Acts& acts) {
  const HttpBodyReader::Piece piece = request_body_.take(bytes);
  if (!swallows_body_) to_server(bytes.substr(0, piece.taken), now, acts);
  if (request_body_.broken()) pass_client(now, acts);
  if (request_body_.ended()) in_request_body_ = swallows_body_ = false;
  return piece.taken;
}

void HttpConversation::pass_client(TimePoint now, Acts& acts) {
  to_server(request_head_.release(), now, acts);
  client_passes_ = true;
  if (exchanges_.empty()) server_passes_ = true;
}

void HttpConversation::end_request_head(TimePoint now, Acts& acts) {
  const auto request = parse_http_head(request_head_.text(), true);
  const auto framing = request ? framing_of_request(*request) : std::nullopt;
  if (!framing || exchanges_.size() >= kExchangesMax) return pass_client(now, acts);
  request_body_.begin(*framing);
  in_request_body_ = !request_body_.ended();
  HttpDecision decision = decide_request(faults_, *request, now);
  const std::string text = request_head_.release();
  to_server_at_ = std::max(now, to_server_at_) + decision.delay;
  Exchange& exchange = exchanges_.emplace_back();
  exchange.to_head = request->method == "HEAD";
  exchange.to_connect = request->method == "CONNECT";
  exchange.at = to_server_at_;
  if (decision.own == Own::none) {
    exchange.edit = HttpAnswerEdit{std::move(decision.edits)};
    return to_server(text, now, acts);
  }
  add_own(decision, *request, exchange);
  do_own(now, acts);
}

void HttpConversation::add_own(const HttpDecision& decision, const HttpHead& request,
                               Exchange& exchange) {
  exchange.own = decision.own;
  exchange.by = decision.by;
  swallows_body_ = in_request_body_;
  if (decision.own == Own::hang || decision.own == Own::reset) {
    exchange.hang = decision.own == Own::hang ? decision.by->spec().hang->time : std::nullopt;
    swallows_all_ = true;
    return;
  }
  // A client that waits for leave to send its body may send it, or the next request, or neither.
  const bool waits = in_request_body_ && request.lists("expect", "100-continue");
  const bool stays = !request.is_http10 || request.lists("connection", "keep-alive");
  exchange.closes = waits || !stays || request.lists("connection", "close");
  exchange.answer = own_http_answer(decision, request, exchange.closes);
  swallows_all_ = exchange.closes;
}

/// The answers of our own whose turn it is.
void HttpConversation::do_own(TimePoint now, Acts& acts) {
  while (!over_ && !exchanges_.empty() && exchanges_.front().own != Own::none) {
    Exchange& first = exchanges_.front();
    first.by->hit(now);
    to_client_at_ = std::max({now, to_client_at_, first.at});
    if (first.own == Own::reset) {
      add_act(acts, ProxyAct::Kind::reset, Direction::downstream, to_client_at_);
      over_ = true;
    } else if (first.own == Own::hang) {
      if (!first.hang && !client_ended_) return;
      if (first.hang && !client_ended_) to_client_at_ += *first.hang;
      close(now, acts);
    } else {
      to_client(first.answer, now, acts);
      if (first.closes) return close(now, acts);
      exchanges_.pop_front();
    }
  }
}

// What the server says.

void HttpConversation::from_server(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !server_passes_ && !over_) {
    if (in_answer_body_) {
      bytes.remove_prefix(server_body(bytes, now, acts));
      continue;
    }
    bytes.remove_prefix(answer_head_.take(bytes));
    if (answer_head_.whole()) {
      end_answer_head(now, acts);
    } else if (answer_head_.too_long()) {
      pass_both(now, acts);
    }
  }
  if (!over_) to_client(bytes, now, acts);
}

void HttpConversation::pass_both(TimePoint now, Acts& acts) {
  to_client(answer_head_.release(), now, acts);
  to_server(request_head_.release(), now, acts);
  client_passes_ = server_passes_ = true;
}

void HttpConversation::end_answer_head(TimePoint now, Acts& acts) {
  const auto answer = parse_http_head(answer_head_.text(), false);
  // An answer that nobody asked for, such as a 408, may be the last.
  if (!answer || exchanges_.empty() || exchanges_.front().own != Own::none)
    return pass_both(now, acts);
  Exchange& exchange = exchanges_.front();
  const bool is_tunnel = answer->status == 101 ||
                         (exchange.to_connect && answer->status < 300 && answer->status >= 200);
  const auto framing = framing_of_answer(*answer, exchange.to_head);
  if (is_tunnel || !framing) return pass_both(now, acts);
  if (answer->status < 200) return to_client(answer_head_.release(), now, acts);
  to_client(exchange.edit.head(*answer, answer_head_.release(), *framing, now), now, acts);
  answer_body_.begin(*framing);
  in_answer_body_ = true;
  if (answer_body_.ended()) end_answer(now, acts);
}

std::size_t HttpConversation::server_body(std::string_view bytes, TimePoint now, Acts& acts) {
  const HttpBodyReader::Piece piece = answer_body_.take(bytes);
  const std::string_view part = bytes.substr(0, piece.taken);
  if (piece.is_body) {
    to_client_at_ = std::max(now, to_client_at_);
    if (exchanges_.front().edit.body(part, now, to_client_at_, acts)) {
      close(now, acts);
      return piece.taken;
    }
  } else {
    to_client(part, now, acts);
  }
  if (answer_body_.broken()) pass_both(now, acts);
  if (answer_body_.ended()) end_answer(now, acts);
  return piece.taken;
}

void HttpConversation::end_answer(TimePoint now, Acts& acts) {
  in_answer_body_ = false;
  const bool closes = exchanges_.front().edit.closes_at_end();
  exchanges_.pop_front();
  if (closes) return close(now, acts);
  do_own(now, acts);
  if (client_passes_ && exchanges_.empty()) server_passes_ = true;
}

}  // namespace firedrill
