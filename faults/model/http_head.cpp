#include "faults/model/http_head.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace firedrill {
namespace {

constexpr std::size_t kHeadMax = 64UL << 10U;
constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  text.remove_suffix(text.size() - (text.find_last_not_of(kBlanks) + 1));
  return text;
}

/// The line at the start of `text`, without its end; moves behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

template <typename Number>
std::optional<Number> number_of(std::string_view text, int base = 10) {
  Number value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size())
    return std::nullopt;
  return value;
}

bool take_version(std::string_view text, HttpHead& head) {
  head.is_http10 = text == "HTTP/1.0";
  return head.is_http10 || text == "HTTP/1.1";
}

bool parse_request_line(std::string_view line, HttpHead& head) {
  head.method = take_word(line);
  head.target = take_word(line);
  return is_token(head.method) && !head.target.empty() && take_version(line, head);
}

bool parse_status_line(std::string_view line, HttpHead& head) {
  if (!take_version(take_word(line), head)) return false;
  const auto status = number_of<unsigned>(take_word(line));
  if (!status || *status < 100 || *status > 999) return false;
  head.status = static_cast<int>(*status);
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

/// The length that all Content-Length headers agree on; false when they do not.
bool read_length(const HttpHead& head, std::optional<std::uint64_t>& length) {
  for (const auto& [name, value] : head.headers) {
    if (!equals_ignoring_case(name, "content-length")) continue;
    const auto number = number_of<std::uint64_t>(value);
    if (!number || (length && *length != *number)) return false;
    length = number;
  }
  return true;
}

std::optional<HttpFraming> framing_of(const HttpHead& head, HttpFraming otherwise) {
  std::optional<std::uint64_t> length;
  if (!read_length(head, length)) return std::nullopt;
  if (const auto encoding = head.find("transfer-encoding")) {
    if (length || !equals_ignoring_case(*encoding, "chunked")) return std::nullopt;
    return HttpFraming{HttpFraming::Kind::chunked, 0};
  }
  if (length) return HttpFraming{HttpFraming::Kind::length, *length};
  return otherwise;
}

}  // namespace

std::optional<std::string_view> HttpHead::find(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return equals_ignoring_case(header.first, name);
  });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

