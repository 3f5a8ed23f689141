# Shared by the scripts in this folder; source it, do not run it.
# shellcheck shell=bash

root_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly root_dir
readonly logs_dir="$root_dir/build/logs"

heading() { printf '\n== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# run_logged NAME COMMAND…: the output goes to build/logs/NAME.log; only a failure shows its end.
run_logged() {
  local name="$1" log="$logs_dir/$1.log" code=0
  shift
  mkdir -p "$logs_dir"
  "$@" >"$log" 2>&1 || code=$?
  ((code != 0)) || return 0
  printf -- '--- %s failed (exit %d); the last lines of %s:\n' "$name" "$code" "$log" >&2
  tail -n 60 "$log" >&2
  return "$code"
}

# configure_preset PRESET: skipped by cmake itself when nothing changed.
configure_preset() {
  local launcher=()
  # A compiler cache is used when there is one, never required.
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  (cd "$root_dir" && run_logged "configure-$1" cmake --preset "$1" "${launcher[@]}")
}

# configure_alone: the dev preset with each file a translation unit of its own, in build/alone.
configure_alone() {
  local launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  (cd "$root_dir" &&
    run_logged configure-alone cmake --preset dev -B build/alone -DCMAKE_UNITY_BUILD=OFF "${launcher[@]}")
}

# build_preset PRESET [TARGET…]: two jobs, since a translation unit with Beast in it takes 1.5 GB.
build_preset() {
  local preset="$1" targets=()
  shift
  if (($# > 0)); then targets=(--target "$@"); fi
  (cd "$root_dir" &&
    run_logged "build-$preset" cmake --build "build/$preset" -j "${FIREDRILL_JOBS:-2}" "${targets[@]}")
}

# --- counting ------------------------------------------------------------------------------------
# Every check and every test counts once; the closing line is what a CI reads.

count_passed=0
count_failed=0

passed() { count_passed=$((count_passed + ${1:-1})); }
failed() { count_failed=$((count_failed + ${1:-1})); }

# check NAME COMMAND…: one check. Silent when it passes; its output is shown when it fails.
check() {
  local name="$1"
  shift
  if run_logged "$name" "$@"; then
    passed
    note "ok      $name"
  else
    failed
    note "FAILED  $name"
    return 1
  fi
}

# count_catch LOG CODE: adds up what a Catch2 run says in its last lines. A crash without a summary
# and a run without a test are failures.
count_catch() {
  local log="$1" code="$2" ok=0 bad=0 line
  line="$(grep -E '^(All tests passed|test cases:)' "$log" | tail -n 1 || true)"
  if [[ "$line" =~ ^'All tests passed ('[0-9]+' assertion'.*' in '([0-9]+)' test case' ]]; then
    ok="${BASH_REMATCH[1]}"
  elif [[ "$line" == 'test cases:'* ]]; then
    if [[ "$line" =~ ([0-9]+)' passed' ]]; then ok="${BASH_REMATCH[1]}"; fi
    # A failure that a test declares as expected is a pass.
    if [[ "$line" =~ ([0-9]+)' failed as expected' ]]; then
      ok=$((ok + BASH_REMATCH[1]))
      line="${line/"${BASH_REMATCH[0]}"/}"
    fi
    if [[ "$line" =~ ([0-9]+)' failed' ]]; then bad="${BASH_REMATCH[1]}"; fi
  fi
  if ((code != 0 && bad == 0)); then bad=1; fi
  if ((ok + bad == 0)); then bad=1; fi
  passed "$ok"
  failed "$bad"
  ((bad == 0))
}

# run_catch FILE: one Catch2 executable, in random order with a seed of its own.
run_catch() {
  local file="$1" name log code=0
  name="$(basename "$file")"
  log="$logs_dir/$name.log"
  mkdir -p "$logs_dir"
  local seed=$((RANDOM * 32768 + RANDOM + 1))
  (cd "$root_dir" && timeout --kill-after=10 "${FIREDRILL_TEST_TIMEOUT:-300}" \
    "$file" --order rand --rng-seed "$seed" --warn NoAssertions --reporter console) \
    >"$log" 2>&1 || code=$?
  if count_catch "$log" "$code"; then
    note "ok      $name"
    return 0
  fi
  note "FAILED  $name (exit $code, --rng-seed $seed); its output:"
  tail -n 200 "$log"
  return 1
}

# run_node NODE NAME FILE…: node:test files, counted by their TAP summary.
run_node() {
  local node="$1" name="$2" log="$logs_dir/$2.log" code=0 ok bad
  shift 2
  mkdir -p "$logs_dir"
  (cd "$root_dir" && timeout --kill-after=10 "${FIREDRILL_TEST_TIMEOUT:-900}" \
    "$node" --test --test-reporter=tap "$@") >"$log" 2>&1 || code=$?
  ok="$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$log" | tail -n 1)"
  bad="$(sed -n -e 's/^# fail \([0-9]*\)$/\1/p' -e 's/^# cancelled \([0-9]*\)$/\1/p' "$log" |
    tail -n 2 | awk '{ sum += $1 } END { print sum + 0 }')"
  ok="${ok:-0}"
  if ((code != 0 && bad == 0)) || ((ok + bad == 0)); then bad=1; fi
  passed "$ok"
  failed "$bad"
  if ((bad == 0)); then
    note "ok      $name: $ok"
    return 0
  fi
  note "FAILED  $name (exit $code); what failed, the whole of it in $log:"
  show_node_failures "$log"
  return 1
}

# From a TAP log, each failing test with its diagnostics; the raw end when nothing matches.
show_node_failures() {
  local shown
  shown="$(awk '/^ *not ok /{ show = 1 } /^ *(ok |# Subtest)/{ show = 0 } show' "$1" | head -n 250)"
  if [[ -n "$shown" ]]; then printf '%s\n' "$shown"; else tail -n 60 "$1"; fi
}

# close_count: the last line of a test script, and its exit code.
close_count() {
  printf '\n%d passed, %d failed\n' "$count_passed" "$count_failed"
  ((count_failed == 0 && count_passed > 0))
}
