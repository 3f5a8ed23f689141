#include "harness/alerts/model/promql_tokens.hpp"

#include <array>

namespace firedrill::alerts {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_{text} {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    while (true) {
      skip_blanks();
      if (at_ >= text_.size()) break;
      const auto token = next();
      if (!token) return token.error();
      tokens.push_back(*token);
    }
    tokens.push_back({Token::Kind::end, "", text_.size()});
    return tokens;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }

  Result<Token> next() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    // [1h:5m]: there the colon stands between durations.
    if (begins_name(c) && (c != ':' || begins_name(peek(1)))) return name();
    if (c == '"' || c == '\'' || c == '`') return quoted(c);
    return symbol();
  }

  Token name() {
    const std::size_t start = at_;
    while (begins_name(peek()) || is_digit(peek())) ++at_;
    return {Token::Kind::name, std::string{text_.substr(start, at_ - start)}, start};
  }

  /// 5, 5.5e-3, 0x1f, and durations: 5m, 1h30m.
  Token number() {
    const std::size_t start = at_;
    const auto token = [&](Token::Kind kind) {
      return Token{kind, std::string{text_.substr(start, at_ - start)}, start};
    };
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (is_digit(peek()) || (begins_name(peek()) && peek() != ':')) ++at_;
      return token(Token::Kind::number);
    }
    while (is_digit(peek()) || peek() == '.') ++at_;
    const std::string_view units = "smhdwy";
    if (units.find(peek()) != std::string_view::npos) {
      while (is_digit(peek()) || units.find(peek()) != std::string_view::npos) {
        if (peek() == '\0') break;
        ++at_;
      }
      return token(Token::Kind::duration);
    }
    if ((peek() == 'e' || peek() == 'E') &&
        (is_digit(peek(1)) || ((peek(1) == '-' || peek(1) == '+') && is_digit(peek(2))))) {
      at_ += 2;
      while (is_digit(peek())) ++at_;
    }
    return token(Token::Kind::number);
  }

  Result<Token> quoted(char quote) {
    const std::size_t start = at_++;
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && quote != '`') {
        ++at_;
        const char c = peek();
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      } else {
        out += text_[at_];
      }
      ++at_;
    }
    if (at_ >= text_.size()) return Error{"a text without its end at " + std::to_string(start)};
    ++at_;
    return Token{Token::Kind::text, std::move(out), start};
  }

  Result<Token> symbol() {
    constexpr std::array<std::string_view, 6> pairs{"==", "!=", ">=", "<=", "=~", "!~"};
    for (const std::string_view pair : pairs) {
      if (text_.substr(at_).starts_with(pair)) {
        at_ += 2;
        return Token{Token::Kind::symbol, std::string{pair}, at_ - 2};
      }
    }
    const char c = peek();
    if (std::string_view{"+-*/%^()[]{},:<>=@"}.find(c) == std::string_view::npos) {
      return Error{"unexpected '" + std::string{c} + "' at " + std::to_string(at_)};
    }
    ++at_;
    return Token{Token::Kind::symbol, std::string{c}, at_ - 1};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view text) { return Lexer{text}.run(); }

}  // namespace firedrill::alerts
