#include "harness/base/assert.hpp"
#include "harness/metrics/ledger.hpp"
#include "harness/metrics/moment.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/metrics/series.hpp"
#include "harness/metrics/verdict.hpp"
#include "harness/metrics/webhook_ledger.hpp"

// One switch per enumeration, without a default, so that the compiler finds a forgotten value.

namespace firedrill {
namespace {

[[noreturn]] void no_such_value() { detail::assert_failed("a named value", __FILE__, __LINE__); }

}  // namespace

const char* name_of(Delivery delivery) {
  switch (delivery) {
    case Delivery::answered:
      return "answered";
    case Delivery::hung:
      return "hung";
    case Delivery::reset:
      return "reset";
    case Delivery::truncated:
      return "truncated";
    case Delivery::caller_gone:
      return "caller_gone";
  }
  no_such_value();
}

const char* name_of(WebhookFate fate) {
  switch (fate) {
    case WebhookFate::under_way:
      return "under_way";
    case WebhookFate::acknowledged:
      return "acknowledged";
    case WebhookFate::given_up:
      return "given_up";
    case WebhookFate::dropped:
      return "dropped";
    case WebhookFate::withdrawn:
      return "withdrawn";
  }
  no_such_value();
}

const char* name_of(WebhookCopy copy) {
  switch (copy) {
    case WebhookCopy::original:
      return "original";
    case WebhookCopy::duplicate:
      return "duplicate";
    case WebhookCopy::replay:
      return "replay";
  }
  no_such_value();
}

const char* name_of(MomentKind kind) {
  switch (kind) {
    case MomentKind::system_started:
      return "system_started";
    case MomentKind::system_ready:
      return "system_ready";
    case MomentKind::system_exited:
      return "system_exited";
    case MomentKind::phase_started:
      return "phase_started";
    case MomentKind::phase_ended:
      return "phase_ended";
    case MomentKind::fault_injected:
      return "fault_injected";
    case MomentKind::fault_first_hit:
      return "fault_first_hit";
    case MomentKind::fault_healed:
      return "fault_healed";
    case MomentKind::breaker_open:
      return "breaker_open";
    case MomentKind::breaker_half_open:
      return "breaker_half_open";
    case MomentKind::breaker_closed:
      return "breaker_closed";
    case MomentKind::check_turned:
      return "check_turned";
    case MomentKind::aborted:
      return "aborted";
    case MomentKind::gate_unmet:
      return "gate_unmet";
    case MomentKind::interrupted:
      return "interrupted";
    case MomentKind::finished:
      return "finished";
  }
  no_such_value();
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::inconclusive:
      return "inconclusive";
    case Outcome::interrupted:
      return "interrupted";
    case Outcome::not_ready:
      return "not_ready";
    case Outcome::not_healed:
      return "not_healed";
  }
  no_such_value();
}

const char* name_of(Drop drop) {
  switch (drop) {
    case Drop::in_flight_limit:
      return "in_flight_limit";
    case Drop::cpu:
      return "cpu";
    case Drop::late:
      return "late";
    case Drop::no_descriptor:
      return "no_descriptor";
    case Drop::port_exhausted:
      return "port_exhausted";
    case Drop::not_reached:
      return "not_reached";
    case Drop::no_data:
      return "no_data";
  }
  no_such_value();
}

const char* name_of(Ending ending) {
  switch (ending) {
    case Ending::ok:
      return "ok";
    case Ending::check_failed:
      return "check_failed";
    case Ending::refused:
      return "refused";
    case Ending::reset:
      return "reset";
    case Ending::timed_out:
      return "timed_out";
    case Ending::garbled:
      return "garbled";
    case Ending::cancelled:
      return "cancelled";
    case Ending::guarded:
      return "guarded";
  }
  no_such_value();
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  no_such_value();
}

}  // namespace firedrill
