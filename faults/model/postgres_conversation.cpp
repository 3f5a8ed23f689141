#include "faults/model/postgres_conversation.hpp"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

constexpr std::size_t kHeldMax = 64UL << 10U;
constexpr std::size_t kNamesMax = 10'000;
constexpr std::size_t kExpectedMax = 100'000;

constexpr std::uint32_t kSslRequest = 80877103;
constexpr std::uint32_t kGssEncRequest = 80877104;
constexpr std::uint32_t kVersionMajor = 3;

using Kind = spec::PostgresFault::Kind;

/// Those that may be replaced by something else; all others go on as they come.
bool is_decided_whole(char type) { return type == 'Q' || type == 'E'; }

/// The text of a query, or as much of it as is there.
std::string_view query_text(std::string_view body) { return body.substr(0, body.find('\0')); }

}  // namespace

void PostgresConversation::ended(Direction direction, TimePoint now, Acts& acts) {
  if (over_) return;
  if (direction == Direction::upstream) {
    to_server(std::exchange(held_, {}), now, acts);
  } else {
    to_client(std::exchange(held_server_, {}), now, acts);
  }
  pass_end(direction, now, acts);
}

// What the client says.

void PostgresConversation::from_client(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !client_passes_ && !over_ && !shutdown_) {
    const std::size_t taken = client_.take(bytes);
    client_piece(bytes.substr(0, taken), now, acts);
    bytes.remove_prefix(taken);
    if (client_.state() == PostgresReader::State::broken) client_passes_ = true;
  }
  if (!client_passes_) return;
  server_passes_ = server_passes_ || expected_.empty();
  to_server(std::exchange(held_, {}), now, acts);
  to_server(bytes, now, acts);
}

void PostgresConversation::client_piece(std::string_view part, TimePoint now, Acts& acts) {
  const bool ends = client_.state() == PostgresReader::State::end;
  const char type = client_.type();
  if (decided_) {
    if (!swallowed_) to_server(part, now, acts);
  } else {
    held_.append(part);
    const bool whole = !in_session_ || is_decided_whole(type);
    const bool enough = ends || held_.size() > kHeldMax;
    if (client_.has_head() && (!whole || enough)) decide_message(now, acts);
  }
  if (!ends) return;
  if (in_session_ && decided_) note_message(type, client_.body());
  decided_ = swallowed_ = false;
}

void PostgresConversation::decide_message(TimePoint now, Acts& acts) {
  decided_ = true;
  if (!in_session_) return decide_startup_message(now, acts);
  if (expected_.size() >= kExpectedMax) client_passes_ = server_passes_ = true;
  if (client_.type() == 'Q') return decide_query(now, acts);
  if (client_.type() == 'E') return decide_execute(now, acts);
  to_server(std::exchange(held_, {}), now, acts);
}

void PostgresConversation::decide_startup_message(TimePoint now, Acts& acts) {
  const std::uint32_t code = postgres_int32(client_.body());
  if (code == kSslRequest || code == kGssEncRequest) {
    held_.clear();
    swallowed_ = true;
    return to_client("N", now, acts);
  }
  if (code >> 16U != kVersionMajor) {  // the cancelling of a query, or something newer
    client_passes_ = true;
    return;
  }
  if (const FaultPtr fault = decide_startup(faults_)) return refuse(fault, "", now, acts);
  to_server(std::exchange(held_, {}), now, acts);
  in_session_ = true;
  decided_ = false;  // it is over, and is none of the session's messages
  client_.expect_typed();
  expect(Expected::Ends::ready);
}

void PostgresConversation::refuse(const FaultPtr& fault, std::string_view tag, TimePoint now,
                                  Acts& acts) {
  fault->live.hit(now);
  held_.clear();
  to_client(postgres_error(fault->spec.kind, tag), now, acts);
  close(now, acts);
}

void PostgresConversation::expect(Expected::Ends ends, bool is_sync) {
  Expected expected;
  expected.ends = ends;
  expected.is_sync = is_sync;
  expected_.push_back(std::move(expected));
}

