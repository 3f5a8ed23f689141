#!/usr/bin/env bash
# Accepts what the reports render today: rewrites tests/golden/reports. Look at `git diff` afterwards.
# Usage: ci/approve.sh [BINARY]   default: build/dev/tests/unit_reports
set -euo pipefail
cd "$(dirname "$0")/.."

binary="${1:-build/dev/tests/unit_reports}"
if [[ ! -x "$binary" ]]; then
  printf 'error: no test binary at %s; build it with: cmake --build --preset dev --target unit_reports\n' "$binary" >&2
  exit 1
fi
# Without the old ones, so that a golden file that no test asks for does not stay.
rm -rf tests/golden/reports
FIREDRILL_APPROVE=1 "$binary" "[golden]"
git --no-pager diff --stat -- tests/golden/reports
