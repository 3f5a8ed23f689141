#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks. Usage: ci/setup.sh [demo|test|bench]   (default: demo)
#
# Idempotent: with everything there it asks the package database once, needs no network and takes
# well under a second. Starts no service and creates no database cluster.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What `ci/demo.sh` needs: the compiler and what firedrill links.
demo_packages=(
  g++ cmake ninja-build pkg-config ca-certificates
  libboost1.81-dev libboost-url1.81-dev libcli11-dev libcurl4-openssl-dev libfmt-dev
  libhiredis-dev libpq-dev libpugixml-dev libre2-dev libssl-dev libyaml-cpp-dev nlohmann-json3-dev
  prometheus-cpp-dev zlib1g-dev
)

# What `ci/test.sh` needs on top; Node.js comes in by its own rule below.
test_packages=(
  catch2 clang-format clang-tidy faketime git postgresql-15 prometheus prometheus-alertmanager redis-server
)

# What `tests/bench` needs on top of the demo: load generators, and what is measured beside firedrill.
bench_packages=(curl default-jre-headless haproxy hey nghttp2-client nginx-light wrk)

readonly node_major_min=18

usage() { die "usage: ci/setup.sh [demo|test|bench], not '${1:-}'"; }

# The packages of the arguments that are not installed.
missing_packages() {
  local installed
  installed="$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p' || true)"
  local package
  for package in "$@"; do
    grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# 0 when there is a node new enough with its npm, whoever installed it.
have_node() {
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  local version
  version="$(node --version 2>/dev/null)" || return 1
  [[ "$version" =~ ^v([0-9]+)\. ]] && ((BASH_REMATCH[1] >= node_major_min))
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "packages are missing and only root can install them: run this as root, or install sudo"
  fi
}

check_debian() {
  local id="" version=""
  if [[ -r /etc/os-release ]]; then
    id="$(. /etc/os-release && printf '%s' "${ID:-}")"
    version="$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")"
  fi
  if [[ "$id $version" != "debian 12" ]]; then
    printf 'warning: this is "%s %s"; firedrill is built and tested on Debian 12 only\n' \
      "${id:-unknown}" "${version:-}" >&2
  fi
  command -v apt-get >/dev/null || die "no apt-get here: install these by other means: $*"
}

# Boost 1.74's development files and 1.81's cannot be installed side by side; apt would offer to
# remove whatever depends on the old ones, which is not ours to decide.
check_boost_conflict() {
  local other
  other="$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'libboost1.74-dev' 2>/dev/null |
    sed -n 's/^installed //p' || true)"
  [[ -z "$other" ]] || die "$other is installed and conflicts with libboost1.81-dev, which firedrill needs.
       If nothing else of yours needs Boost 1.74, remove it: apt-get remove $other"
}

# Debian starts a service when its package is installed, unless policy-rc.d says no, and makes a
# database cluster with PostgreSQL, unless createcluster.conf says no. Guard for the length of one
# installation, and leave a policy that is already there alone. Runs as root.
# shellcheck disable=SC2016
install_as_root='
set -eu
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
ours="$clusters/firedrill-setup.conf"
if [ ! -e "$policy" ]; then ours="$ours $policy"; fi
trap '\''rm -f $ours; rmdir -p --ignore-fail-on-non-empty "$clusters" 2>/dev/null || true'\'' EXIT
trap "exit 130" INT
trap "exit 143" TERM HUP
mkdir -p "$clusters"
printf "create_main_cluster = false\n" >"$clusters/firedrill-setup.conf"
if [ ! -e "$policy" ]; then
  printf "#!/bin/sh\nexit 101\n" >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
# Another apt may be at work on a machine that has just started: wait for it.
# A stale list of some other archive must not stop us; what is missing then, install says.
apt-get -q -o DPkg::Lock::Timeout=120 update || true
apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 \
  -o Dpkg::Options::=--force-confold --no-remove install "$@"
'

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  check_debian "${missing[@]}"
  check_boost_conflict
  heading "installing ${#missing[@]} Debian packages: ${missing[*]}"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "only root can install them: run this as root, or install sudo"
  fi
  run_logged setup-apt as_root sh -c "$install_as_root" setup "${missing[@]}" ||
    die "apt-get failed (see above; the whole of it in $logs_dir/setup-apt.log)"
}

# npm_packages FOLDER: what its package-lock.json says, no more and no scripts of theirs.
npm_packages() {
  local folder="$1" lock="$1/package-lock.json" done_mark="$1/node_modules/.package-lock.json"
  [[ -f "$lock" ]] || return 0
  if [[ -f "$done_mark" && ! "$lock" -nt "$done_mark" ]]; then return 0; fi
  heading "installing npm packages of ${folder#"$root_dir"/}"
  run_logged setup-npm npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund ||
    die "npm ci failed in $folder (see above)"
  touch "$done_mark"
}

main() {
  (($# <= 1)) || usage "$*"
  local what="${1:-demo}" packages=("${demo_packages[@]}")
  case "$what" in
    demo) ;;
    test) packages+=("${test_packages[@]}") ;;
    bench) packages+=("${bench_packages[@]}") ;;
    *) usage "$what" ;;
  esac
  if [[ "$what" != demo ]] && ! have_node; then packages+=(nodejs npm); fi
  install_packages "${packages[@]}"
  if [[ "$what" != demo ]]; then
    have_node || die "node $node_major_min or newer is needed; found $(node --version 2>&1 || true)"
  fi
  if [[ "$what" == test ]]; then npm_packages "$root_dir/tests/conformance"; fi
  if [[ "$what" == bench ]]; then npm_packages "$root_dir/tests/bench"; fi
}

main "$@"
