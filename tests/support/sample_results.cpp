#include "tests/support/sample_results.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace firedrill::samples {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t at(Ending ending) { return static_cast<std::size_t>(ending); }
constexpr std::size_t at(Drop drop) { return static_cast<std::size_t>(drop); }

Offset second(double count) { return from_seconds(count); }

Moment moment(double when, MomentKind kind, std::string subject, std::string text = "") {
  return {.at = second(when), .kind = kind, .subject = std::move(subject), .text = std::move(text)};
}

/// A second of traffic whose response times spread around `typical` with a tail, always the same.
Slice steady_second(Offset start, std::uint32_t phase, std::uint64_t rate, Duration typical) {
  Slice slice;
  slice.start = start;
  slice.length = 1s;
  slice.phase = phase;
  slice.planned = rate;
  slice.sent = rate;
  slice.sent_here = rate;
  slice.ended[at(Ending::ok)] = rate;
  slice.status[200] = rate;
  slice.matched = {0};
  for (std::uint64_t i = 0; i < rate; ++i) {
    const double place = (static_cast<double>(i) + 0.5) / static_cast<double>(rate);
    const double factor = 0.6 + 0.5 * place + 0.05 / (1.01 - place);
    const auto service = Duration{std::llround(static_cast<double>(typical.count()) * factor)};
    slice.service.record(service);
    slice.send_lag.record(40us + 1us * static_cast<int>(i % 20));
    slice.response.record(service + 50us);
  }
  return slice;
}

void fail_some(Slice& slice, std::uint64_t count, int status) {
  slice.ended[at(Ending::ok)] -= count;
  slice.ended[at(Ending::check_failed)] += count;
  slice.status[200] -= count;
  slice.status[status] += count;
}

StreamSeries score_stream(const RunResult& result) {
  StreamSeries series{
      .name = "score", .watches = {"fallback score"}, .slices = {}, .in_flight_at_phase_end = {}};
  for (std::uint32_t i = 0; i < result.phases.size(); ++i) {
    const PhaseRecord& phase = result.phases[i];
    series.in_flight_at_phase_end.push_back(phase.reached ? 3 : 0);
    if (!phase.reached) continue;
    const bool outage = phase.name == "outage";
    const Offset end = std::min(phase.end, phase.start + phase.planned);
    for (Offset start = phase.start; start < end; start += 1s) {
      Slice slice = steady_second(start, i, 200, outage ? 2ms : 43ms);
      if (outage) slice.matched = {slice.planned - (start == phase.start ? 5 : 0)};
      series.slices.push_back(std::move(slice));
    }
  }
  return series;
}

Ledger openai_ledger(bool breaker_works) {
  Ledger ledger{.mock = "openai", .entries = {}, .not_kept = 0};
  const auto add = [&](double when, int status, Delivery delivery, int fault) {
    LedgerEntry entry;
    entry.arrived = second(when);
    entry.done = second(when + 0.04);
    entry.method = "POST";
    entry.path = "/v1/chat/completions";
    entry.status = status;
    entry.delivery = delivery;
    entry.fault = fault;
    entry.correlation_id = "c-" + std::to_string(ledger.entries.size());
    ledger.entries.push_back(std::move(entry));
  };
  for (int i = 0; i < 1000; ++i) add(0.005 * i, 200, Delivery::answered, -1);
  const int failing = breaker_works ? 6 : 800;
  for (int i = 0; i < failing; ++i) add(5 + 0.005 * i, 503, Delivery::answered, 0);
  if (breaker_works) add(7.03, 0, Delivery::hung, 0);
  for (int i = 0; i < 780; ++i) add(9.1 + 0.005 * i, 200, Delivery::answered, -1);
  return ledger;
}

Finding held(std::string what, std::string observed, std::string required, std::string window,
             std::uint64_t samples, std::string interval = "") {
  return {.what = std::move(what),
          .verdict = Verdict::pass,
          .observed = std::move(observed),
          .required = std::move(required),
          .interval = std::move(interval),
          .window = std::move(window),
          .samples = samples,
          .why = ""};
}

Finding not_held(Finding finding, Verdict verdict, std::string observed, std::string why) {
  finding.verdict = verdict;
  finding.observed = std::move(observed);
  finding.why = std::move(why);
  return finding;
}

Judgement judgement(std::string name, std::string kind, int line, std::vector<Finding> findings) {
  return {.name = std::move(name),
          .kind = std::move(kind),
          .file = "scenarios/medicalcor/openai-outage.yaml",
          .line = line,
          .column = 5,
          .gate = false,
          .findings = std::move(findings),
          .moments = {},
          .runbook = "MC-09/outage"};
}

