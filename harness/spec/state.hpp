#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/place.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill::spec {

// Readings of the system's own state: what is in its tables, queues and lists before the drill and
// after it.

/// GET of a JSON document that holds a list.
struct HttpReading {
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string rows;  ///< JSON Pointer of the list; "" is the whole document.
};

/// A query of a PostgreSQL service; its columns are the fields.
struct SqlReading {
  std::string service;
  std::string statement;
};

/// A command of a Redis service that only reads.
struct RedisReading {
  std::string service;
  std::vector<std::string> command;  ///< "LRANGE", "dlq", "0", "-1"
};

/// One named reading. Its rows are JSON documents that fields are taken out of, or rows of a query.
struct StateReading {
  /// A value of each row.
  struct Field {
    std::string name;
    std::string pointer;  ///< Into the row; "" is the row itself.
  };
  std::string name;
  std::variant<HttpReading, SqlReading, RedisReading> source;
  std::vector<Field> fields;  ///< Empty for a query, which names its columns.
  /// Rows whose fields are not exactly these texts are left out.
  std::vector<std::pair<std::string, std::string>> where;
  bool before = true;  ///< Read before the drill as well: what is there already is not its doing.
  Place place;
};

/// All readings, and how long the system may take to come to rest once the load is over.
struct State {
  std::vector<StateReading> readings;         ///< Names are unique.
  Duration settle = std::chrono::seconds{5};  ///< At most; ended early by quiet and a pass.
  /// So long nothing may change before a reading counts as settled.
  Duration quiet = std::chrono::milliseconds{500};
};

}  // namespace firedrill::spec
