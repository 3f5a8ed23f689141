#!/usr/bin/env bash
# Unit and integration tests under the sanitizers. Usage: ci/sanitize.sh [asan] [tsan]  (default: both)
# Last line: `N passed, N failed`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"
exec 2>&1  # one stream, so that the closing line is the last

# A sanitizer makes everything two to fifteen times slower.
export FIREDRILL_TEST_TIMEOUT="${FIREDRILL_TEST_TIMEOUT:-1200}"
export ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1:check_initialization_order=1:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:history_size=4:${TSAN_OPTIONS:-}"

# tsan maps its shadow at fixed addresses, which a kernel with much address-space randomness may
# already have given away; the run then dies before main.
without_randomness() {
  if command -v setarch >/dev/null && setarch --addr-no-randomize true 2>/dev/null; then
    setarch --addr-no-randomize "$@"
  else
    "$@"
  fi
}

run_preset() {
  local preset="$1" file bad=0 found=0
  heading "$preset: build"
  check "configure-$preset" configure_preset "$preset" || return 1
  check "build-$preset" build_preset "$preset" || return 1
  heading "$preset: tests"
  for file in build/"$preset"/tests/{unit,integration}_*; do
    [[ -f "$file" && -x "$file" ]] || continue
    found=1
    run_catch "$file" || bad=1
  done
  if ((found == 0)); then
    note "FAILED  no test executables under build/$preset/tests"
    failed
    return 1
  fi
  return "$bad"
}

# Inside a call that turns randomness off, all children inherit it: start over once.
if [[ -z "${FIREDRILL_SANITIZE_STARTED:-}" ]]; then
  export FIREDRILL_SANITIZE_STARTED=1
  without_randomness "$root_dir/ci/sanitize.sh" "$@"
  exit
fi

presets=("$@")
((${#presets[@]} > 0)) || presets=(asan tsan)
for preset in "${presets[@]}"; do
  [[ "$preset" == asan || "$preset" == tsan ]] || die "usage: ci/sanitize.sh [asan] [tsan], not '$preset'"
done

heading setup
ci/setup.sh test
for preset in "${presets[@]}"; do run_preset "$preset" || true; done
close_count