/// Identity, phases and traffic of the drill that most samples tell about.
RunResult drill() {
  RunResult result;
  result.scenario = "openai-outage";
  result.title = "OpenAI goes down; scoring falls back to the rules";
  result.file = "scenarios/medicalcor/openai-outage.yaml";
  result.rehearses = {"MC-09/outage"};
  result.seed = 42;
  result.origin.wall = WallTime{1'795'411'334'123ms};
  result.environment = {.firedrill_version = "0.1.0",
                        .host = "builder-7",
                        .kernel = "Linux 6.1.0",
                        .cpu = "EPYC 7B13",
                        .cores = 4};
  result.system = "clinic (medicalcor)";
  result.out_dir = "out/openai-outage";
  result.phases = {
      {.name = "warm-up", .start = 0s, .planned = 1s, .end = 1s, .reached = true},
      {.name = "steady", .start = 1s, .planned = 4s, .end = 5s, .reached = true},
      {.name = "outage", .start = 5s, .planned = 4s, .end = 9s, .reached = true},
      {.name = "recovery", .start = 9s, .planned = 4s, .end = 13'002'000us, .reached = true}};
  return result;
}

FaultRecord outage_fault() {
  FaultRecord fault;
  fault.name = "openai@outage";
  fault.target = "mock openai";
  fault.description =
      "respond 503 until breaker.open, then hang 500 ms for 1 trial, then respond 503";
  fault.phase = "outage";
  fault.place = "scenarios/medicalcor/openai-outage.yaml:40:7";
  fault.injected_at = second(5.0004);
  fault.healed_at = second(9.0003);
  fault.hits = 7;
  fault.seen = 7;
  fault.hits_by_step = {6, 1, 0};
  return fault;
}

std::vector<Judgement> held_judgements() {
  const std::string steady = "steady, 1.00 s .. 5.00 s";
  const std::string outage = "outage, 5.00 s .. 9.00 s";
  return {judgement("steady: score.response.p95 < 500ms", "slo", 52,
                    {held("score.response.p95", "65.8 ms", "< 500 ms", steady, 800,
                          "95 % CI 62.1 ms .. 74.0 ms")}),
          judgement(
              "steady: score.failed.rate < 0.5%", "slo", 53,
              {held("score.failed.rate", "0 %", "< 0.5 %", steady, 800, "95 % CI 0 % .. 0.48 %")}),
          judgement("breaker openai in outage", "breaker", 54,
                    {held("opens after 5 failures", "after 5 failures, 29.0 ms after the first",
                          "after 5 failures, within 1 s", outage, 6),
                     held("reset after 2 s", "2.01 s", "2 s ± 10 %", outage, 1),
                     held("upstream calls while open", "0", "0", outage, 788),
                     held("trials", "1", "at most 1", outage, 1)}),
          judgement("fallback score in outage", "fallback", 57,
                    {held("share of answers from the rules", "100 %", ">= 99 %",
                          "outage, 5.03 s .. 9.00 s", 794, "95 % CI 99.52 % .. 100 %")}),
          judgement("breaker openai in recovery", "breaker", 60,
                    {held("closes", "110 ms after the healing", "within 3 s",
                          "recovery, 9.00 s .. 13.0 s", 780)})};
}

std::vector<Moment> story() {
  return {
      moment(-0.82, MomentKind::system_started, "clinic"),
      moment(-0.31, MomentKind::system_ready, "clinic", "GET /ready answered 200"),
      moment(0, MomentKind::phase_started, "warm-up"),
      moment(1, MomentKind::phase_started, "steady"),
      moment(5, MomentKind::phase_started, "outage"),
      moment(5.0004, MomentKind::fault_injected, "openai@outage"),
      moment(5.004, MomentKind::fault_first_hit, "openai@outage"),
      moment(5.029, MomentKind::breaker_open, "openai", "silent after 5 failures"),
      moment(7.03, MomentKind::breaker_half_open, "openai", "first call after 2.00 s of silence"),
      moment(9, MomentKind::phase_started, "recovery"),
      moment(9.0003, MomentKind::fault_healed, "openai@outage"),
      moment(9.11, MomentKind::breaker_closed, "openai", "a trial succeeded"),
      moment(13.002, MomentKind::finished, "")};
}

}  // namespace

RunResult passed() {
  RunResult result = drill();
  result.streams = {score_stream(result)};
  result.ledgers = {openai_ledger(true)};
  result.faults = {outage_fault()};
  result.moments = story();
  result.judgements = held_judgements();
  result.judgements[2].moments = {result.moments[5], result.moments[7], result.moments[8]};
  result.outcome = Outcome::passed;
  return result;
}

