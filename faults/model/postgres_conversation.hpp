#pragma once

#include "faults/model/postgres_faults.hpp"
#include "faults/model/postgres_message.hpp"
#include "faults/model/timed_conversation.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// A client and its PostgreSQL server (protocol 3.0), with the faults of `faults`, which outlives
/// the conversation. Requests for encryption are answered with no; sessions are read in clear.
///
/// A statement that is to fail goes to the server as one that must fail there, and the server's
/// error is replaced. So the server itself spoils the transaction, skips to the next Sync and says
/// in its ReadyForQuery what is true.
///
/// Holds at most 64 KiB of a query before it decides, 10,000 prepared statements and portals
/// (others are taken for statements of no kind), and an entry for each query under way, at most
/// 100,000; beyond them, and for replication and whatever is not PostgreSQL, it passes everything
/// on.
class PostgresConversation final : public TimedConversation {
 public:
  explicit PostgresConversation(const LiveFaults<LivePostgresFault>& faults) : faults_{faults} {}

  void ended(Direction direction, TimePoint now, std::vector<ProxyAct>& acts) override;

 private:
  using FaultPtr = PostgresDecision::FaultPtr;
  /// Something that the server is going to answer.
  struct Expected {
    enum class Ends : std::uint8_t { done, ready };  // with CommandComplete; with ReadyForQuery
    Ends ends = Ends::ready;
    bool is_sync = false;
    PostgresDecision decision{};
    std::string tag{};          // of the statement that fails
    std::size_t statement = 0;  // whose answer is under way
    std::uint64_t rows = 0;     // of it, so far
  };

  void from_client(std::string_view bytes, TimePoint now, Acts& acts) override;
  void client_piece(std::string_view part, TimePoint now, Acts& acts);
  void decide_message(TimePoint now, Acts& acts);
  void decide_startup_message(TimePoint now, Acts& acts);
  void decide_query(TimePoint now, Acts& acts);
  void decide_execute(TimePoint now, Acts& acts);
  void note_message(char type, std::string_view body);
  void expect(Expected::Ends ends, bool is_sync = false);
  /// True when the statement ends the session instead.
  bool begin_shutdown(const PostgresDecision& decision, TimePoint now, Acts& acts);
  void shut_down_when_idle(TimePoint now, Acts& acts);

  void from_server(std::string_view bytes, TimePoint now, Acts& acts) override;
  void server_piece(std::string_view part, bool begins, TimePoint now, Acts& acts);
  void begin_row(TimePoint now);
  void end_server_message(TimePoint now, Acts& acts);
  void end_error(TimePoint now, Acts& acts);
  void end_statement();
  void end_until_ready();
  void refuse(const FaultPtr& fault, std::string_view tag, TimePoint now, Acts& acts);

  const LiveFaults<LivePostgresFault>& faults_;

  PostgresReader client_ = PostgresReader::of_client();
  std::string held_;            // of the message that is not decided yet
  bool decided_ = false;        // the rest of the message goes the same way
  bool swallowed_ = false;      // … namely nowhere
  bool in_session_ = false;     // start-up is over for the client
  bool client_passes_ = false;  // no longer looked at
  std::map<std::string, std::vector<SqlStatement>, std::less<>> prepared_;
  std::map<std::string, std::vector<SqlStatement>, std::less<>> portals_;

  PostgresReader server_ = PostgresReader::of_server();
  std::string held_server_;  // the head of a message, or an error
  bool server_passes_ = false;
  std::uint64_t cut_left_ = 0;  // bytes of the row in whose midst all ends
  bool cutting_ = false;
  std::deque<Expected> expected_;
  FaultPtr shutdown_;  // once the server has answered what it was asked before
};

}  // namespace firedrill
