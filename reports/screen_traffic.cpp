#include "reports/screen.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace firedrill {
namespace {

constexpr const char* kUnknown = "–";

std::string quantile_cell(const LatencyHistogram& histogram, double q) {
  const auto value = trusted_quantile(histogram, q);
  return value ? to_text(*value) : kUnknown;
}

std::string failed_cell(const TrafficSummary& summary) {
  const auto share = summary.failed_share();
  if (!share) return kUnknown;
  if (summary.total.failed() == 0) return "0";
  return with_thousands(summary.total.failed()) + " (" + percent(*share) + ")";
}

std::string dropped_cell(const Slice& slice) {
  const std::uint64_t ours = slice.dropped_by_generator();
  const std::uint64_t theirs = slice.dropped_total() - ours;
  std::string text;
  if (theirs > 0) text = with_thousands(theirs) + " by system";
  if (ours > 0) text += (text.empty() ? "" : ", ") + with_thousands(ours) + " by generator";
  return text.empty() ? "0" : text;
}

Table::Row row_of(const TrafficSummary& summary, const std::string& label) {
  if (!summary.reached) return {{label + ": not reached"}, {Ink::dim}};
  const Slice& total = summary.total;
  const auto rate = summary.throughput();
  const Ink failed = total.failed() > 0 ? Ink::bad : Ink::plain;
  const Ink dropped = total.dropped_total() > 0 ? Ink::doubt : Ink::plain;
  const auto in_flight = summary.in_flight_at_end;
  return {{label, with_thousands(total.planned), rate ? per_second(*rate) : kUnknown,
           quantile_cell(total.response, 0.5), quantile_cell(total.response, 0.95),
           quantile_cell(total.response, 0.99),
           total.response.empty() ? kUnknown : to_text(total.response.max()), failed_cell(summary),
           dropped_cell(total), in_flight ? with_thousands(*in_flight) : kUnknown},
          {Ink::plain, Ink::plain, Ink::plain, Ink::plain, Ink::plain, Ink::plain, Ink::plain,
           failed, dropped, Ink::plain}};
}

/// "200 × 796, 503 × 4" and the endings that are not answers.
std::vector<Screen::Part> answers(const Slice& slice) {
  std::vector<Screen::Part> texts;
  for (const auto& [status, count] : slice.status) {
    texts.push_back({Ink::plain, std::to_string(status) + ": " + with_thousands(count)});
  }
  for (std::size_t i = 0; i < kEndings; ++i) {
    const auto ending = static_cast<Ending>(i);
    if (ending == Ending::ok || slice.ended[i] == 0) continue;
    texts.push_back(
        {Ink::plain, in_words(name_of(ending)) + ": " + with_thousands(slice.ended[i])});
  }
  return texts;
}

/// Whether the generator itself can be believed.
void draw_generator(Screen& screen, const RunResult& result) {
  const GeneratorRecord& generator = result.generator;
  if (generator.threads.empty()) return;
  ThreadHealth worst;
  for (const ThreadHealth& thread : generator.threads) {
    worst.cpu_share_max = std::max(worst.cpu_share_max, thread.cpu_share_max);
    worst.stalls += thread.stalls;
    worst.longest_stall = std::max(worst.longest_stall, thread.longest_stall);
    worst.connections_max += thread.connections_max;
  }
  LatencyHistogram lag;
  for (const StreamSeries& series : result.streams) {
    lag.merge(whole_drill(result, series).total.send_lag);
  }
  std::string text = "generator: " + counted(generator.threads.size(), "thread", "threads") +
                     ", at most " + percent(worst.cpu_share_max) + " of a core, send lag p99 " +
                     quantile_cell(lag, 0.99) + ", " + counted(worst.stalls, "stall", "stalls") +
                     " (longest " + to_text(worst.longest_stall) + "), " +
                     counted(worst.connections_max, "connection", "connections");
  if (generator.share_count > 1) {
    text += ", shard " + std::to_string(generator.share_index + 1) + " of " +
            std::to_string(generator.share_count);
  }
  screen.paragraph(Ink::dim, text, Screen::kMargin);
}

std::string when(const FaultRecord& fault) {
  if (!fault.injected_at) return "never injected";
  return at_text(*fault.injected_at) + " .. " +
         (fault.healed_at ? at_text(*fault.healed_at) : std::string{"not healed"});
}

bool any_reached(const RunResult& result) {
  return std::any_of(result.phases.begin(), result.phases.end(),
                     [](const PhaseRecord& phase) { return phase.reached; });
}

}  // namespace

