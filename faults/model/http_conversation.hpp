#pragma once

#include "faults/model/http_answer_edit.hpp"
#include "faults/model/http_faults.hpp"
#include "faults/model/timed_conversation.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A client and its HTTP/1.1 server, with the faults of `faults`, which outlives the conversation.
/// Keep-alive, pipelining, chunked bodies, interim answers and HEAD are understood; an answer of
/// the proxy's own waits until those before it are through.
///
/// Holds at most 64 KiB of a head and nothing of bodies; at most 1,000 requests may be under way.
/// Beyond them, after an upgrade or CONNECT, and for whatever is not HTTP/1.x or could be
/// understood in two ways, it passes everything on.
class HttpConversation final : public TimedConversation {
 public:
  explicit HttpConversation(const LiveFaults<LiveHttpFault>& faults) : faults_{faults} {}

  void ended(Direction direction, TimePoint now, std::vector<ProxyAct>& acts) override;

 private:
  using Own = HttpDecision::Own;
  /// A request whose answer is not through yet.
  struct Exchange {
    bool to_head = false;     // HEAD
    bool to_connect = false;  // CONNECT
    Own own = Own::none;
    std::string answer{};  // of our own
    bool closes = false;   // behind the answer of our own
    std::optional<HttpTouch> by{};
    std::optional<Duration> hang{};
    TimePoint at{};  // not before; for our own
    HttpAnswerEdit edit{};
  };

  void from_client(std::string_view bytes, TimePoint now, Acts& acts) override;
  std::size_t client_body(std::string_view bytes, TimePoint now, Acts& acts);
  void end_request_head(TimePoint now, Acts& acts);
  void add_own(const HttpDecision& decision, const HttpHead& request, Exchange& exchange);
  void pass_client(TimePoint now, Acts& acts);
  void do_own(TimePoint now, Acts& acts);

  void from_server(std::string_view bytes, TimePoint now, Acts& acts) override;
  std::size_t server_body(std::string_view bytes, TimePoint now, Acts& acts);
  void end_answer_head(TimePoint now, Acts& acts);
  void end_answer(TimePoint now, Acts& acts);
  void pass_both(TimePoint now, Acts& acts);

  const LiveFaults<LiveHttpFault>& faults_;

  HttpHeadReader request_head_;
  HttpBodyReader request_body_;
  bool in_request_body_ = false;
  bool swallows_body_ = false;  // of a request that never reaches the server
  bool swallows_all_ = false;   // what comes after a request that ends the connection
  bool client_passes_ = false;
  bool client_ended_ = false;

  HttpHeadReader answer_head_;
  HttpBodyReader answer_body_;
  bool in_answer_body_ = false;
  bool server_passes_ = false;

  std::deque<Exchange> exchanges_;
};

}  // namespace firedrill
