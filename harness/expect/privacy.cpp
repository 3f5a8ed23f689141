// Whether the data of made-up people turned up where it must not.
#include "harness/expect/finding.hpp"
#include "harness/expect/observed.hpp"
#include "harness/expect/probe_view.hpp"
#include "harness/expect/wording.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace firedrill {
namespace {

using spec::CanaryKind;
using spec::LeakPlace;

std::string with_blanks(std::string_view name) {
  std::string text{name};
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

/// "an e-mail address", for reasons.
std::string kinds_text(const std::vector<CanaryKind>& kinds) {
  std::string text;
  for (const CanaryKind kind : kinds) {
    text += (text.empty() ? "" : ", ") + with_blanks(spec::name_of(kind));
  }
  return text;
}

class PrivacyJudge {
 public:
  PrivacyJudge(const spec::PrivacyExpectation& privacy, const ObservedCase& observed)
      : privacy_{privacy},
        observed_{observed},
        record_{observed.result.privacy},
        whole_drill_{observed.window.phases.size() == observed.result.phases.size()} {}

  [[nodiscard]] Finding judge(LeakPlace place) const {
    const Window& window = observed_.window;
    std::string what = "data of people in " + with_blanks(spec::name_of(place));
    Finding finding = finding_on(window, std::move(what), "none");
    Seen seen;
    for (const CanarySource& source : record_.sources) {
      if (source.place == place && is_meant(source)) look_at(source, seen);
    }
    finding.samples = seen.texts;
    finding.observed = std::to_string(seen.hits) + " in " + counted(seen.texts, "text") + " (" +
                       counted(seen.bytes, "byte") + ")";
    if (!window.not_reached.empty()) {
      make_inconclusive(finding, window.not_reached);
    } else if (seen.hits > 0) {
      finding.verdict = Verdict::fail;
      finding.why = seen.first;
      for (std::string& text : seen.shown) add_evidence(finding, std::move(text));
    } else if (std::string reason = doubt(place, seen); !reason.empty()) {
      make_inconclusive(finding, std::move(reason));
    } else {
      finding.verdict = Verdict::pass;
    }
    return finding;
  }

 private:
  struct Seen {
    std::size_t sources = 0;
    std::uint64_t texts = 0;  ///< In the window.
    std::uint64_t bytes = 0;  ///< Of the whole drill.
    std::uint64_t hits = 0;
    std::uint64_t lost = 0;        ///< Hits, of the whole drill.
    std::uint64_t bytes_lost = 0;  ///< Likewise.
    std::uint64_t in_doubt = 0;    ///< Likewise.
    std::string first;
    std::vector<std::string> shown;
    std::vector<std::string> silent;  ///< Sources without a text in the window.
  };

  [[nodiscard]] bool is_meant(const CanarySource& source) const {
    const auto& mocks = privacy_.third_parties;
    if (source.place != LeakPlace::third_party_calls || mocks.empty()) return true;
    return std::find(mocks.begin(), mocks.end(), source.name) != mocks.end();
  }

  [[nodiscard]] bool is_meant(const CanaryHit& hit) const {
    const auto& kinds = privacy_.kinds;
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), hit.kind) == kinds.end()) {
      return false;
    }
    // People of one stream may see each other, when streams are what is kept apart.
    const bool colleague = !hit.asker_stream.empty() && hit.stream == hit.asker_stream;
    if (privacy_.apart == spec::PrivacyExpectation::Apart::streams && colleague) return false;
    return whole_drill_ || observed_.window.contains(observed_.result, hit.at);
  }

  [[nodiscard]] std::uint64_t texts_in_window(const TickCounts& times) const {
    if (whole_drill_) return times.total();
    std::uint64_t count = 0;
    for (const std::uint32_t index : observed_.window.phases) {
      const PhaseRecord& phase = observed_.result.phases[index];
      count += times.touching(phase.start, phase.end);
    }
    return count;
  }

  void look_at(const CanarySource& source, Seen& seen) const {
    const std::uint64_t texts = texts_in_window(source.times);
    ++seen.sources;
    seen.texts += texts;
    seen.bytes += source.bytes;
    seen.lost += source.hits_not_kept;
    seen.bytes_lost += source.bytes_not_read;
    seen.in_doubt += source.numbers_in_doubt;
    if (texts == 0) seen.silent.push_back(source.name);
    for (const CanaryHit& hit : source.hits) {
      if (!is_meant(hit)) continue;
      const std::string text = text_of(source, hit);
      if (++seen.hits == 1) seen.first = text;
      if (seen.shown.size() < kEvidenceMax) seen.shown.push_back(text);
    }
  }

  /// "+2.10 s ssn of intake #12 (base64) in a call to openai: …"
  static std::string text_of(const CanarySource& source, const CanaryHit& hit) {
    std::string text = when_text(hit.at) + " " + with_blanks(spec::name_of(hit.kind)) + " of " +
                       hit.person + " (" + hit.form + ") in ";
    switch (source.place) {
      case LeakPlace::logs:
        text += "the log";
        break;
      case LeakPlace::metrics:
        text += "what probe " + source.name + " was answered";
        break;
      case LeakPlace::error_bodies:
        text += "an error answer of " + source.name;
        break;
      case LeakPlace::third_party_calls:
        text += "a call to " + source.name;
        break;
      case LeakPlace::other_answers:
        text += "an answer of " + source.name + " to " +
                (hit.asker.empty() ? "nobody that we know" : hit.asker);
        break;
    }
    return hit.excerpt.empty() ? text : text + ", after: " + hit.excerpt;
  }

  /// Why no hit proves nothing, as a sentence; "" when it does.
  [[nodiscard]] std::string doubt(LeakPlace place, const Seen& seen) const {
    if (!record_.watched) return "nobody looked for canaries: the drill did not get so far";
    if (!record_.search_misses.empty()) {
      return "the search misses what it must find: " + record_.search_misses.front();
    }
    if (std::string reason = nothing_read(place, seen); !reason.empty()) return reason;
    if (std::string reason = nothing_sent(); !reason.empty()) return reason;
    if (seen.lost > 0) return counted(seen.lost, "find") + " beyond the bound were not kept";
    if (seen.bytes_lost > 0) {
      return counted(seen.bytes_lost, "byte") + " of texts that are too long were not searched";
    }
    if (seen.in_doubt > 0) {
      return counted(seen.in_doubt, "number") +
             " of the right form may be somebody's: there are too many people to look through";
    }
    return observed_.window.cut_short;
  }

  [[nodiscard]] std::string nothing_read(LeakPlace place, const Seen& seen) const {
    if (place == LeakPlace::logs && seen.sources == 0) {
      return "the log of this system is not ours to read";
    }
    if (place == LeakPlace::metrics && seen.sources == 0) return "no probe asks this system";
    if (place == LeakPlace::third_party_calls) {
      // Of mocks that are named, each must have been called.
      for (const std::string& mock : privacy_.third_parties) {
        const bool silent =
            std::find(seen.silent.begin(), seen.silent.end(), mock) != seen.silent.end();
        if (silent) return "nobody called " + mock;
      }
      if (seen.sources < std::max<std::size_t>(1, privacy_.third_parties.size())) {
        return "nothing is known of what third parties received";
      }
    }
    if (place == LeakPlace::error_bodies && seen.texts == 0) {
      return "no answer had a status of 400 or more: nothing was searched";
    }
    if (place == LeakPlace::other_answers && record_.people < 2) {
      return "fewer than two people sent anything: nobody could see somebody else's";
    }
    return seen.texts == 0 ? "nothing was there to be searched" : "";
  }

  /// What nobody sent cannot leak.
  [[nodiscard]] std::string nothing_sent() const {
    std::vector<CanaryKind> missing;
    bool any = false;
    for (std::size_t i = 0; i < spec::kCanaryKinds; ++i) {
      const auto kind = static_cast<CanaryKind>(i);
      const std::uint64_t sent = whole_drill_
                                     ? record_.sent[i].total()
                                     : record_.sent[i].touching(Offset{0}, observed_.window.to);
      any = any || sent > 0;
      const auto& kinds = privacy_.kinds;
      const bool wanted = std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
      if (wanted && sent == 0) missing.push_back(kind);
    }
    if (!any) return "no request carried anything that could leak";
    if (!missing.empty()) return "no request carried: " + kinds_text(missing);
    return "";
  }

  const spec::PrivacyExpectation& privacy_;
  const ObservedCase& observed_;
  const PrivacyRecord& record_;
  /// What is written after the last phase counts too, then.
  bool whole_drill_;
};

}  // namespace

std::vector<Finding> judge_observed(const spec::PrivacyExpectation& privacy,
                                    const ObservedCase& observed) {
  const PrivacyJudge judge{privacy, observed};
  std::vector<Finding> findings;
  for (const LeakPlace place : privacy.never_in) findings.push_back(judge.judge(place));
  return findings;
}

}  // namespace firedrill