void draw_traffic(Screen& screen, const RunResult& result) {
  if (result.streams.empty() || !any_reached(result)) return;
  screen.section("TRAFFIC", "times count from when a request was due; – is too few samples");
  Table table{{{"", 10},
               {"requests", 7},
               {"rate", 3},
               {"p50", 4},
               {"p95", 8},
               {"p99", 5},
               {"max", 2},
               {"failed", 9},
               {"dropped", 6},
               {"in flight", 1}}};
  for (const StreamSeries& series : result.streams) {
    table.add({{screen.clean().line(series.name)}, {Ink::bold}});
    for (const TrafficSummary& summary : by_phase(result, series)) {
      table.add(row_of(summary, "  " + screen.clean().line(summary.phase)));
    }
  }
  table.draw(screen, Screen::kMargin);
  for (const BreakpointRecord& record : result.breakpoints) {
    screen.paragraph(
        Ink::bold, screen.clean().line(record.stream) + " " + screen.clean().line(to_text(record)),
        Screen::kMargin);
  }
  draw_generator(screen, result);
  for (const StreamSeries& series : result.streams) {
    const auto texts = answers(whole_drill(result, series).total);
    if (!screen.is(Verbosity::verbose) || texts.empty()) continue;
    screen.paragraph(Ink::bold, screen.clean().line(series.name) + " answers", Screen::kMargin);
    screen.flow(texts, 2 * Screen::kMargin);
  }
}

void draw_faults(Screen& screen, const RunResult& result) {
  if (result.faults.empty()) return;
  screen.section("FAULTS");
  for (const FaultRecord& fault : result.faults) {
    const bool proved = fault.hits > 0 || fault.hits_optional;
    const bool undone = !fault.injected_at || fault.healed_at;
    const Ink ink = !undone ? Ink::bad : proved ? Ink::good : Ink::doubt;
    const std::string hits = with_thousands(fault.hits) + " of " + with_thousands(fault.seen) +
                             " " + screen.clean().line(fault.counted) + " hit" +
                             (proved ? "" : ": proves nothing");
    const Clean& clean = screen.clean();
    const char* mark = !undone ? "✗" : proved ? "✓" : "?";
    screen.flow({{Ink::bold, clean.line(fault.name)}}, 2 * Screen::kMargin,
                screen.ink(ink, mark) + ' ');
    screen.flow({{Ink::plain, clean.line(fault.target)},
                 {Ink::plain, "phase " + clean.line(fault.phase)},
                 {Ink::plain, when(fault)},
                 {proved ? Ink::plain : Ink::doubt, hits}},
                2 * Screen::kMargin);
    screen.paragraph(Ink::dim, clean.line(fault.description), 2 * Screen::kMargin);
    if (screen.is(Verbosity::verbose)) {
      screen.paragraph(Ink::dim, clean.line(fault.place), 2 * Screen::kMargin);
    }
  }
}

void draw_mocks(Screen& screen, const RunResult& result) {
  if (result.ledgers.empty()) return;
  screen.section("MOCKS", "what each received, by its answer");
  for (const Ledger& ledger : result.ledgers) {
    std::map<std::string, std::uint64_t> counts;
    for (const LedgerEntry& entry : ledger.entries) {
      const bool answered = entry.delivery == Delivery::answered;
      counts[answered ? std::to_string(entry.status) : in_words(name_of(entry.delivery))] += 1;
    }
    std::vector<Screen::Part> texts{
        {Ink::plain, counted(ledger.entries.size(), "request", "requests")}};
    for (const auto& [what, count] : counts)
      texts.push_back({Ink::plain, what + ": " + with_thousands(count)});
    if (ledger.not_kept > 0)
      texts.push_back({Ink::doubt, "not kept: " + with_thousands(ledger.not_kept)});
    screen.paragraph(Ink::bold, screen.clean().line(ledger.mock), Screen::kMargin);
    screen.flow(texts, 2 * Screen::kMargin);
  }
}

void draw_webhooks(Screen& screen, const RunResult& result) {
  if (result.webhooks.empty()) return;
  screen.section("WEBHOOKS", "what became of each delivery, and what went wrong on purpose");
  for (const WebhookLedger& ledger : result.webhooks) {
    std::map<std::string, std::uint64_t> fates;
    for (const WebhookEntry& entry : ledger.entries) fates[in_words(name_of(entry.fate))] += 1;
    std::vector<Screen::Part> texts{{Ink::plain, counted(ledger.events, "event", "events")}};
    for (const auto& [fate, count] : fates)
      texts.push_back({Ink::plain, fate + ": " + with_thousands(count)});
    for (const DeliveryFaultCount& fault : ledger.faults) {
      texts.push_back(
          {fault.hits > 0 ? Ink::dim : Ink::doubt, fault.name + ": " + with_thousands(fault.hits)});
    }
    if (ledger.not_kept > 0)
      texts.push_back({Ink::doubt, "not kept: " + with_thousands(ledger.not_kept)});
    screen.paragraph(Ink::bold, screen.clean().line(ledger.sender), Screen::kMargin);
    screen.flow(texts, 2 * Screen::kMargin);
  }
}

}  // namespace firedrill
