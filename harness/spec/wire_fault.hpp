#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/match.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::spec {

// Faults of a proxy that knows the protocol of what passes through it.

/// Which of the requests (statements, commands) that fit a fault it hits: by chance, by a script of
/// counts, or all.
struct Picks {
  std::optional<Ratio> share;    ///< Probability per request, from the seed.
  std::uint32_t fail_count = 0;  ///< Fail this many,
  std::uint32_t pass_count = 0;  ///< pass that many, repeat. Both 0: every request.
};

/// Which requests a fault is about; all members together.
struct HttpPick {
  std::vector<std::string> methods;  ///< "POST"; empty: every method.
  std::string path;                  ///< Without the query; '*' for any characters; "" is every.
  std::vector<HeaderMatch> query;    ///< By parameter, values decoded.
  std::vector<HeaderMatch> headers;
};

/// What happens to an HTTP/1.1 request or to its answer. Members combine, but a request is answered
/// in one way only: `respond`, `hang` and `reset` leave nothing for the others but `latency`.
struct HttpFault {
  struct Respond {
    int status = 503;
    std::string body;  ///< Sent as JSON when it begins like JSON.
  };
  struct Hang {
    std::optional<Duration> time;  ///< Unset: for as long as the client waits. Then it closes.
  };
  struct Header {
    std::string name;
    std::optional<std::string> value;  ///< Unset: the header is taken out.
  };
  struct Drip {
    std::uint64_t bytes = 1;  ///< This many bytes of the body …
    Duration every{0};        ///< … at a time.
  };

  HttpPick match;
  std::optional<Delay> latency;              ///< Before the request goes on.
  std::optional<Rate> rate_limit;            ///< 429 beyond this many requests a second.
  std::optional<Respond> respond;            ///< By the proxy; the server never sees the request.
  std::optional<Hang> hang;                  ///< The server never sees the request.
  bool reset = false;                        ///< RST; the server never sees the request.
  std::vector<Header> headers;               ///< Set in the answer, or taken out of it.
  std::optional<std::uint64_t> corrupt;      ///< So many bytes of the body, from its start.
  bool malformed = false;                    ///< JSON that is none; other answers stay as they are.
  std::optional<std::uint64_t> truncate;     ///< Closes after so many bytes of the body.
  std::optional<std::int64_t> wrong_length;  ///< Content-Length is wrong by this much; then closes.
  std::optional<Drip> drip;
};

/// What a statement does, by its first word. `ddl` is whatever changes the catalogue.
enum class StatementKind : std::uint8_t { select, insert, update, remove, ddl, other };

/// What PostgreSQL tells or does to a client, as if from the server itself.
struct PostgresFault {
  enum class Kind : std::uint8_t {
    too_many_connections,  ///< 53300 for whoever connects.
    starting_up,           ///< 57P03 for whoever connects.
    disk_full,             ///< 53100; the statement is not carried out.
    statement_timeout,     ///< 57014 after `time`; the statement is not carried out.
    admin_shutdown,        ///< 57P01 and the end of the connection, at the next statement.
    read_only,             ///< 25006; the statement is not carried out.
    latency,               ///< The statement reaches the server late.
    slow_rows,             ///< `time` before each row of the answer.
    cut_rows,              ///< The connection ends in the midst of row `rows` + 1.
  };
  Kind kind = Kind::disk_full;
  /// Empty: those that meet such an error in production. Writes for disk_full and read_only (there
  /// is no read that they could hit), all for the others.
  std::vector<StatementKind> statements;
  std::string table;       ///< With '*'; matched with and without the schema. "" is every one.
  Delay time;              ///< For statement_timeout, latency and slow_rows.
  std::uint64_t rows = 0;  ///< For cut_rows: whole rows that come through.
};

/// What Redis tells or does to a client, as if from the server itself.
struct RedisFault {
  enum class Kind : std::uint8_t {
    loading,    ///< LOADING
    read_only,  ///< READONLY, for commands that write.
    no_auth,    ///< NOAUTH, for all but those that log in.
    misconf,    ///< MISCONF, for commands that write.
    busy,       ///< BUSY, as during a script.
    oom,        ///< OOM, for commands that need memory.
    latency,    ///< The command reaches the server late, and all behind it.
    cut,        ///< The connection ends after `bytes` of the answer.
  };
  Kind kind = Kind::loading;
  std::vector<std::string> commands;  ///< Lower case; empty: all that such an error hits.
  std::string key;                    ///< With '*', any key of the command; "" needs none.
  Delay time;                         ///< For latency.
  std::uint64_t bytes = 0;            ///< For cut: what comes through of the answer.
};

/// One fault of a proxy that knows its protocol.
struct WireFault {
  std::variant<HttpFault, PostgresFault, RedisFault> what;
  Picks picks;
};

}  // namespace firedrill::spec
