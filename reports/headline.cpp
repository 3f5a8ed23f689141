#include "reports/headline.hpp"

#include "reports/statistics.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::array<Verdict, 3> kWorstFirst{Verdict::fail, Verdict::inconclusive, Verdict::pass};

std::string sentence_end(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

void append_clause(std::string& text, std::string_view separator, std::string_view clause) {
  if (clause.empty()) return;
  if (!text.empty()) text += separator;
  text += clause;
}

/// "breaker openai: upstream calls while open: observed 47, required 0. Why it is so."
FirstLook look_at(const Judgement& judgement, const Clean& clean) {
  std::string sentence = clean.line(judgement.name);
  const auto findings = worst_first(judgement);
  if (!findings.empty()) {
    const Finding& finding = *findings.front();
    if (judgement.findings.size() > 1) append_clause(sentence, ": ", clean.line(finding.what));
    append_clause(sentence, ": ", observed_text(finding, clean));
    append_clause(sentence, ": ", clean.line(finding.why));
  }
  return {sentence_end(std::move(sentence)), place_of(judgement, clean)};
}

/// `text` as one word of a POSIX shell.
std::string shell_word(const std::string& text) {
  static constexpr std::string_view kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!text.empty() && text.find_first_not_of(kHarmless) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return quoted + "'";
}

std::string others(std::size_t count) {
  return count > 1 ? " (and " + std::to_string(count - 1) + " more)" : "";
}

FirstLook look_at_interruption(const RunResult& result, const Clean& clean) {
  const auto stopped =
      std::find_if(result.moments.begin(), result.moments.end(),
                   [](const Moment& moment) { return moment.kind == MomentKind::interrupted; });
  const Offset at = stopped == result.moments.end() ? span_of(result).end : stopped->at;
  std::string sentence = "Interrupted at " + at_text(at);
  if (const PhaseRecord* phase = phase_at(result, at)) {
    sentence += " in phase " + clean.line(phase->name);
  }
  const auto healed =
      std::all_of(result.faults.begin(), result.faults.end(),
                  [](const auto& fault) { return !fault.injected_at || fault.healed_at; });
  sentence += healed ? "; every fault that was injected is healed." : ".";
  return {sentence + " What was judged rests on a part of the drill only.", ""};
}

FirstLook look_at_inconclusive(const RunResult& result, const Clean& clean) {
  if (!result.problems.empty()) {
    return {sentence_end(clean.line(result.problems.front()) + others(result.problems.size())), ""};
  }
  const auto judgements = worst_first(result);
  if (!judgements.empty()) return look_at(*judgements.front(), clean);
  return {"Nothing was judged: the scenario has no expectation that this drill could hold.",
          clean.line(result.file)};
}

FirstLook look_at_pass(const RunResult& result) {
  std::uint64_t hits = 0;
  for (const FaultRecord& fault : result.faults) hits += fault.hits;
  std::string sentence = "Nothing to look at: every expectation held";
  if (!result.faults.empty()) {
    sentence += ", under " + counted(result.faults.size(), "fault", "faults") + " with " +
                counted(hits, "hit", "hits");
  }
  return {sentence + ".", ""};
}

}  // namespace

Tally tally_of(const RunResult& result) {
  Tally tally;
  for (const Judgement& judgement : result.judgements) {
    switch (judgement.verdict()) {
      case Verdict::pass:
        tally.passed += 1;
        break;
      case Verdict::inconclusive:
        tally.inconclusive += 1;
        break;
      case Verdict::fail:
        (judgement.gate ? tally.gates_unmet : tally.failed) += 1;
        break;
    }
  }
  return tally;
}

