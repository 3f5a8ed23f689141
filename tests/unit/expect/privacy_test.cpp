#include "tests/unit/expect/observed.hpp"

using namespace firedrill;
using namespace firedrill::testing;
using namespace std::chrono_literals;
using spec::CanaryKind;
using spec::LeakPlace;

namespace {

CanarySource source(LeakPlace place, std::string name, std::vector<CanaryHit> hits = {}) {
  CanarySource out;
  out.place = place;
  out.name = std::move(name);
  for (Offset at = 0ms; at < 4s; at += 100ms) {
    out.times.add(at);
    ++out.texts;
    out.bytes += 100;
  }
  out.hits = std::move(hits);
  return out;
}

CanaryHit hit(Offset at, CanaryKind kind) {
  CanaryHit out;
  out.at = at;
  out.kind = kind;
  out.form = "plain";
  out.person = "intake #12";
  out.stream = "intake";
  out.excerpt = "\"key\":\"";
  return out;
}

/// Two people sent each kind at 500 ms; everything was read.
SimulatedDrill drill_with(std::vector<CanarySource> sources) {
  SimulatedDrill drill = empty_drill();
  PrivacyRecord& record = drill.result.privacy;
  record.watched = true;
  record.people = 2;
  for (TickCounts& kind : record.sent) kind.add(500ms, 2);
  record.sources = std::move(sources);
  return drill;
}

spec::PrivacyExpectation never_in(LeakPlace place) {
  spec::PrivacyExpectation privacy;
  privacy.never_in = {place};
  return privacy;
}

Finding judged(SimulatedDrill drill, const spec::PrivacyExpectation& privacy,
               std::vector<std::string> during = {}) {
  return finding_of(std::move(drill), privacy, std::move(during));
}

}  // namespace

TEST_CASE("privacy: nothing found in what was read is a pass, with what was read",
          "[expect][privacy]") {
  const Finding finding =
      judged(drill_with({source(LeakPlace::logs, "")}), never_in(LeakPlace::logs));
  CHECK(finding.verdict == Verdict::pass);
  CHECK(finding.observed == "0 in 40 texts (4000 bytes)");
  CHECK(finding.samples == 40);
}

TEST_CASE("privacy: one hit is a failure that says where, whose and when", "[expect][privacy]") {
  const Finding finding =
      judged(drill_with({source(LeakPlace::logs, "", {hit(2500ms, CanaryKind::ssn)})}),
             never_in(LeakPlace::logs));
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why == "+2.50 s ssn of intake #12 (plain) in the log, after: \"key\":\"");
  CHECK(finding.evidence == std::vector<std::string>{finding.why});
}

TEST_CASE("privacy: hits count in the window, and of the kinds that are named",
          "[expect][privacy]") {
  const auto drill = drill_with({source(LeakPlace::logs, "", {hit(2500ms, CanaryKind::ssn)})});
  CHECK(judged(drill, never_in(LeakPlace::logs), {"steady"}).verdict == Verdict::pass);
  CHECK(judged(drill, never_in(LeakPlace::logs), {"outage"}).verdict == Verdict::fail);
  spec::PrivacyExpectation phones = never_in(LeakPlace::logs);
  phones.kinds = {CanaryKind::phone};
  CHECK(judged(drill, phones).verdict == Verdict::pass);
  phones.kinds = {CanaryKind::phone, CanaryKind::ssn};
  CHECK(judged(drill, phones).verdict == Verdict::fail);
}

TEST_CASE("privacy: after the last phase the whole drill still counts", "[expect][privacy]") {
  const auto drill = drill_with({source(LeakPlace::logs, "", {hit(4100ms, CanaryKind::ssn)})});
  CHECK(judged(drill, never_in(LeakPlace::logs)).verdict == Verdict::fail);
}

TEST_CASE("privacy: each place by itself", "[expect][privacy]") {
  const auto drill = drill_with({source(LeakPlace::logs, "", {hit(1s, CanaryKind::name)}),
                                 source(LeakPlace::metrics, "metrics")});
  spec::PrivacyExpectation both = never_in(LeakPlace::logs);
  both.never_in.push_back(LeakPlace::metrics);
  const Judgement judgement = judged_as(drill, both, {});
  REQUIRE(judgement.findings.size() == 2);
  CHECK(judgement.findings[0].verdict == Verdict::fail);
  CHECK(judgement.findings[1].verdict == Verdict::pass);
  CHECK(judgement.kind == "privacy");
}

