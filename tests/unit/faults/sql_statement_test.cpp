#include "faults/model/sql_statement.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace firedrill {
namespace {

using spec::StatementKind;
using Tables = std::vector<std::string>;

SqlStatement one(std::string_view text) {
  const auto statements = sql_statements(text);
  REQUIRE(statements.size() == 1);
  return statements[0];
}

TEST_CASE("statements are told apart by their first word", "[sql]") {
  CHECK(one("select 1").kind == StatementKind::select);
  CHECK(one("(SELECT 1) UNION (SELECT 2)").kind == StatementKind::select);
  CHECK(one("VALUES (1)").kind == StatementKind::select);
  CHECK(one("/* insert /* nested */ */ -- delete\n Insert into t values (1)").kind ==
        StatementKind::insert);
  CHECK(one("UPDATE t SET a = 1").kind == StatementKind::update);
  CHECK(one("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE").kind == StatementKind::update);
  CHECK(one("DELETE FROM t").kind == StatementKind::remove);
  CHECK(one("CREATE UNIQUE INDEX i ON t (a)").kind == StatementKind::ddl);
  CHECK(one("TRUNCATE t").kind == StatementKind::ddl);
  CHECK(one("COPY t FROM STDIN").kind == StatementKind::insert);
  CHECK(one("COPY t TO STDOUT").kind == StatementKind::select);
  CHECK(one("COPY (SELECT * FROM t) TO STDOUT").kind == StatementKind::select);
  CHECK(one("BEGIN").kind == StatementKind::other);
  CHECK(one("SET statement_timeout = '1s'").kind == StatementKind::other);
  CHECK(one("EXPLAIN INSERT INTO t VALUES (1)").kind == StatementKind::other);
}

TEST_CASE("common table expressions", "[sql]") {
  CHECK(one("WITH a AS (SELECT 1) SELECT * FROM a").kind == StatementKind::select);
  CHECK(one("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a").kind == StatementKind::insert);
  const SqlStatement moved =
      one("WITH gone AS (DELETE FROM old RETURNING *) SELECT count(*) FROM gone");
  CHECK(moved.kind == StatementKind::remove);
  CHECK(moved.tables == Tables{"old", "gone"});
}

TEST_CASE("tables, wherever they stand", "[sql]") {
  CHECK(one("SELECT * FROM leads l, public.Calls AS c JOIN \"Odd Name\" o ON true WHERE x IN "
            "(SELECT y FROM inner_one), z")
            .tables == Tables{"leads", "public.calls", "Odd Name", "inner_one"});
  CHECK(one("INSERT INTO leads (a) SELECT b FROM source ON CONFLICT DO UPDATE SET a = 1").tables ==
        Tables{"leads", "source"});
  CHECK(one("UPDATE ONLY leads SET a = b FROM other WHERE true").tables ==
        Tables{"leads", "other"});
  CHECK(one("DELETE FROM leads USING x").tables == Tables{"leads"});
  CHECK(one("CREATE TABLE IF NOT EXISTS s.t (a int)").tables == Tables{"s.t"});
  CHECK(one("CREATE INDEX i ON t (a)").tables == Tables{"t"});
  CHECK(one("DROP TABLE IF EXISTS a, b").tables == Tables{"a", "b"});
  CHECK(one("TRUNCATE TABLE a, b").tables == Tables{"a", "b"});
  CHECK(one("COPY leads FROM STDIN").tables == Tables{"leads"});
  CHECK(one("SELECT extract(year FROM at), a IS DISTINCT FROM b FROM t").tables == Tables{"t"});
  CHECK(one("SELECT * FROM (SELECT * FROM a) x, b").tables == Tables{"a", "b"});
}

TEST_CASE("what only looks like SQL is none", "[sql]") {
  CHECK(
      one("SELECT 'x; DELETE FROM a', E'it\\'s; FROM b', $$ FROM c; $$, $t$ FROM d $t$, $1 FROM e")
          .tables == Tables{"e"});
  CHECK(sql_statements("").empty());
  CHECK(sql_statements(" ; -- nothing\n;").empty());
  for (const char* open : {"SELECT 'x", "SELECT \"x", "SELECT $$x", "SELECT /* x", "SELECT E'\\"}) {
    CAPTURE(open);
    CHECK(one(open).kind == StatementKind::select);
  }
}

TEST_CASE("several statements know where they stand, and what they are called", "[sql]") {
  const std::string text =
      "BEGIN; INSERT INTO a VALUES (';');\n create or replace view v as select 1;";
  const auto statements = sql_statements(text);
  REQUIRE(statements.size() == 3);
  CHECK(text.substr(0, statements[1].begin) == "BEGIN; ");
  CHECK(statements[1].tag == "INSERT");
  CHECK(statements[2].tag == "CREATE VIEW");
  CHECK(one("TRUNCATE t").tag == "TRUNCATE TABLE");
  CHECK(one("CREATE TEMP TABLE t (a int)").tag == "CREATE TABLE");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "SELECT 1;";
  CHECK(sql_statements(many).size() == 64);
}

TEST_CASE("tables match with and without their schema", "[sql]") {
  const SqlStatement statement = one("SELECT * FROM app.leads_2024");
  CHECK(touches_table(statement, "leads_*"));
  CHECK(touches_table(statement, "app.leads_2024"));
  CHECK(touches_table(statement, "app.*"));
  CHECK_FALSE(touches_table(statement, "leads"));
}

}  // namespace
}  // namespace firedrill