bool HttpHead::lists(std::string_view name, std::string_view item) const {
  for (const auto& [key, value] : headers) {
    if (!equals_ignoring_case(key, name)) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (equals_ignoring_case(trimmed(rest.substr(0, comma)), item)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

std::string_view HttpHead::path() const {
  std::string_view path = target;
  if (const std::size_t scheme = path.find("://");
      scheme != std::string_view::npos && !path.starts_with('/')) {
    const std::size_t slash = path.find('/', scheme + 3);
    path = slash == std::string_view::npos ? std::string_view{"/"} : path.substr(slash);
  }
  return path.substr(0, path.find('?'));
}

std::optional<std::string> HttpHead::query(std::string_view name) const {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view{target}.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) == name)
      return decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

std::optional<HttpHead> parse_http_head(std::string_view text, bool is_request) {
  HttpHead head;
  std::string_view line = take_line(text);
  while (is_request && line.empty() && !text.empty()) line = take_line(text);
  if (!(is_request ? parse_request_line(line, head) : parse_status_line(line, head)))
    return std::nullopt;
  for (line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
    head.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return head;
}

std::size_t HttpHeadReader::take(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text_.push_back(bytes[i]);
    if (bytes[i] == '\n') {
      const std::string_view text = text_;
      const bool blank = text.ends_with("\n\r\n") || text.ends_with("\n\n");
      // Blank lines before the first line are no head.
      whole_ = blank && text.find_first_not_of("\r\n") != std::string_view::npos;
    }
    too_long_ = text_.size() > kHeadMax;
    if (whole_ || too_long_) return i + 1;
  }
  return bytes.size();
}

std::string HttpHeadReader::release() {
  std::string text;
  text.swap(text_);
  whole_ = too_long_ = false;
  return text;
}

std::optional<HttpFraming> framing_of_request(const HttpHead& head) {
  return framing_of(head, {HttpFraming::Kind::none, 0});
}

std::optional<HttpFraming> framing_of_answer(const HttpHead& head, bool to_head) {
  const bool has_no_body = to_head || head.status < 200 || head.status == 204 || head.status == 304;
  if (has_no_body) return HttpFraming{};
  return framing_of(head, {HttpFraming::Kind::until_close, 0});
}

void HttpBodyReader::begin(HttpFraming framing) {
  framing_ = framing;
  left_ = framing.length;
  line_.clear();
  trailer_bytes_ = 0;
  switch (framing.kind) {
    case HttpFraming::Kind::none:
      part_ = Part::end;
      break;
    case HttpFraming::Kind::length:
      part_ = left_ > 0 ? Part::body : Part::end;
      break;
    case HttpFraming::Kind::chunked:
      part_ = Part::size;
      break;
    case HttpFraming::Kind::until_close:
      part_ = Part::body;
      break;
  }
}

HttpBodyReader::Piece HttpBodyReader::take(std::string_view bytes) {
  if (part_ == Part::body) {
    if (until_close()) return {bytes.size(), true};
    const std::size_t length = std::min<std::uint64_t>(left_, bytes.size());
    left_ -= length;
    if (left_ == 0)
      part_ = framing_.kind == HttpFraming::Kind::chunked ? Part::after_chunk : Part::end;
    return {length, true};
  }
  std::size_t taken = 0;
  while (taken < bytes.size() && part_ != Part::body && !ended() && !broken()) {
    const char c = bytes[taken++];
    line_.push_back(c);
    if (line_.size() > kHeadMax) part_ = Part::broken;
    if (c == '\n') end_line();
  }
  return {taken, false};
}

void HttpBodyReader::end_line() {
  std::string_view rest = line_;
  const std::string_view line = take_line(rest);
  if (part_ == Part::size) {
    const auto size = number_of<std::uint64_t>(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) {
      part_ = Part::broken;
    } else {
      left_ = *size;
      part_ = left_ > 0 ? Part::body : Part::trailer;
    }
  } else if (part_ == Part::after_chunk) {
    part_ = line.empty() ? Part::size : Part::broken;
  } else if (part_ == Part::trailer) {
    trailer_bytes_ += line_.size();
    if (line.empty()) part_ = Part::end;
    if (trailer_bytes_ > kHeadMax) part_ = Part::broken;
  }
  line_.clear();
}

std::string_view http_reason(int status) {
  struct Reason {
    int status;
    std::string_view text;
  };
  static constexpr auto kReasons = std::to_array<Reason>({{200, "OK"},
                                                          {201, "Created"},
                                                          {202, "Accepted"},
                                                          {204, "No Content"},
                                                          {301, "Moved Permanently"},
                                                          {302, "Found"},
                                                          {304, "Not Modified"},
                                                          {400, "Bad Request"},
                                                          {401, "Unauthorized"},
                                                          {403, "Forbidden"},
                                                          {404, "Not Found"},
                                                          {405, "Method Not Allowed"},
                                                          {408, "Request Timeout"},
                                                          {409, "Conflict"},
                                                          {410, "Gone"},
                                                          {413, "Content Too Large"},
                                                          {422, "Unprocessable Content"},
                                                          {429, "Too Many Requests"},
                                                          {500, "Internal Server Error"},
                                                          {501, "Not Implemented"},
                                                          {502, "Bad Gateway"},
                                                          {503, "Service Unavailable"},
                                                          {504, "Gateway Timeout"}});
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.text;
  }
  return "";
}

std::string with_header(std::string_view head, std::string_view name,
                        const std::optional<std::string>& value) {
  std::string out;
  while (!head.empty()) {
    const std::string_view before = head;
    const std::string_view line = take_line(head);
    const std::string_view whole = before.substr(0, before.size() - head.size());
    const bool is_last = line.empty() && !out.empty();
    if (is_last && value) out.append(name).append(": ").append(*value).append("\r\n");
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (!equals_ignoring_case(line.substr(0, colon), name)) out.append(whole);
  }
  return out;
}

}  // namespace firedrill