void PostgresConversation::decide_query(TimePoint now, Acts& acts) {
  const std::string_view text = query_text(client_.body());
  const std::vector<SqlStatement> statements = sql_statements(text);
  PostgresDecision decision = decide_statements(faults_, statements, now);
  if (begin_shutdown(decision, now, acts)) return;
  std::string message = std::exchange(held_, {});
  expect(Expected::Ends::ready);
  Expected& expected = expected_.back();
  to_server_at_ = std::max(now, to_server_at_) + decision.delay;
  if (decision.error) {
    // What stands before it is carried out, in the same implicit transaction.
    const SqlStatement& failing = statements[decision.error_at];
    std::string body{text.substr(0, failing.begin)};
    body.append(kFailingStatement).push_back('\0');
    message = postgres_message('Q', body);
    expected.tag = failing.tag;
    swallowed_ = true;
  }
  expected.decision = std::move(decision);
  to_server(message, now, acts);
}

void PostgresConversation::decide_execute(TimePoint now, Acts& acts) {
  std::string_view body = client_.body();
  const auto portal = portals_.find(take_postgres_text(body));
  const std::vector<SqlStatement> none;
  const std::vector<SqlStatement>& statements = portal == portals_.end() ? none : portal->second;
  PostgresDecision decision = decide_statements(faults_, statements, now);
  if (begin_shutdown(decision, now, acts)) return;
  std::string message = std::exchange(held_, {});
  expect(Expected::Ends::done);
  Expected& expected = expected_.back();
  to_server_at_ = std::max(now, to_server_at_) + decision.delay;
  if (decision.error) {
    // A name of its own, so that the client's unnamed statement stays.
    std::string parse{"firedrill_fault"};
    parse.push_back('\0');
    parse.append(kFailingStatement).append(3, '\0');
    message = postgres_message('P', parse);
    expected.tag = statements[decision.error_at].tag;
    swallowed_ = true;
  }
  expected.decision = std::move(decision);
  to_server(message, now, acts);
}

bool PostgresConversation::begin_shutdown(const PostgresDecision& decision, TimePoint now,
                                          Acts& acts) {
  if (!decision.error || decision.error->spec.kind != Kind::admin_shutdown) return false;
  shutdown_ = decision.error;
  held_.clear();
  swallowed_ = true;
  shut_down_when_idle(now, acts);
  return true;
}

void PostgresConversation::shut_down_when_idle(TimePoint now, Acts& acts) {
  if (!shutdown_ || over_ || !expected_.empty()) return;
  if (server_.state() == PostgresReader::State::inside) return;  // in the midst of a message
  refuse(shutdown_, "", now, acts);
}

/// After a whole message: what the session knows from it.
void PostgresConversation::note_message(char type, std::string_view body) {
  if (type == 'P') {
    const std::string name{take_postgres_text(body)};
    if (prepared_.size() < kNamesMax || prepared_.contains(name))
      prepared_[name] = sql_statements(query_text(body));
  } else if (type == 'B') {
    const std::string portal{take_postgres_text(body)};
    const auto prepared = prepared_.find(take_postgres_text(body));
    if (portals_.size() < kNamesMax || portals_.contains(portal))
      portals_[portal] =
          prepared == prepared_.end() ? std::vector<SqlStatement>{} : prepared->second;
  } else if (type == 'C' && !body.empty()) {
    const bool is_portal = body.front() == 'P';
    body.remove_prefix(1);
    const std::string name{take_postgres_text(body)};
    (is_portal ? portals_ : prepared_).erase(name);
  } else if (type == 'S') {
    expect(Expected::Ends::ready, true);
  } else if (type == 'F') {
    expect(Expected::Ends::ready);
  }
}

// What the server says.