TEST_CASE("privacy: third parties that are named, and no others", "[expect][privacy]") {
  const auto drill =
      drill_with({source(LeakPlace::third_party_calls, "openai"),
                  source(LeakPlace::third_party_calls, "twilio", {hit(1s, CanaryKind::phone)})});
  spec::PrivacyExpectation privacy = never_in(LeakPlace::third_party_calls);
  CHECK(judged(drill, privacy).verdict == Verdict::fail);
  privacy.third_parties = {"openai"};
  CHECK(judged(drill, privacy).verdict == Verdict::pass);
  auto silent = drill;
  silent.result.privacy.sources[0].times = {};
  const Finding finding = judged(silent, privacy);
  CHECK(finding.verdict == Verdict::inconclusive);
  CHECK(finding.why == "nobody called openai");
  privacy.third_parties = {"openai", "hubspot"};
  CHECK(judged(drill, privacy).verdict == Verdict::inconclusive);
}

TEST_CASE("privacy: answers to somebody else, or to another stream", "[expect][privacy]") {
  CanaryHit colleague = hit(1s, CanaryKind::email);
  colleague.asker = "intake #3";
  colleague.asker_stream = "intake";
  const auto drill = drill_with({source(LeakPlace::other_answers, "intake", {colleague})});
  spec::PrivacyExpectation privacy = never_in(LeakPlace::other_answers);
  const Finding finding = judged(drill, privacy);
  CHECK(finding.verdict == Verdict::fail);
  CHECK(finding.why.find("in an answer of intake to intake #3") != std::string::npos);
  privacy.apart = spec::PrivacyExpectation::Apart::streams;
  CHECK(judged(drill, privacy).verdict == Verdict::pass);
  auto partner = drill;
  partner.result.privacy.sources[0].hits[0].asker_stream = "partner";
  CHECK(judged(partner, privacy).verdict == Verdict::fail);
}

TEST_CASE("privacy: whatever was not read or not sent proves nothing", "[expect][privacy]") {
  const spec::PrivacyExpectation logs = never_in(LeakPlace::logs);
  const auto whole = drill_with({source(LeakPlace::logs, "")});
  const auto why = [&](SimulatedDrill drill, const spec::PrivacyExpectation& privacy) {
    const Finding finding = judged(std::move(drill), privacy);
    CHECK(finding.verdict == Verdict::inconclusive);
    return finding.why;
  };

  auto drill = whole;
  drill.result.privacy = {};
  CHECK(why(drill, logs).find("nobody looked") == 0);
  drill = whole;
  drill.result.privacy.search_misses = {"ssn as base64"};
  CHECK(why(drill, logs) == "the search misses what it must find: ssn as base64");
  CHECK(why(drill_with({}), logs) == "the log of this system is not ours to read");
  CHECK(why(drill_with({}), never_in(LeakPlace::metrics)) == "no probe asks this system");
  CHECK(why(drill_with({}), never_in(LeakPlace::third_party_calls)) ==
        "nothing is known of what third parties received");
  CHECK(why(drill_with({}), never_in(LeakPlace::error_bodies)) ==
        "no answer had a status of 400 or more: nothing was searched");
  drill = whole;
  drill.result.privacy.sources[0].times = {};
  CHECK(why(drill, logs) == "nothing was there to be searched");
  drill = whole;
  drill.result.privacy.sent = {};
  CHECK(why(drill, logs) == "no request carried anything that could leak");
  drill = whole;
  drill.result.privacy.sent[static_cast<std::size_t>(CanaryKind::ssn)] = {};
  CHECK(judged(drill, logs).verdict == Verdict::pass);
  spec::PrivacyExpectation ssn = logs;
  ssn.kinds = {CanaryKind::ssn, CanaryKind::phone};
  CHECK(why(drill, ssn) == "no request carried: ssn");
  drill = whole;
  drill.result.privacy.sources[0].hits_not_kept = 3;
  CHECK(why(drill, logs) == "3 finds beyond the bound were not kept");
  drill = whole;
  drill.result.privacy.sources[0].bytes_not_read = 3;
  CHECK(why(drill, logs) == "3 bytes of texts that are too long were not searched");
  drill = whole;
  drill.result.privacy.sources[0].numbers_in_doubt = 1;
  CHECK(why(drill, logs).find("1 number of the right form") == 0);
  drill = drill_with({source(LeakPlace::other_answers, "intake")});
  drill.result.privacy.people = 1;
  CHECK(why(drill, never_in(LeakPlace::other_answers)).find("fewer than two people") == 0);
  drill = whole;
  drill.result.phases[1].end = 3s;
  CHECK(why(drill, logs).find("was cut short") != std::string::npos);
  drill.result.phases[1].reached = false;
  CHECK(why(drill, logs) == "phase outage never happened");
}

TEST_CASE("privacy: what is certain stays a failure whatever was lost", "[expect][privacy]") {
  auto drill = drill_with({source(LeakPlace::logs, "", {hit(1s, CanaryKind::name)})});
  drill.result.privacy.sources[0].hits_not_kept = 7;
  drill.result.privacy.search_misses = {"ssn as base64"};
  drill.result.phases[1].end = 3s;
  CHECK(judged(drill, never_in(LeakPlace::logs)).verdict == Verdict::fail);
}
