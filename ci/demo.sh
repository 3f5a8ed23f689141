#!/usr/bin/env bash
# From a fresh Debian 12 to a first drill: installs what is missing, builds, rehearses an outage of
# the AI provider against the reference system. Exits with the drill's own code (0: all held).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"

readonly scenario=scenarios/medicalcor/openai-outage.yaml
readonly out=build/demo

heading "1/3 packages"
ci/setup.sh demo
note "all there"

heading "2/3 build (the first time takes some minutes; log: build/logs/build-release.log)"
configure_preset release
build_preset release firedrill
note "build/release/firedrill"

heading "3/3 drill: $scenario"
code=0
build/release/firedrill run "$scenario" --out "$out" || code=$?

printf '\nThe result lies in %s; start with %s/summary.md.\n' "$out" "$out"
exit "$code"
