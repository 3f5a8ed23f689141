#include "harness/base/strings.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/verbs.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace firedrill;

constexpr int kInvalidCommandLine = 104;
constexpr int kBug = 70;  // EX_SOFTWARE

void add_scenario_options(CLI::App& verb, ScenarioArguments& arguments) {
  verb.add_option("scenario", arguments.files, "Scenario files")->required();
  verb.add_option("--overlay", arguments.overlays,
                  "A file laid over the scenarios; may be repeated")
      ->allow_extra_args(false);
  verb.add_option("--set", arguments.sets,
                  "PATH=VALUE: replace the value at an existing path; may be repeated")
      ->allow_extra_args(false);
  verb.add_option("--target", arguments.target,
                  "URL of a running system to use instead of the scenario's own");
}

/// The command line: verbs with their options, and which function each one is.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", version());
    app_.footer(
        "Exit codes: 0 every expectation held, 99 one failed, 104 invalid input, 105 interrupted,\n"
        "111 inconclusive, 113 not ready, 114 not healed.");
    add_run();
    add_readers();
    add_servers();
    add_webhook();
  }

  int run(int argc, char** argv) {
    if (argc > 1 && argv[1][0] != '-' && !has_verb(argv[1])) return no_such_verb(argv[1]);
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      const int code = app_.exit(problem);
      return code == 0 ? 0 : kInvalidCommandLine;
    }
    return code_;
  }

 private:
  bool has_verb(const std::string& name) const {
    return !app_.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == name; })
                .empty();
  }

  int no_such_verb(const std::string& seen) const {
    std::vector<std::string> verbs;
    for (const CLI::App* verb :
         app_.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); })) {
      verbs.push_back(verb->get_name());
    }
    std::fprintf(stderr, "firedrill: no verb '%s'%s; verbs: %s\n", seen.c_str(),
                 did_you_mean(seen, verbs).c_str(), join_or(verbs).c_str());
    return kInvalidCommandLine;
  }

  void add_run() {
    CLI::App& verb = *app_.add_subcommand("run", "Run drills and judge them");
    add_scenario_options(verb, run_.scenarios);
    verb.add_option("--out", run_.out, "Folder for the result (default: firedrill-out/NAME-TIME)");
    verb.add_option("--seed", run_.seed, "Repeat a run's random decisions");
    verb.add_option("--shard", run_.shard, "K/N: only the K-th of N shares of every schedule");
    verb.add_option("--workers", run_.workers, "Threads that send (default: as many as help)")
        ->check(CLI::Range(1, 256));
    auto* quiet = verb.add_flag("--quiet,-q", run_.quiet, "Only the verdict and what failed");
    verb.add_flag("--verbose,-v", run_.verbose, "Everything that was seen")->excludes(quiet);
    verb.callback([this] { code_ = run_verb(run_); });
  }

  void add_readers() {
    CLI::App& validate =
        *app_.add_subcommand("validate", "List every error of scenarios; starts nothing");
    add_scenario_options(validate, scenarios_);
    validate.callback([this] { code_ = validate_verb(scenarios_); });
    CLI::App& plan = *app_.add_subcommand("plan", "Say what a run would do; starts nothing");
    add_scenario_options(plan, scenarios_);
    plan.callback([this] { code_ = plan_verb(scenarios_); });
    app_.add_subcommand("schema", "Print the JSON Schema of a scenario")->callback([this] {
      code_ = schema_verb();
    });
    CLI::App& list =
        *app_.add_subcommand("list", "Print mocks, faults, expectations, defects and scenarios");
    list.add_option("folder", folder_, "Where to look for scenarios")->capture_default_str();
    list.add_flag("--events", events_, "Only the events that mocks send, one a line");
    list.add_flag("--routes", routes_, "Only the routes of each mock, as JSON");
    list.callback([this] {
      code_ = routes_ ? list_routes_verb() : events_ ? list_events_verb() : list_verb(folder_);
    });
    app_.add_subcommand("heal", "Undo what killed runs left behind")->callback([this] {
      code_ = heal_verb();
    });
  }

  void add_webhook() {
    CLI::App& verb = *app_.add_subcommand("webhook", "Send one webhook as its provider would");
    verb.add_option("provider", webhook_.provider, "Who sends it: stripe")->required();
    verb.add_option("event", webhook_.event, "What has happened; see `firedrill list --events`")
        ->required();
    verb.add_option("--to", webhook_.to, "URL of the receiver")->required();
    verb.add_option("--body", webhook_.body, "A file to send instead of the event's own body");
    verb.add_option("--secret", webhook_.secrets,
                    "What to sign with; twice while a secret is being rolled")
        ->allow_extra_args(false);
    verb.add_option("--timestamp", webhook_.timestamp,
                    "When it is signed, in the provider's unit: seconds, for HubSpot milliseconds");
    verb.add_option("--id", webhook_.id, "Id of the event");
    verb.add_option("--method", webhook_.method, "POST or GET")
        ->check(CLI::IsMember({"POST", "GET"}));
    verb.add_option("--corrupt", webhook_.corrupt,
                    "Make one part wrong: signature, secret, body, timestamp or missing");
    verb.add_option("--allow", webhook_.allow, "A host outside loopback; may be repeated")
        ->allow_extra_args(false);
    verb.add_option("--seed", webhook_.seed, "Seed of its ids and values");
    verb.add_flag("--dry-run", webhook_.dry_run, "Send nothing: print the request as JSON");
    verb.callback([this] { code_ = webhook_verb(webhook_); });
  }

  void add_servers() {
    CLI::App& mocks = *app_.add_subcommand("mocks", "Serve mocks by themselves until a signal");
    auto* named =
        mocks.add_option("mock", mocks_.mocks, "NAME or NAME=PORT; all when none is named");
    mocks.add_option("--scenario", mocks_.scenario, "Serve the mocks of this scenario instead")
        ->excludes(named);
    mocks.add_option("--seed", mocks_.seed, "Seed of their ids and texts");
    mocks.add_option("--control", mocks_.control_port,
                     "Port of the control server (default: a free one)");
    mocks.callback([this] { code_ = mocks_verb(mocks_); });
    CLI::App& clinic = *app_.add_subcommand("clinic", "Run the reference system by itself");
    clinic.add_option("--profile", clinic_.profile, "Which system it plays")->capture_default_str();
    clinic.add_option("--defect", clinic_.defects, "Plant a defect; may be repeated")
        ->allow_extra_args(false);
    clinic.add_option("--port", clinic_.port, "Port on 127.0.0.1 (default: a free one)");
    clinic.add_option("--database", clinic_.database, "postgres://… to keep patients in");
    clinic.callback([this] { code_ = clinic_verb(clinic_); });
    CLI::App& proxy =
        *app_.add_subcommand("proxy", "Run the fault proxy by itself, with the API of Toxiproxy");
    proxy.add_option("--api", proxy_.api, "HOST:PORT of the API")->capture_default_str();
    proxy.add_option("--config", proxy_.config, "A JSON file with proxies to begin with");
    proxy.add_option("--seed", proxy_.seed, "Seed of its random decisions")->capture_default_str();
    proxy.add_option("--allow", proxy_.allow, "A host outside loopback; may be repeated")
        ->allow_extra_args(false);
    proxy.callback([this] { code_ = proxy_verb(proxy_); });
    CLI::App& guardian =
        *app_.add_subcommand("guardian", "")->group("");  // started by `run`, not by people
    guardian.add_option("run", guarded_run_)->required();
    guardian.callback([this] { code_ = guardian_verb(guarded_run_); });
    CLI::App& pressure = *app_.add_subcommand("pressure", "")->group("");  // the same
    pressure.add_option("words", pressure_)->required();
    pressure.callback([this] { code_ = pressure_verb(pressure_); });
  }

  CLI::App app_{"firedrill rehearses operations runbooks: load, faults, mocks and a verdict",
                "firedrill"};
  RunArguments run_;
  ScenarioArguments scenarios_;
  std::string folder_ = "scenarios";
  bool events_ = false;
  WebhookArguments webhook_;
  bool routes_ = false;
  MocksArguments mocks_;
  ClinicArguments clinic_;
  ProxyArguments proxy_;
  std::string guarded_run_;
  std::vector<std::string> pressure_;
  int code_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    return CommandLine{}.run(argc, argv);
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "firedrill: bug: %s\n", bug.what());
    return kBug;
  }
}
