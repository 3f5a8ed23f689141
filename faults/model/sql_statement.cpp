#include "faults/model/sql_statement.hpp"

#include "faults/model/sql_tokens.hpp"
#include "harness/text/glob.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kStatementsMax = 64;
constexpr std::size_t kTablesMax = 64;
constexpr std::size_t kDepthMax = 64;

using spec::StatementKind;

bool any_of(const SqlToken& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.is(word); });
}

StatementKind kind_of(const SqlToken& verb) {
  if (any_of(verb, {"select", "values", "table", "fetch"})) return StatementKind::select;
  if (any_of(verb, {"insert"})) return StatementKind::insert;
  if (any_of(verb, {"update", "merge"})) return StatementKind::update;
  if (any_of(verb, {"delete"})) return StatementKind::remove;
  const bool is_ddl =
      any_of(verb, {"create", "alter", "drop", "truncate", "comment", "grant", "revoke", "reindex",
                    "refresh", "security", "import", "reassign"});
  return is_ddl ? StatementKind::ddl : StatementKind::other;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// Goes through the tokens of one statement after the other.
class StatementScan {
 public:
  explicit StatementScan(std::string_view text) : tokens_{text} {}

  std::vector<SqlStatement> all() {
    std::vector<SqlStatement> statements;
    for (SqlToken token = tokens_.next(); token.kind != SqlToken::Kind::end;
         token = tokens_.next()) {
      if (token.is_symbol(';')) {
        finish(statements);
        if (statements.size() >= kStatementsMax) return statements;
        continue;
      }
      if (!begun_) {
        begun_ = true;
        statement_.begin = token.at;
      }
      look_at(token);
      last_ = std::move(token);
    }
    finish(statements);
    return statements;
  }

 private:
  /// Between one pair of parentheses.
  struct Level {
    bool in_table_list = false;  // a comma brings the next table
    bool is_call = false;        // extract(year FROM …): no tables here
  };

  void finish(std::vector<SqlStatement>& statements) {
    end_name();
    if (begun_) statements.push_back(std::move(statement_));
    statement_ = {};
    last_ = {};
    levels_.assign(1, {});
    begun_ = has_verb_ = is_with_ = is_copy_ = wants_table_ = wants_noun_ = false;
  }

  void look_at(const SqlToken& token) {
    if (token.is_symbol('(')) return open();
    if (token.is_symbol(')')) return close();
    if (reads_name(token)) return;
    if (token.is_symbol(',')) {
      wants_table_ = levels_.back().in_table_list;
    } else if (token.kind == SqlToken::Kind::word) {
      look_at_word(token);
    }
  }

  void open() {
    end_name();
    wants_table_ = false;
    const bool is_call = any_of(last_, {"extract", "substring", "trim", "overlay", "position"});
    if (levels_.size() < kDepthMax) levels_.push_back({false, is_call});
  }

  void close() {
    end_name();
    wants_table_ = false;
    if (levels_.size() > 1) levels_.pop_back();
  }

  /// True when the token belongs to the name of a table.
  bool reads_name(const SqlToken& token) {
    if (!name_.empty() && token.is_symbol('.')) {
      name_ += '.';
      return true;
    }
    if (name_.ends_with('.') && token.is_name()) {
      name_ += token.text;
      return true;
    }
    end_name();
    if (!wants_table_ || !token.is_name()) return false;
    if (any_of(token, {"only", "if", "not", "exists", "lateral", "concurrently", "table"}))
      return true;
    wants_table_ = false;
    if (any_of(token, {"select", "values", "with"})) return false;  // FROM without a table
    name_ = token.text;
    return true;
  }

  void end_name() {
    if (!name_.empty() && statement_.tables.size() < kTablesMax)
      statement_.tables.push_back(std::move(name_));
    name_.clear();
  }

  void look_at_word(const SqlToken& token) {
    if (!has_verb_) return look_at_verb(token);
    if (wants_noun_) {
      look_at_noun(token);
    } else if (is_copy_ && any_of(token, {"from", "to"})) {
      if (levels_.size() == 1 && token.is("from")) statement_.kind = StatementKind::insert;
    } else if (token.is("on") && statement_.kind == StatementKind::ddl && levels_.size() == 1) {
      wants_table_ = true;
    } else {
      look_for_tables(token);
    }
  }

  void look_for_tables(const SqlToken& token) {
    Level& level = levels_.back();
    if (any_of(token, {"from", "join", "into"})) {
      wants_table_ = !level.is_call && !last_.is("distinct");
      level.in_table_list = wants_table_ && !token.is("into");
    } else if (any_of(token, {"where", "group", "order", "limit", "set", "values", "on", "using",
                              "returning", "having", "window", "union", "select", "for"})) {
      level.in_table_list = false;
    }
  }

  void look_at_verb(const SqlToken& token) {
    if (token.is("with") && !is_with_) {
      is_with_ = true;
      statement_.kind = StatementKind::select;
      return;
    }
    if (is_with_ && !is_main_verb(token)) return look_into_cte(token);
    // A data-modifying expression decides, when the main statement only reads.
    const bool decided = is_with_ && statement_.kind != StatementKind::select &&
                         kind_of(token) == StatementKind::select;
    has_verb_ = true;
    if (!decided) statement_.kind = kind_of(token);
    statement_.tag = token.is("truncate") ? "TRUNCATE TABLE" : upper(token.text);
    is_copy_ = token.is("copy");
    if (is_copy_) statement_.kind = StatementKind::select;  // until FROM says otherwise
    wants_table_ = any_of(token, {"update", "copy", "truncate", "table", "lock"});
    levels_.back().in_table_list = any_of(token, {"truncate", "lock"});
    wants_noun_ =
        statement_.kind == StatementKind::ddl && any_of(token, {"create", "alter", "drop"});
  }

  [[nodiscard]] bool is_main_verb(const SqlToken& token) const {
    return levels_.size() == 1 &&
           any_of(token, {"select", "values", "table", "insert", "update", "delete", "merge"});
  }

  /// WITH x AS (INSERT INTO t …)
  void look_into_cte(const SqlToken& token) {
    if (levels_.size() == 1) return;
    if (!last_.is_symbol('(') || !any_of(token, {"insert", "update", "delete", "merge"}))
      return look_for_tables(token);
    if (statement_.kind == StatementKind::select) statement_.kind = kind_of(token);
    wants_table_ = token.is("update");
  }

  /// The TABLE of CREATE TEMPORARY TABLE.
  void look_at_noun(const SqlToken& token) {
    if (any_of(token, {"or", "replace", "temp", "temporary", "unique", "unlogged", "global",
                       "local", "recursive"}))
      return;
    wants_noun_ = false;
    statement_.tag += " " + upper(token.text);
    wants_table_ = any_of(token, {"table", "view"});
    levels_.back().in_table_list = wants_table_ && statement_.tag.starts_with("DROP");
  }

  SqlTokens tokens_;
  SqlStatement statement_;
  SqlToken last_;
  std::vector<Level> levels_ = std::vector<Level>(1);
  std::string name_;  // of a table, as far as it has been read
  bool begun_ = false;
  bool has_verb_ = false;
  bool is_with_ = false;
  bool is_copy_ = false;
  bool wants_table_ = false;
  bool wants_noun_ = false;
};

}  // namespace

std::vector<SqlStatement> sql_statements(std::string_view text) {
  return StatementScan{text}.all();
}

bool touches_table(const SqlStatement& statement, std::string_view table) {
  return std::any_of(statement.tables.begin(), statement.tables.end(),
                     [&](const std::string& name) {
                       const std::size_t dot = name.rfind('.');
                       const std::string_view bare = dot == std::string::npos
                                                         ? std::string_view{name}
                                                         : std::string_view{name}.substr(dot + 1);
                       return glob_matches(table, name) || glob_matches(table, bare);
                     });
}

}  // namespace firedrill
