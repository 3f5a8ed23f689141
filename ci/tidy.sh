#!/usr/bin/env bash
# clang-tidy, with the checks of .clang-tidy. Usage: ci/tidy.sh [FILE.cpp…]
#
# Without arguments: the pure rooms. They hold the decisions and the judging, and can be checked in
# three minutes; a file with Asio or JSON in it takes half a minute, so name those when you change them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"

readonly pure_rooms=(harness/base harness/text harness/spec harness/metrics harness/expect faults/model)
# Each file by itself, with the command that compiles it alone.
readonly database_dir=build/tidy

command -v clang-tidy >/dev/null || die "clang-tidy is missing: ci/setup.sh test"
configure_alone

# clang does not know these options of g++, and would count each as an error.
mkdir -p "$database_dir"
sed -E 's/ -(fcoroutines|Wduplicated-cond|Wlogical-op|Wduplicated-branches|Wuseless-cast|Wno-error=tsan|Werror)\b//g' \
  build/alone/compile_commands.json >"$database_dir/compile_commands.json"

files=("$@")
if ((${#files[@]} == 0)); then
  for room in "${pure_rooms[@]}"; do
    [[ -d "$room" ]] || continue
    while IFS= read -r file; do files+=("$file"); done < <(find "$room" -name '*.cpp' | LC_ALL=C sort)
  done
fi

# Each file by itself: two at a time, its findings in one piece, and a line for each that has some.
export database_dir
check_one() {
  local findings
  if ! findings="$(clang-tidy --quiet -p "$database_dir" "$1" 2>&1)"; then
    printf '%s\n' "$findings" | grep -vE '^[0-9]+ warnings? (and [0-9]+ errors? )?generated|^Suppressed|^Use -header' || true
    printf '%s: clang-tidy found problems\n' "$1"
    return 1
  fi
}
export -f check_one
# shellcheck disable=SC2016
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "${FIREDRILL_JOBS:-2}" bash -c 'check_one "$1"' check ||
  die "clang-tidy has something to say about at least one of ${#files[@]} files (see above)"
printf '%d files, no findings\n' "${#files[@]}"
