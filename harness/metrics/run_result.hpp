#pragma once

#include "harness/base/time.hpp"
#include "harness/metrics/alert_record.hpp"
#include "harness/metrics/breakpoint.hpp"
#include "harness/metrics/fault_record.hpp"
#include "harness/metrics/generator.hpp"
#include "harness/metrics/ledger.hpp"
#include "harness/metrics/moment.hpp"
#include "harness/metrics/privacy_record.hpp"
#include "harness/metrics/probe_record.hpp"
#include "harness/metrics/series.hpp"
#include "harness/metrics/state_record.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/metrics/webhook_ledger.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

struct PhaseRecord {
  std::string name;
  Offset start{0};
  Duration planned{0};
  Offset end{0};         ///< Where it really ended: earlier than planned when interrupted.
  bool reached = false;  ///< False for a phase that never began.
  friend bool operator==(const PhaseRecord&, const PhaseRecord&) = default;
};

/// How the drill as a whole ended; the exit code follows from it (design: exit codes).
enum class Outcome : std::uint8_t {
  passed,        ///< 0
  failed,        ///< 99
  inconclusive,  ///< 111
  interrupted,   ///< 105
  not_ready,     ///< 113: the system or a mock could not be started or never became ready.
  not_healed,    ///< 114
};
[[nodiscard]] const char* name_of(Outcome outcome);
[[nodiscard]] int exit_code_of(Outcome outcome);

/// What the drill ran on: two results compare only where this agrees.
struct Environment {
  std::string firedrill_version;
  std::string host;
  std::string kernel;
  std::string cpu;
  unsigned cores = 0;
  friend bool operator==(const Environment&, const Environment&) = default;
};

/// Everything a drill measured and concluded. Judging and rendering need nothing else.
struct RunResult {
  std::string scenario;  ///< Name.
  std::string title;
  std::string file;
  std::vector<std::string> rehearses;
  std::uint64_t seed = 0;
  TimeOrigin origin;
  Environment environment;
  std::string system;                ///< "clinic (medicalcor)", a command line or a URL.
  std::vector<std::string> defects;  ///< Planted on purpose.

  std::vector<PhaseRecord> phases;
  std::vector<StreamSeries> streams;
  GeneratorRecord generator;
  std::vector<BreakpointRecord> breakpoints;  ///< Of the streams that searched for one.
  std::vector<Ledger> ledgers;
  std::vector<WebhookLedger> webhooks;  ///< Of mocks that sent any, and of streams of webhooks.
  std::vector<FaultRecord> faults;
  AlertRecord alerts;  ///< What the rules of the scenario made of it all.
  std::vector<ProbeRecord> probes;
  LogRecord log;                   ///< Of a system that we started.
  PrivacyRecord privacy;           ///< Where the data of made-up people turned up.
  std::vector<StateRecord> state;  ///< The readings of the scenario, in its order.
  std::vector<Moment> moments;     ///< In order of time.

  std::vector<Judgement> judgements;
  /// The expectation that failed in mid-drill and ended it, judged then (`abort_after`).
  std::optional<Judgement> aborted_by;
  /// Problems of the drill itself, each in one sentence; any of them makes it inconclusive.
  std::vector<std::string> problems;
  std::string not_ready_reason;  ///< For Outcome::not_ready, with what to look at.
  std::vector<std::string>
      log_tail;  ///< Last lines of the system's log when it never became ready.
  std::vector<std::string> not_healed;  ///< What could not be undone and what to do by hand.
  bool interrupted = false;
  Outcome outcome = Outcome::inconclusive;
  std::string out_dir;  ///< Where the files lie; "" for none.
};

/// The first that applies: not_healed, not_ready, interrupted, failed, inconclusive, passed. A
/// drill without a single judgement proved nothing and is inconclusive.
[[nodiscard]] Outcome conclude(const RunResult& result);

/// The result that a person should look at first: failed before inconclusive, in scenario order;
/// nullptr when all passed.
[[nodiscard]] const Judgement* worst(const RunResult& result);

}  // namespace firedrill
