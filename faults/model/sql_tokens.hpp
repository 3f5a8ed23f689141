#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firedrill {

/// One word of SQL.
struct SqlToken {
  enum class Kind : unsigned char {
    end,
    word,    ///< Unquoted, in lower case.
    quoted,  ///< "A name", without its quotes.
    symbol,  ///< One character.
    other,   ///< A literal or a number: nothing that names anything.
  };
  Kind kind = Kind::end;
  std::string text;
  std::size_t at = 0;

  [[nodiscard]] bool is(std::string_view word) const { return kind == Kind::word && text == word; }
  [[nodiscard]] bool is_symbol(char symbol) const {
    return kind == Kind::symbol && text.front() == symbol;
  }
  [[nodiscard]] bool is_name() const { return kind == Kind::word || kind == Kind::quoted; }
};

/// Splits PostgreSQL's SQL into tokens, without blanks and comments. `text` outlives it.
class SqlTokens {
 public:
  explicit SqlTokens(std::string_view text) : text_{text} {}
  SqlToken next();

 private:
  void skip_blanks();
  void skip_comment();
  SqlToken quoted_name();
  void skip_literal(bool escapes);
  bool skip_dollar_quote();
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace firedrill