RunResult failed() {
  RunResult result = passed();
  result.defects = {"breaker-never-opens"};
  result.out_dir = "out/openai-outage";
  for (Slice& slice : result.streams[0].slices) {
    if (slice.phase != 2) continue;
    slice = steady_second(slice.start, slice.phase, 200, 47ms);
    fail_some(slice, 24, 503);
    slice.matched = {176};
  }
  Slice& last = result.streams[0].slices.back();
  last.dropped[at(Drop::in_flight_limit)] = 12;
  last.planned += 12;
  result.ledgers = {openai_ledger(false)};
  FaultRecord& fault = result.faults[0];
  fault.hits = fault.seen = 800;
  fault.hits_by_step = {800, 0, 0};
  std::erase_if(result.moments, [](const Moment& event) {
    return event.kind == MomentKind::breaker_open || event.kind == MomentKind::breaker_half_open ||
           event.kind == MomentKind::breaker_closed;
  });
  Judgement& breaker = result.judgements[2];
  breaker.findings[0] = not_held(
      breaker.findings[0], Verdict::fail, "never opened, 800 failures in a row",
      "openai received 800 calls that failed one after the other, and the calls never stopped: "
      "no breaker stands before openai, or its threshold is far above 5.");
  breaker.findings[0].samples = 800;
  breaker.findings[0].evidence = {"+5.00 s POST /v1/chat/completions → 503 in 40.0 ms, id c-1000",
                                  "+5.01 s POST /v1/chat/completions → 503 in 40.0 ms, id c-1001",
                                  "+5.01 s POST /v1/chat/completions → 503 in 40.0 ms, id c-1002"};
  for (std::size_t i = 1; i < breaker.findings.size(); ++i) {
    breaker.findings[i] = not_held(breaker.findings[i], Verdict::inconclusive, "",
                                   "the breaker never opened, so there is nothing to measure");
    breaker.findings[i].samples = 0;
  }
  breaker.moments = {moment(5.0004, MomentKind::fault_injected, "openai@outage"),
                     moment(5.004, MomentKind::fault_first_hit, "openai@outage"),
                     moment(9.0003, MomentKind::fault_healed, "openai@outage")};
  Judgement& closes = result.judgements[4];
  closes.findings[0] = not_held(closes.findings[0], Verdict::inconclusive, "",
                                "the breaker never opened, so it cannot close");
  closes.findings[0].samples = 0;
  result.outcome = Outcome::failed;
  return result;
}

RunResult inconclusive() {
  RunResult result = passed();
  result.scenario = "webhook-storm";
  result.title = "";
  result.rehearses = {};
  result.out_dir = "";
  FaultRecord& fault = result.faults[0];
  fault.hits = 0;
  fault.hits_by_step = {0, 0, 0};
  for (Slice& slice : result.streams[0].slices) {
    if (slice.phase != 1) continue;
    slice.dropped[at(Drop::late)] = 9;
    slice.planned += 9;
  }
  result.problems = {
      "fault openai@outage hit none of 7 requests, so nothing was rehearsed",
      "the generator was late for 36 of 836 requests in phase steady (4.31 %, 0.1 % allowed)"};
  for (std::size_t i : {0U, 1U}) {
    Finding& finding = result.judgements[i].findings[0];
    finding = not_held(finding, Verdict::inconclusive, finding.observed,
                       "the generator dropped 4.31 % of this window by itself, 0.1 % is allowed");
  }
  result.outcome = Outcome::inconclusive;
  return result;
}

RunResult gate_unmet() {
  RunResult result = drill();
  for (std::size_t i : {2U, 3U}) result.phases[i].reached = false;
  result.streams = {score_stream(result)};
  result.faults = {outage_fault()};
  result.faults[0].injected_at.reset();
  result.faults[0].healed_at.reset();
  result.faults[0].hits = result.faults[0].seen = 0;
  result.faults[0].hits_by_step = {0, 0, 0};
  result.judgements = {held_judgements()[0]};
  result.judgements[0].gate = true;
  Finding& finding = result.judgements[0].findings[0];
  finding = not_held(finding, Verdict::fail, "912 ms",
                     "the system breaks its objective without any fault");
  result.moments = {moment(-0.31, MomentKind::system_ready, "clinic"),
                    moment(5, MomentKind::gate_unmet, "steady: score.response.p95 < 500ms"),
                    moment(5.01, MomentKind::finished, "")};
  result.problems = {
      "gate 'steady: score.response.p95 < 500ms' was not met: no fault was injected"};
  result.outcome = Outcome::inconclusive;
  return result;
}

