#include "faults/model/sql_tokens.hpp"

#include "harness/base/strings.hpp"

#include <algorithm>

namespace firedrill {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool begins_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || byte >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool continues_word(char c) { return begins_word(c) || is_digit(c) || c == '$'; }

}  // namespace

void SqlTokens::skip_comment() {
  std::size_t depth = 0;  // they nest
  do {
    if (peek() == '/' && peek(1) == '*') {
      ++depth;
      at_ += 2;
    } else if (peek() == '*' && peek(1) == '/') {
      --depth;
      at_ += 2;
    } else {
      ++at_;
    }
  } while (depth > 0 && at_ < text_.size());
}

void SqlTokens::skip_blanks() {
  while (at_ < text_.size()) {
    if (is_blank(peek())) {
      ++at_;
    } else if (peek() == '-' && peek(1) == '-') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (peek() == '/' && peek(1) == '*') {
      skip_comment();
    } else {
      return;
    }
  }
}

void SqlTokens::skip_literal(bool escapes) {
  for (++at_; at_ < text_.size(); ++at_) {
    if (escapes && peek() == '\\') {
      ++at_;
    } else if (peek() == '\'') {
      if (peek(1) != '\'') break;
      ++at_;
    }
  }
  at_ = std::min(at_ + 1, text_.size());
}

SqlToken SqlTokens::quoted_name() {
  SqlToken token{SqlToken::Kind::quoted, "", at_};
  for (++at_; at_ < text_.size(); ++at_) {
    if (peek() == '"') {
      if (peek(1) != '"') break;
      ++at_;
    }
    token.text.push_back(peek());
  }
  at_ = std::min(at_ + 1, text_.size());
  return token;
}

/// $$ … $$ or $tag$ … $tag$; false for a parameter such as $1.
bool SqlTokens::skip_dollar_quote() {
  std::size_t end = at_ + 1;
  if (end < text_.size() && is_digit(text_[end])) return false;
  while (end < text_.size() && continues_word(text_[end]) && text_[end] != '$') ++end;
  if (end >= text_.size() || text_[end] != '$') return false;
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const std::size_t close = text_.find(tag, end + 1);
  at_ = close == std::string_view::npos ? text_.size() : close + tag.size();
  return true;
}

SqlToken SqlTokens::next() {
  skip_blanks();
  SqlToken token{SqlToken::Kind::other, "", at_};
  if (at_ >= text_.size()) {
    token.kind = SqlToken::Kind::end;
  } else if (peek() == '"') {
    return quoted_name();
  } else if (peek() == '\'') {
    skip_literal(false);
  } else if (peek() == '$') {
    if (!skip_dollar_quote()) ++at_;
  } else if (begins_word(peek())) {
    while (at_ < text_.size() && continues_word(peek())) ++at_;
    token.kind = SqlToken::Kind::word;
    token.text = to_lower(text_.substr(token.at, at_ - token.at));
    if (token.text == "e" && peek() == '\'') {
      skip_literal(true);
      token.kind = SqlToken::Kind::other;
    }
  } else if (is_digit(peek())) {
    while (at_ < text_.size() && (continues_word(peek()) || peek() == '.')) ++at_;
  } else {
    token.kind = SqlToken::Kind::symbol;
    token.text = std::string{peek()};
    ++at_;
  }
  return token;
}

}  // namespace firedrill
