#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {

/// What stands before the body of an HTTP/1.x message.
struct HttpHead {
  std::string method;  ///< Of a request, with its target.
  std::string target;
  int status = 0;  ///< Of an answer.
  bool is_http10 = false;
  std::vector<std::pair<std::string, std::string>> headers;

  /// The first of that name, whatever its case.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// Whether the list in such a header holds `item`.
  [[nodiscard]] bool lists(std::string_view name, std::string_view item) const;
  /// Of a request: the target without scheme, host and query.
  [[nodiscard]] std::string_view path() const;
  /// The first parameter of that name, decoded.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
};

/// Nothing for what is no HTTP/1.0 or 1.1, or could be understood in two ways.
[[nodiscard]] std::optional<HttpHead> parse_http_head(std::string_view text, bool is_request);

/// Gathers a head in pieces of any size; at most 64 KiB.
class HttpHeadReader {
 public:
  /// Reads on, at most to the end of the head. Returns how many bytes it took.
  std::size_t take(std::string_view bytes);
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] bool too_long() const { return too_long_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The text, for another head to begin.
  [[nodiscard]] std::string release();

 private:
  std::string text_;
  bool whole_ = false;
  bool too_long_ = false;
};

/// Where a body ends (RFC 9112, section 6).
struct HttpFraming {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};
/// Nothing when the head contradicts itself: what reads it differently could be deceived.
[[nodiscard]] std::optional<HttpFraming> framing_of_request(const HttpHead& head);
[[nodiscard]] std::optional<HttpFraming> framing_of_answer(const HttpHead& head, bool to_head);

/// Tells the bytes of a body from those that only frame it.
class HttpBodyReader {
 public:
  void begin(HttpFraming framing);

  struct Piece {
    std::size_t taken = 0;
    bool is_body = false;  ///< Otherwise they are the sizes of chunks, or trailers.
  };
  /// Reads on, at most to where bytes of the other sort begin. @pre not ended and not broken
  Piece take(std::string_view bytes);

  [[nodiscard]] bool ended() const { return part_ == Part::end; }
  [[nodiscard]] bool broken() const { return part_ == Part::broken; }
  [[nodiscard]] bool until_close() const { return framing_.kind == HttpFraming::Kind::until_close; }

 private:
  enum class Part : std::uint8_t { body, size, after_chunk, trailer, end, broken };
  void end_line();

  HttpFraming framing_;
  Part part_ = Part::end;
  std::uint64_t left_ = 0;
  std::string line_;
  std::size_t trailer_bytes_ = 0;
};

/// "Service Unavailable"; "" for what has no name.
[[nodiscard]] std::string_view http_reason(int status);
/// `head` with that header set, or without it when there is no value.
[[nodiscard]] std::string with_header(std::string_view head, std::string_view name,
                                      const std::optional<std::string>& value);

}  // namespace firedrill
