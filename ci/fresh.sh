#!/usr/bin/env bash
# A stranger's machine: makes a minimal Debian 12 in a folder of its own, copies the committed tree
# into it and runs the demo and the tests there. Everything is unmounted and removed on every way out.
#
# Usage: ci/fresh.sh            ci/demo.sh, then ci/test.sh
#        ci/fresh.sh COMMAND    another command instead, such as 'ci/setup.sh demo'
#
# Needs root, debootstrap and a Debian mirror. The host's mirror, proxies and certificates are used.
# FIREDRILL_FRESH_TREE=work copies the working tree as it is instead of HEAD.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root_dir"

readonly command_inside="${1:-ci/demo.sh && ci/test.sh}"
readonly inside=/srv/firedrill

((EUID == 0)) || die "debootstrap and chroot need root"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"

# Outside the repository, so that nothing inside can be found by walking up.
system_dir="$(mktemp -d "${TMPDIR:-/tmp}/firedrill-fresh.XXXXXX")"
inside_pid=""

# Mounts and processes live in namespaces of their own and end with their first process, so that
# there is only a folder to remove, even when this script is killed in the middle.
# shellcheck disable=SC2317
clean_up() {
  local code=$?
  trap - EXIT INT TERM HUP
  if [[ -n "$inside_pid" ]]; then
    kill -KILL "$inside_pid" 2>/dev/null || true
    wait "$inside_pid" 2>/dev/null || true
  fi
  rm -rf --one-file-system "$system_dir"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# "URI SUITE" of each Debian archive that the host uses for bookworm.
host_archives() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 ~ /^bookworm/' | sort -u
}

make_system() {
  local archives mirror
  archives="$(host_archives)"
  mirror="$(awk '$2 == "bookworm" { print $1; exit }' <<<"$archives")"
  note "mirror ${mirror:-as debootstrap has it}"
  # debootstrap fetches by itself: give it the proxy that apt would use.
  local proxy=""
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [[ -n "$proxy" && "$proxy" != DIRECT ]]; then export http_proxy="$proxy"; fi
  run_logged fresh-debootstrap debootstrap --variant=minbase bookworm "$system_dir" ${mirror:+"$mirror"}

  if [[ -n "$archives" ]]; then
    awk '{ print "deb", $1, $2, "main" }' <<<"$archives" >"$system_dir/etc/apt/sources.list"
  fi
  apt-config dump | grep -E '^Acquire::(http|https|ftp)::Proxy|^Acquire::https::(CaInfo|Verify)|^Acquire::Check-(Valid-Until|Date) ' \
    >"$system_dir/etc/apt/apt.conf.d/01host" || true
  cp -L /etc/resolv.conf "$system_dir/etc/resolv.conf"
  cp -L /etc/hosts "$system_dir/etc/hosts"
}

# Behind a proxy with a certificate of its own, npm must trust what the host trusts.
copy_trust() {
  local bundle=/etc/ssl/certs/ca-certificates.crt
  [[ -f "$bundle" ]] || return 0
  mkdir -p "$system_dir/etc/firedrill-fresh"
  cp -L "$bundle" "$system_dir/etc/firedrill-fresh/host-certificates.crt"
}

copy_tree() {
  mkdir -p "$system_dir$inside"
  if [[ "${FIREDRILL_FRESH_TREE:-head}" == work ]]; then
    git ls-files -co --exclude-standard -z | tar --null -T - -c --ignore-failed-read | tar -x -C "$system_dir$inside"
  else
    git archive HEAD | tar -x -C "$system_dir$inside"
  fi
}

run_inside() {
  local variable environment=(HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CI="${CI:-}")
  for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY npm_config_registry; do
    [[ -z "${!variable:-}" ]] || environment+=("$variable=${!variable}")
  done
  if [[ -f "$system_dir/etc/firedrill-fresh/host-certificates.crt" ]]; then
    environment+=(NODE_EXTRA_CA_CERTS=/etc/firedrill-fresh/host-certificates.crt)
  fi
  # Debian's own /dev of debootstrap will do; terminals and shared memory are mounts.
  # shellcheck disable=SC2016
  unshare --mount --propagation private --pid --fork --kill-child \
    env -i --default-signal=INT,QUIT "${environment[@]}" bash -c '
      set -e
      mount -t proc proc "$1/proc"
      mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
      mount -t tmpfs tmpfs "$1/dev/shm"
      exec chroot "$1" /bin/bash -c "cd $2 && $3"
    ' inside "$system_dir" "$inside" "$1" </dev/null &
  inside_pid=$!
  local code=0
  wait "$inside_pid" || code=$?
  inside_pid=""
  return "$code"
}

heading "a minimal Debian 12"
make_system
copy_trust
copy_tree
note "$(find "$system_dir$inside" -type f | wc -l) files copied"

heading "inside: $command_inside"
code=0
run_inside "$command_inside" || code=$?
note "exit $code"
exit "$code"
