#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// One function per verb of the command line. Each prints what it has to say and returns the exit
// code.

/// What changes a scenario from outside; shared by run, validate and plan.
struct ScenarioArguments {
  std::vector<std::string> files;
  std::vector<std::string> overlays;
  std::vector<std::string> sets;      ///< "PATH=VALUE"
  std::optional<std::string> target;  ///< A running system instead of the scenario's own.
};

struct RunArguments {
  ScenarioArguments scenarios;
  std::string out;  ///< "" is firedrill-out/NAME-TIME.
  std::optional<std::uint64_t> seed;
  std::string shard;     ///< "2/8": the second of eight shares of every schedule; "" is all of it.
  unsigned workers = 0;  ///< Threads that send; 0 chooses.
  bool quiet = false;
  bool verbose = false;
};

/// Runs the drills one after the other. With an error in any scenario none is started (104).
int run_verb(const RunArguments& arguments);

/// Lists every error of every file; starts nothing. 0 or 104.
int validate_verb(const ScenarioArguments& arguments);

/// Says what a run would do; starts nothing. 0 or 104.
int plan_verb(const ScenarioArguments& arguments);

/// Prints the JSON Schema of a scenario.
int schema_verb();

/// Prints what there is: mocks, faults, expectations, defects, and the scenarios below `folder`
/// with the runbook facets that they rehearse.
int list_verb(const std::string& folder);

/// Prints every event that a mock can send, one a line, as `firedrill webhook` takes them:
/// "stripe payment_intent.succeeded".
int list_events_verb();

struct WebhookArguments {
  std::string provider;
  std::string event;
  std::string to;
  std::string body;                       ///< A file; "" for a body of the event's own.
  std::vector<std::string> secrets;       ///< Empty: the default of the mock.
  std::optional<std::int64_t> timestamp;  ///< In the provider's unit; unset: now.
  std::string id;                         ///< "" draws one.
  std::string method;                     ///< "" is the event's.
  std::string corrupt;                    ///< The part to make wrong; "" for none.
  std::vector<std::string> allow;         ///< Hosts outside loopback.
  std::optional<std::uint64_t> seed;
  bool dry_run = false;
};
/// Sends one webhook as its provider would, or with `dry_run` prints it. 0 when it was acknowledged
/// (or shown), 99 when it was answered with anything but a 2xx, 113 without an answer, 104 for
/// wrong arguments.
int webhook_verb(const WebhookArguments& arguments);

/// Prints, as one JSON object, the routes of each provider that there is a mock for.
int list_routes_verb();

struct MocksArguments {
  std::vector<std::string> mocks;  ///< "openai" or "openai=12112"; none is all.
  std::string scenario;            ///< File whose mocks are served instead; "" for none.
  std::optional<std::uint64_t> seed;
  std::uint16_t control_port = 0;
};
/// Serves mocks by themselves until a signal.
int mocks_verb(const MocksArguments& arguments);

struct ClinicArguments {
  std::string profile = "medicalcor";
  std::vector<std::string> defects;
  std::uint16_t port = 0;
  std::string database;  ///< "" for what DATABASE_URL says.
};
/// Runs the reference system by itself.
int clinic_verb(const ClinicArguments& arguments);

struct ProxyArguments {
  std::string api = "127.0.0.1:8474";
  std::string config;  ///< JSON file with proxies to begin with; "" for none.
  std::uint64_t seed = 1;
  std::vector<std::string> allow;  ///< Hosts outside loopback.
};
/// Runs the fault proxy by itself, with Toxiproxy's API, until a signal.
int proxy_verb(const ProxyArguments& arguments);

/// Undoes what killed runs left behind. 0, also with nothing to do; 114 when something stays.
int heal_verb();

/// What `run` starts beside itself; not for people. See harness/process/guardian.hpp.
int guardian_verb(const std::string& run_id);

/// The child that presses on processors or memory; not for people. See faults/pressure.hpp.
int pressure_verb(const std::vector<std::string>& words);

/// The first that applies of 104, 114, 113, 105, 99, 111, 112, 0.
[[nodiscard]] int worst_exit_code(const std::vector<int>& codes);

}  // namespace firedrill