std::string tally_text(const RunResult& result) {
  const Tally tally = tally_of(result);
  if (tally.total() == 0) return "no expectation was judged";
  const std::string all = counted(tally.total(), "expectation", "expectations");
  if (tally.passed == tally.total()) {
    if (tally.total() == 1) return "the one expectation held";
    return (tally.total() == 2 ? "both expectations" : "all " + all) + " held";
  }
  std::string text;
  if (tally.failed > 0) text = std::to_string(tally.failed) + " of " + all + " failed";
  if (tally.gates_unmet > 0) {
    append_clause(text, ", ", counted(tally.gates_unmet, "gate", "gates") + " not met");
  }
  if (tally.inconclusive > 0) {
    const std::string count = std::to_string(tally.inconclusive);
    append_clause(text, ", ", (text.empty() ? count + " of " + all : count) + " proved nothing");
  }
  if (tally.passed > 0) append_clause(text, ", ", std::to_string(tally.passed) + " held");
  return text;
}

bool is_unmet_gate(const Judgement& judgement) {
  return judgement.gate && judgement.verdict() == Verdict::fail;
}

std::vector<const Judgement*> worst_first(const RunResult& result) {
  const auto badness = [](const Judgement* judgement) {
    if (is_unmet_gate(*judgement)) return 1;
    switch (judgement->verdict()) {
      case Verdict::fail:
        return 0;
      case Verdict::inconclusive:
        return 2;
      case Verdict::pass:
        return 3;
    }
    return 3;
  };
  std::vector<const Judgement*> sorted;
  for (const Judgement& judgement : result.judgements) sorted.push_back(&judgement);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Judgement* a, const Judgement* b) { return badness(a) < badness(b); });
  return sorted;
}

std::vector<const Finding*> worst_first(const Judgement& judgement) {
  std::vector<const Finding*> sorted;
  for (const Verdict wanted : kWorstFirst) {
    for (const Finding& finding : judgement.findings) {
      if (finding.verdict == wanted) sorted.push_back(&finding);
    }
  }
  return sorted;
}

std::string verdict_word(Outcome outcome) {
  std::string word = in_words(name_of(outcome));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return word;
}

FirstLook first_look(const RunResult& result, const Clean& clean) {
  switch (result.outcome) {
    case Outcome::passed:
      return look_at_pass(result);
    case Outcome::failed: {
      const auto judgements = worst_first(result);
      if (judgements.empty()) return {"An expectation failed.", ""};
      return look_at(*judgements.front(), clean);
    }
    case Outcome::inconclusive:
      return look_at_inconclusive(result, clean);
    case Outcome::interrupted:
      return look_at_interruption(result, clean);
    case Outcome::not_ready: {
      const std::string reason = clean.line(result.not_ready_reason);
      return {sentence_end(reason.empty() ? "The system never became ready" : reason), ""};
    }
    case Outcome::not_healed: {
      if (result.not_healed.empty()) return {"A fault could not be healed.", ""};
      const std::size_t count = result.not_healed.size();
      return {sentence_end(clean.line(result.not_healed.front()) + others(count)), ""};
    }
  }
  return {"The drill ended in a way that this report does not know.", ""};
}

std::string reproduce_command(const RunResult& result, const Clean& clean) {
  return "firedrill run " + shell_word(clean.line(result.file)) + " --seed " +
         std::to_string(result.seed);
}

std::string place_of(const Judgement& judgement, const Clean& clean) {
  std::string place = clean.line(judgement.file);
  if (judgement.line <= 0) return place;
  place += ":" + std::to_string(judgement.line);
  if (judgement.column > 0) place += ":" + std::to_string(judgement.column);
  return place;
}

std::string observed_text(const Finding& finding, const Clean& clean) {
  std::string text;
  if (!finding.observed.empty()) text = "observed " + clean.line(finding.observed);
  if (!finding.required.empty())
    append_clause(text, ", ", "required " + clean.line(finding.required));
  return text;
}

std::string moment_detail(const Moment& moment, const Clean& clean) {
  std::string subject = clean.line(moment.subject);
  const std::string text = clean.line(moment.text);
  if (text.empty()) return subject;
  const bool named = text.find(subject) != std::string::npos;
  return named ? text : subject + ": " + text;
}

std::string moment_text(const Moment& moment, const Clean& clean) {
  std::string text = in_words(name_of(moment.kind));
  append_clause(text, ": ", moment_detail(moment, clean));
  return text;
}

}  // namespace firedrill
