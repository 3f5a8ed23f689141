#include "harness/expect/acknowledged.hpp"

#include "harness/expect/wording.hpp"

#include <algorithm>

namespace firedrill {
namespace {

void note_sound(SentThing& thing, Offset sent) {
  thing.first_sent = thing.sound ? std::min(thing.first_sent, sent) : sent;
  thing.sound = true;
}

void acknowledge(SentThing& thing, Offset done) {
  thing.acknowledged_at = thing.acknowledged ? std::min(thing.acknowledged_at, done) : done;
  thing.acknowledged = true;
}

void add_webhooks(SentBook& book, const WebhookLedger& ledger) {
  for (const WebhookEntry& entry : ledger.entries) {
    if (entry.attempts.empty()) continue;  // it never left
    SentThing& thing = book.things[entry.id];
    // Whoever swallows a forgery with a 2xx owes nothing for it.
    if (!entry.corrupted.empty()) continue;
    note_sound(thing, entry.attempts.front().sent);
    if (entry.fate == WebhookFate::acknowledged) acknowledge(thing, entry.attempts.back().done);
  }
  if (ledger.not_kept > 0 && book.missing.empty()) {
    book.missing = counted(ledger.not_kept, "webhook") + " of " + ledger.sender + " were not kept";
  }
}

void add_receipts(SentBook& book, const std::string& stream, const ReceiptsOf& of,
                  const spec::Acknowledged& wanted) {
  const bool named_by_answer = !wanted.id.empty();
  for (const Receipt* receipt : of.receipts) {
    const bool taken = acknowledges(wanted.status, receipt->status);
    const std::string& id = named_by_answer ? receipt->id : receipt->correlation_id;
    if (id.empty()) {
      if (taken) ++book.nameless;
      if (receipt->status == 0) ++book.unanswered;
      continue;
    }
    if (named_by_answer && !taken) continue;
    SentThing& thing = book.things[id];
    note_sound(thing, receipt->sent);
    if (taken) acknowledge(thing, receipt->done);
  }
  if (of.not_kept > 0 && book.missing.empty()) {
    book.missing = counted(of.not_kept, "answer") + " of " + stream + " were not kept";
  }
}

}  // namespace

bool acknowledges(const std::vector<spec::StatusRange>& statuses, int status) {
  if (statuses.empty()) return status >= 200 && status <= 299;
  return std::any_of(statuses.begin(), statuses.end(),
                     [&](const spec::StatusRange& range) { return range.contains(status); });
}

ReceiptsOf receipts_of(const RunResult& result, const std::string& stream) {
  ReceiptsOf out;
  for (const StreamSeries& series : result.streams) {
    if (!belongs_to(series.name, stream)) continue;
    out.known = true;
    out.not_kept += series.receipts_not_kept;
    for (const Receipt& receipt : series.receipts) out.receipts.push_back(&receipt);
  }
  return out;
}

SentBook book_of(const RunResult& result, const std::vector<std::string>& of,
                 const spec::Acknowledged& acknowledged) {
  SentBook book;
  for (const std::string& name : of) {
    const auto webhooks =
        std::find_if(result.webhooks.begin(), result.webhooks.end(),
                     [&](const WebhookLedger& ledger) { return ledger.sender == name; });
    if (webhooks != result.webhooks.end()) {
      add_webhooks(book, *webhooks);
      continue;
    }
    const ReceiptsOf receipts = receipts_of(result, name);
    if (receipts.known) add_receipts(book, name, receipts, acknowledged);
    if (!receipts.known && book.missing.empty()) book.missing = "nothing was sent by " + name;
  }
  for (const auto& [id, thing] : book.things) book.acknowledged += thing.acknowledged ? 1 : 0;
  if (book.missing.empty() && book.acknowledged == 0) {
    book.missing = book.nameless > 0 ? "no answer that acknowledges names what it acknowledges"
                                     : "nothing that was sent was acknowledged";
  }
  return book;
}

}  // namespace firedrill
