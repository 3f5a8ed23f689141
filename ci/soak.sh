#!/usr/bin/env bash
# What one run does not show. Usage: ci/soak.sh [DRILLS [KILLS]]   (default: 200 10)
#
#  1. DRILLS healthy drills, each scenario in turn and each time with a seed of its own: green every time.
#  2. The runner killed with SIGKILL at a random moment, KILLS times: two seconds later nothing that
#     it started is alive, and `firedrill heal` exits 0.
#  3. During each kind of fault the runner killed, then the runner and its guardian together, followed by
#     `firedrill heal`: nothing is left, in the journal, in /proc, on the disk, of ports or in servers that were
#     there before. tests/soak/kill-sweep.mjs; FIREDRILL_KINDS='proxy: down,redis: evict' sweeps these kinds only.
# Last line: `N passed, N failed`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"
exec 2>&1  # one stream, so that the closing line is the last

readonly drills="${1:-200}" kills="${2:-10}"
readonly firedrill="${FIREDRILL:-build/release/firedrill}"
readonly scenario="${FIREDRILL_SOAK_SCENARIO:-scenarios/medicalcor/openai-outage.yaml}"
readonly out=build/soak
healthy=("$scenario")
if [[ -z "${FIREDRILL_SOAK_SCENARIO:-}" ]]; then
  mapfile -t healthy < <(grep -rl --include='openai-*.yaml' '^expect:' scenarios/medicalcor | LC_ALL=C sort)
  healthy+=(tests/e2e/scenarios/breaker.yaml)
fi
[[ "$drills" =~ ^[0-9]+$ && "$kills" =~ ^[0-9]+$ ]] || die "usage: ci/soak.sh [DRILLS [KILLS]], numbers"

# Processes of this user that carry a run's cookie: firedrill's children, however deep. Zombies have
# no environment any more and do not count.
with_cookie() {
  local environ
  for environ in /proc/[0-9]*/environ; do
    if grep -qz '^FIREDRILL_RUN=' "$environ" 2>/dev/null; then
      environ="${environ#/proc/}"
      printf '%s\n' "${environ%/environ}"
    fi
  done
}

# Cookies that were there before us belong to somebody else's drill.
new_with_cookie() { comm -23 <(with_cookie | LC_ALL=C sort) <(LC_ALL=C sort <<<"$cookies_before"); }

describe() {
  local pid
  for pid in "$@"; do
    printf '     still alive: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)"
  done
}

healthy_drills() {
  local i code seed file
  heading "$drills healthy drills"
  for ((i = 1; i <= drills; i++)); do
    seed=$((RANDOM * 32768 + RANDOM))
    file="${healthy[i % ${#healthy[@]}]}"
    code=0
    "$firedrill" run "$file" --seed "$seed" --out "$out/drill-$i" >"$out/drill-$i.log" 2>&1 || code=$?
    if ((code == 0)); then
      passed
    else
      failed
      note "FAILED  drill $i: exit $code with --seed $seed: $file"
      tail -n 40 "$out/drill-$i.log"
    fi
  done
}

kill_once() {
  local i="$1" pid started=0 left=() code=0 waited pause
  "$firedrill" run "$scenario" --seed "$i" --out "$out/kill-$i" >"$out/kill-$i.log" 2>&1 &
  pid=$!
  # Anywhere from the first moments of the start-up to the last phase.
  waited=$((RANDOM % 9000 + 20))
  pause="$((waited / 1000)).$(printf '%03d' $((waited % 1000)))"
  sleep "$pause"
  mapfile -t left < <(new_with_cookie)
  started=${#left[@]}
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  sleep 2
  mapfile -t left < <(new_with_cookie)
  "$firedrill" heal >"$out/heal-$i.log" 2>&1 || code=$?
  if ((${#left[@]} == 0 && code == 0)); then
    passed
    note "ok      killed after $waited ms with $started processes; nothing left, heal exits 0"
    kills_with_children=$((kills_with_children + (started > 0 ? 1 : 0)))
  else
    failed
    note "FAILED  killed after $waited ms: ${#left[@]} processes left two seconds later, heal exits $code"
    describe "${left[@]}"
    cat "$out/heal-$i.log"
  fi
}

runner_killed() {
  local i
  heading "$kills kills at random moments"
  kills_with_children=0
  for ((i = 1; i <= kills; i++)); do kill_once "$i"; done
  # A sweep that never caught a runner with children proved nothing.
  if ((kills > 0 && kills_with_children == 0)); then
    failed
    note "FAILED  no kill found a process with FIREDRILL_RUN in its environment"
  fi
}

if [[ -z "${FIREDRILL:-}" ]]; then
  heading build
  ci/setup.sh demo
  configure_preset release
  build_preset release firedrill
fi
rm -rf "$out"
mkdir -p "$out"
cookies_before="$(with_cookie)"
healthy_drills
runner_killed
heading "every kind of fault, killed in its midst"
FIREDRILL="$(realpath "$firedrill")" FIREDRILL_TEST_TIMEOUT=3600 \
  run_node node kill-sweep tests/soak/kill-sweep.mjs || true
close_count
