#include "reports/junit.hpp"

#include "reports/clean.hpp"
#include "reports/headline.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

namespace firedrill {
namespace {

/// What is wrong with a test case; `element` is "failure", "error" or "" when nothing is.
struct Complaint {
  const char* element = "";
  std::string type;
  std::string message;
  std::string text;
};

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  double seconds = 0;
};

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = value.c_str();
}

void set_counts(pugi::xml_node node, const Counts& counts) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "skipped", "0");
  set(node, "time", fmt::format("{:.3f}", counts.seconds));
}

void add_line(std::string& text, std::string_view label, const std::string& value) {
  if (!value.empty()) text += fmt::format("  {:<10}{}\n", label, value);
}

std::string finding_text(const Finding& finding, const Clean& clean) {
  std::string text = fmt::format("{}: {}\n", name_of(finding.verdict), clean.line(finding.what));
  add_line(text, "why", clean.line(finding.why));
  add_line(text, "observed", clean.line(finding.observed));
  add_line(text, "required", clean.line(finding.required));
  add_line(text, "window", clean.line(finding.window));
  add_line(text, "samples", with_thousands(finding.samples));
  add_line(text, "interval", clean.line(finding.interval));
  for (const std::string& line : finding.evidence) add_line(text, "seen", clean.line(line));
  return text;
}

std::string moments_text(const Judgement& judgement, const TimeOrigin& origin, const Clean& clean) {
  std::string text;
  for (const Moment& moment : judgement.moments) {
    text += fmt::format("  {:>9}  {}  {}\n", at_text(moment.at),
                        to_rfc3339(origin.wall_at(moment.at)), moment_text(moment, clean));
  }
  return text.empty() ? text : "moments\n" + text;
}

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

Complaint about(const Judgement& judgement, const RunResult& result, const Clean& clean) {
  const Verdict verdict = judgement.verdict();
  if (verdict == Verdict::pass) return {};
  Complaint complaint;
  complaint.element = verdict == Verdict::fail && !judgement.gate ? "failure" : "error";
  complaint.type = verdict == Verdict::inconclusive ? "inconclusive"
                   : judgement.gate                 ? "gate_unmet"
                                                    : "expectation_failed";
  complaint.message = clean.line(judgement.name);
  const auto findings = worst_first(judgement);
  if (!findings.empty()) {
    const Finding& first = *findings.front();
    complaint.message = clean.line(first.what);
    const std::string observed = observed_text(first, clean);
    if (!observed.empty()) complaint.message += ": " + observed;
    if (!first.why.empty()) complaint.message += ": " + clean.line(first.why);
  }
  for (const Finding* finding : findings) complaint.text += finding_text(*finding, clean);
  complaint.text += moments_text(judgement, result.origin, clean);
  if (!judgement.runbook.empty()) {
    complaint.text += "runbook   " + clean.line(judgement.runbook) + "\n";
  }
  complaint.text += "scenario  " + place_of(judgement, clean) + "\n";
  complaint.text += "again     " + reproduce_command(result, clean) + "\n";
  return complaint;
}

/// What kept the drill as a whole from proving anything.
Complaint about_drill(const RunResult& result, const Clean& clean) {
  Complaint complaint;
  std::vector<std::string> details = clean.lines(result.problems);
  const bool nothing_judged = result.judgements.empty();
  switch (result.outcome) {
    case Outcome::not_healed:
      details = clean.lines(result.not_healed);
      break;
    case Outcome::not_ready:
      details = clean.lines(result.log_tail);
      break;
    case Outcome::interrupted:
      break;
    case Outcome::passed:
    case Outcome::failed:
    case Outcome::inconclusive:
      if (details.empty() && !nothing_judged) return complaint;
      break;
  }
  const bool own_ending = result.outcome == Outcome::not_healed ||
                          result.outcome == Outcome::not_ready ||
                          result.outcome == Outcome::interrupted;
  complaint.element = "error";
  complaint.type = own_ending ? name_of(result.outcome) : "inconclusive";
  complaint.message = own_ending || details.empty() ? first_look(result, clean).sentence
                                                    : one_line(details.front());
  complaint.text = complaint.message + '\n' + lines_text(details) + "again     " +
                   reproduce_command(result, clean) + '\n';
  return complaint;
}

