#!/usr/bin/env bash
# What takes too long for every change: each file compiled by itself, whole drills for each planted defect and
# each kind of fault, and the tables that come of them. Needs the build of ci/test.sh, an idle machine, and an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec ci/test.sh alone integration e2e e2e-long proofs matrix
