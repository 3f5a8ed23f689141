#pragma once

#include "faults/model/conversation.hpp"
#include "faults/model/http_faults.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// What the faults of one request do to its answer, as it passes.
class HttpAnswerEdit {
 public:
  HttpAnswerEdit() = default;  ///< Changes nothing.
  explicit HttpAnswerEdit(std::vector<HttpTouch> touches);

  /// The head as it is to go to the client. @pre called once, before body()
  [[nodiscard]] std::string head(const HttpHead& head, std::string text, const HttpFraming& framing,
                                 TimePoint now);
  /// Sends bytes of the body, not before `at`, which moves on when they are spread over time. True
  /// when the connection must close behind them.
  [[nodiscard]] bool body(std::string_view bytes, TimePoint now, TimePoint& at,
                          std::vector<ProxyAct>& acts);
  /// Whether the connection must close behind the whole answer.
  [[nodiscard]] bool closes_at_end() const { return closes_at_end_; }

 private:
  void set_headers(HttpTouch& touch, const HttpHead& head, std::string& text, TimePoint now);
  void drip(HttpTouch& touch, std::string_view bytes, TimePoint now, TimePoint& at,
            std::vector<ProxyAct>& acts) const;

  std::vector<HttpTouch> touches_;
  std::uint64_t passed_ = 0;  // bytes of the body so far
  bool is_json_ = false;
  bool malformed_ = false;  // the first byte that is none of the blanks has been spoilt
  bool closes_at_end_ = false;
};

}  // namespace firedrill