void PostgresConversation::from_server(std::string_view bytes, TimePoint now, Acts& acts) {
  while (!bytes.empty() && !server_passes_ && !over_) {
    const bool begins = !server_.has_head() || server_.state() != PostgresReader::State::inside;
    const std::size_t taken = server_.take(bytes);
    server_piece(bytes.substr(0, taken), begins && server_.has_head(), now, acts);
    bytes.remove_prefix(taken);
    if (server_.state() == PostgresReader::State::broken) client_passes_ = server_passes_ = true;
    if (over_) return;
    if (server_.state() == PostgresReader::State::end) end_server_message(now, acts);
  }
  if (over_) return;
  if (server_passes_) to_client(std::exchange(held_server_, {}), now, acts);
  to_client(bytes, now, acts);
}

/// `begins`: this piece completes the head of a message.
void PostgresConversation::server_piece(std::string_view part, bool begins, TimePoint now,
                                        Acts& acts) {
  if (!server_.has_head() || server_.type() == 'E') {
    held_server_.append(part);
    if (held_server_.size() > kHeldMax) to_client(std::exchange(held_server_, {}), now, acts);
    return;
  }
  if (begins && server_.type() == 'D') begin_row(now);
  std::string piece = std::exchange(held_server_, {});
  piece.append(part);
  if (!cutting_) return to_client(piece, now, acts);
  to_client(std::string_view{piece}.substr(0, cut_left_), now, acts);
  if (piece.size() < cut_left_) {
    cut_left_ -= piece.size();
    return;
  }
  close(now, acts);
}

void PostgresConversation::begin_row(TimePoint now) {
  if (expected_.empty()) return;
  Expected& first = expected_.front();
  const FaultPtr& fault = first.decision.rows;
  if (!fault || fault->live.healed()) return;
  if (first.statement >= first.decision.rows_of.size()) return;
  if (!first.decision.rows_of[first.statement]) return;
  const std::uint64_t row = first.rows++;
  if (fault->spec.kind == Kind::slow_rows) {
    const Duration delay = fault->live.draw_delay(fault->spec.time);
    if (row == 0 && delay > Duration{0}) fault->live.hit(now);
    to_client_at_ = std::max(now, to_client_at_) + delay;
  } else if (row == fault->spec.rows) {
    fault->live.hit(now);
    cutting_ = true;
    cut_left_ = server_.size() / 2;
  }
}

void PostgresConversation::end_server_message(TimePoint now, Acts& acts) {
  switch (server_.type()) {
    case 'E':
      end_error(now, acts);
      break;
    case 'C':  // CommandComplete, EmptyQueryResponse, PortalSuspended
    case 'I':
    case 's':
      end_statement();
      break;
    case 'Z':
      end_until_ready();
      break;
    case 'G':  // COPY reads on: the Sync behind it is passed over by the server
      while (expected_.size() > 1 && expected_.back().is_sync) expected_.pop_back();
      break;
    case 'W':
      client_passes_ = server_passes_ = true;
      break;
    default:
      break;
  }
  if (client_passes_ && expected_.empty()) server_passes_ = true;
  shut_down_when_idle(now, acts);
}

/// After an error the server passes over what else there is, up to the next ReadyForQuery.
void PostgresConversation::end_error(TimePoint now, Acts& acts) {
  std::string message = std::exchange(held_server_, {});
  std::size_t at = 0;
  while (at < expected_.size() && !expected_[at].decision.error &&
         expected_[at].ends == Expected::Ends::done) {
    ++at;
  }
  if (at < expected_.size() && is_failing_statements_error(server_.body())) {
    if (const FaultPtr& fault = expected_[at].decision.error) {
      fault->live.hit(now);
      message = postgres_error(fault->spec.kind, expected_[at].tag);
    }
  }
  to_client(message, now, acts);
  while (!expected_.empty() && expected_.front().ends == Expected::Ends::done)
    expected_.pop_front();
}

void PostgresConversation::end_statement() {
  if (expected_.empty()) return;
  Expected& first = expected_.front();
  if (first.ends == Expected::Ends::done) {
    expected_.pop_front();
  } else {
    ++first.statement;
    first.rows = 0;
  }
}

void PostgresConversation::end_until_ready() {
  while (!expected_.empty()) {
    const bool was_ready = expected_.front().ends == Expected::Ends::ready;
    expected_.pop_front();
    if (was_ready) return;
  }
}

}  // namespace firedrill
