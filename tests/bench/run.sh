#!/usr/bin/env bash
# The load bench: measures and writes the table into README.md beside this file. Needs
# `ci/setup.sh bench` and an idle machine; about 10 minutes, or one with --quick.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

cmake --preset release >/dev/null
cmake --build build/release -j"$(nproc)" --target firedrill
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
c++ -std=c++20 -O2 -o "$scratch/arrival_server" "$here/arrival_server.cpp"
node "$here/load.mjs" build/release/firedrill "$scratch/arrival_server" "$@" | tee "$scratch/table"

# Between the marks, and nowhere else: other benches have tables of their own.
awk -v table="$scratch/table" '
  /<!-- load: begin -->/ { print; while ((getline line < table) > 0) print line; inside = 1 }
  /<!-- load: end -->/ { inside = 0 }
  !inside || /<!-- load: end -->/ { if (!/<!-- load: begin -->/) print }
' "$here/README.md" >"$scratch/readme"
cp "$scratch/readme" "$here/README.md"