/// Writes suites into one document and keeps names apart across all of them.
class JunitWriter {
 public:
  JunitWriter(pugi::xml_node root, const Clean& clean) : root_{root}, clean_{clean} {}

  void add(const RunResult& result);
  [[nodiscard]] const Counts& totals() const { return totals_; }

 private:
  struct Case {
    std::string classname;
    std::string name;
    std::string file;
    int line = 1;
    double seconds = 0;
  };

  void add_case(pugi::xml_node suite, Counts& counts, Case test, const Complaint& complaint);
  void add_properties(pugi::xml_node suite, const RunResult& result) const;

  pugi::xml_node root_;
  const Clean& clean_;
  Counts totals_;
  std::set<std::pair<std::string, std::string>> names_;
};

void JunitWriter::add_case(pugi::xml_node suite, Counts& counts, Case test,
                           const Complaint& complaint) {
  const std::string wanted = test.name;
  for (int copy = 2; !names_.emplace(test.classname, test.name).second; ++copy) {
    test.name = fmt::format("{} ({})", wanted, copy);
  }
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "classname", test.classname);
  set(node, "name", test.name);
  set(node, "file", test.file);
  set(node, "line", std::to_string(std::max(1, test.line)));
  set(node, "time", fmt::format("{:.3f}", test.seconds));
  counts.tests += 1;
  counts.seconds += test.seconds;
  const std::string_view element = complaint.element;
  if (element.empty()) return;
  (element == "failure" ? counts.failures : counts.errors) += 1;
  pugi::xml_node child = node.append_child(complaint.element);
  set(child, "type", complaint.type);
  set(child, "message", complaint.message);
  child.append_child(pugi::node_pcdata).set_value(complaint.text.c_str());
}

void JunitWriter::add_properties(pugi::xml_node suite, const RunResult& result) const {
  pugi::xml_node properties = suite.append_child("properties");
  const auto add_one = [&](const char* name, const std::string& value) {
    pugi::xml_node property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  };
  add_one("outcome", name_of(result.outcome));
  add_one("exit_code", std::to_string(exit_code_of(result.outcome)));
  add_one("title", clean_.line(result.title));
  add_one("seed", std::to_string(result.seed));
  add_one("system", clean_.line(result.system));
  for (const std::string& defect : result.defects) add_one("defect", clean_.line(defect));
  for (const std::string& facet : result.rehearses) add_one("rehearses", clean_.line(facet));
  add_one("firedrill", clean_.line(result.environment.firedrill_version));
}

void JunitWriter::add(const RunResult& result) {
  const std::string scenario = clean_.line(result.scenario);
  const std::string file = clean_.line(result.file);
  const DrillSpan span = span_of(result);
  pugi::xml_node suite = root_.append_child("testsuite");
  set(suite, "name", scenario);
  set(suite, "file", file);
  set(suite, "timestamp", to_rfc3339(result.origin.wall_at(span.start)));
  set(suite, "hostname", clean_.line(result.environment.host));
  add_properties(suite, result);

  Counts counts;
  const std::string classname = "firedrill." + scenario + ".";
  add_case(suite, counts,
           {.classname = classname + "drill",
            .name = "drill is conclusive",
            .file = file,
            .line = 1,
            .seconds = seconds(span.length())},
           about_drill(result, clean_));
  for (const Judgement& judgement : result.judgements) {
    add_case(suite, counts,
             {.classname = classname + clean_.line(judgement.kind),
              .name = clean_.line(judgement.name),
              .file = clean_.line(judgement.file),
              .line = judgement.line,
              .seconds = 0},
             about(judgement, result, clean_));
  }
  set_counts(suite, counts);
  totals_.tests += counts.tests;
  totals_.failures += counts.failures;
  totals_.errors += counts.errors;
  totals_.seconds += counts.seconds;
}

}  // namespace

std::string to_junit(std::span<const RunResult> results, const Redactor& redactor) {
  const Clean clean{redactor};
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", "firedrill");
  JunitWriter writer{root, clean};
  for (const RunResult& result : results) writer.add(result);
  set_counts(root, writer.totals());
  std::ostringstream out;
  document.save(out, "  ");
  return std::move(out).str();
}

std::string to_junit(const RunResult& result, const Redactor& redactor) {
  return to_junit(std::span{&result, 1}, redactor);
}

}  // namespace firedrill