RunResult not_ready() {
  RunResult result = drill();
  for (PhaseRecord& phase : result.phases) phase = {.name = phase.name, .planned = phase.planned};
  result.system = "node server.js";
  result.moments = {moment(-10.2, MomentKind::system_started, "node server.js"),
                    moment(-0.2, MomentKind::system_exited, "node server.js", "exit code 1")};
  result.not_ready_reason =
      "node server.js exited with code 1 before GET /ready answered 200; the end of its log says "
      "why";
  result.log_tail = {"\x1b[32mlistening\x1b[0m on 127.0.0.1:3000", "",
                     "Error: connect ECONNREFUSED 127.0.0.1:5432",
                     "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)"};
  result.outcome = Outcome::not_ready;
  return result;
}

RunResult interrupted() {
  RunResult result = drill();
  result.phases[2].end = second(6.4);
  result.phases[3].reached = false;
  result.streams = {score_stream(result)};
  Slice& cut = result.streams[0].slices.back();
  cut = steady_second(cut.start, cut.phase, 80, 2ms);
  cut.matched = {80};
  cut.length = 400ms;
  cut.ended[at(Ending::ok)] -= 3;
  cut.ended[at(Ending::cancelled)] = 3;
  cut.status[200] -= 3;
  result.ledgers = {openai_ledger(true)};
  result.faults = {outage_fault()};
  result.faults[0].healed_at = second(6.41);
  result.judgements = {held_judgements()[0], held_judgements()[1]};
  result.moments = {moment(-0.31, MomentKind::system_ready, "clinic"),
                    moment(5.0004, MomentKind::fault_injected, "openai@outage"),
                    moment(5.029, MomentKind::breaker_open, "openai"),
                    moment(6.4, MomentKind::interrupted, "", "SIGINT"),
                    moment(6.41, MomentKind::fault_healed, "openai@outage")};
  result.interrupted = true;
  result.outcome = Outcome::interrupted;
  return result;
}

RunResult not_healed() {
  RunResult result = passed();
  result.faults[0].healed_at.reset();
  std::erase_if(result.moments,
                [](const Moment& event) { return event.kind == MomentKind::fault_healed; });
  result.not_healed = {
      "fault openai@outage: the mock did not confirm that it answers normally again; "
      "stop the mock's process, or run 'firedrill heal'"};
  result.outcome = Outcome::not_healed;
  return result;
}

RunResult full_of(const std::string& text) {
  RunResult result = failed();
  result.breakpoints.push_back({.stream = text, .steps = {{0s, {1}, 1, 1, false, text}}});
  const auto fill = [&](std::vector<Moment>& moments) {
    if (moments.empty()) moments.push_back(moment(1, MomentKind::phase_started, ""));
    for (Moment& event : moments) event.subject = event.text = text;
  };
  for (std::string* field :
       {&result.scenario, &result.title, &result.file, &result.system, &result.out_dir,
        &result.not_ready_reason, &result.environment.firedrill_version, &result.environment.host,
        &result.environment.kernel, &result.environment.cpu}) {
    *field = text;
  }
  for (std::vector<std::string>* list : {&result.rehearses, &result.defects, &result.problems,
                                         &result.log_tail, &result.not_healed}) {
    *list = {text, text};
  }
  for (PhaseRecord& phase : result.phases) phase.name = text;
  for (StreamSeries& series : result.streams) {
    series.name = text;
    series.watches = {text};
  }
  for (Ledger& ledger : result.ledgers) {
    ledger.mock = text;
    for (LedgerEntry& entry : ledger.entries) {
      entry.method = entry.path = entry.correlation_id = text;
    }
  }
  for (FaultRecord& fault : result.faults) {
    fault.name = fault.target = fault.description = fault.phase = fault.place = text;
  }
  ProbeRecord probe;
  probe.name = probe.url = text;
  probe.kind = "health";
  probe.polls = {{0s, 1ms, 200, text}, {1s, 1s, 200, text}};
  probe.tracks = {{text, {{0, true, 0, text}, {1, true, 0, text + "!"}}, true}};
  result.probes = {probe};
  StateRecord reading;
  reading.name = reading.source = reading.after.failure = text;
  reading.fields = {text};
  reading.reads = 1;
  result.state = {reading};
  fill(result.moments);
  for (Judgement& judged : result.judgements) {
    judged.name = judged.kind = judged.file = judged.runbook = text;
    for (Finding& finding : judged.findings) {
      finding.what = finding.observed = finding.required = finding.interval = finding.window =
          finding.why = text;
      finding.evidence = {text, text};
    }
    fill(judged.moments);
  }
  return result;
}

std::string hostile_text() {
  // U+202E, which turns the direction of the line around, byte by byte.
  const std::string turned{'\xe2', '\x80', '\xae'};
  return "a|b <b>&amp; \"q\" 'q' ]]> `c` *d* _e_ [f](http://g) #h \\i \x01\x1b[31mred\x1b[0m "
         "\xc3\x28 bad\xff\nnext line\r\n| cell | " +
         turned + " override 日本 µ";
}

}  // namespace firedrill::samples
