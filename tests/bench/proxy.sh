#!/usr/bin/env bash
# What the fault proxy adds, and how exact its delays are, beside HAProxy on this machine.
# Usage: tests/bench/proxy.sh [EXCHANGES [ROUNDS]]   (default: 60000 exchanges a round, 5 rounds)
#
# Costs are compared as ratios of the same run: each round asks all in turn, the median counts.
# Exit code 1 when a target is missed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../ci/lib.sh"
cd "$root_dir"

readonly exchanges="${1:-60000}" rounds="${2:-5}" connections=8
readonly firedrill="${FIREDRILL:-build/release/firedrill}"
readonly haproxy_most=1.5           # CPU of an exchange, firedrill / HAProxy
readonly added_most=60              # µs, p50, without faults
readonly injected=100000 off_most=1000 # µs; the error of an injected latency, p99

work="$(mktemp -d)"
pids=()
clean_up() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

await_line() { # FILE PATTERN: until a line of the file fits
  local i
  for ((i = 0; i < 100; ++i)); do
    if grep -q -- "$2" "$1" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  die "not ready: $(cat "$1")"
}
free_port() {
  node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

start_echo() {
  "$work/tcp_bench" echo >"$work/echo" &
  pids+=("$!")
  await_line "$work/echo" '^[0-9]'
  echo_port="$(cat "$work/echo")"
}

start_firedrill() {
  "$firedrill" proxy --api 127.0.0.1:0 >"$work/firedrill" 2>&1 &
  pid_firedrill=$!
  pids+=("$pid_firedrill")
  await_line "$work/firedrill" '"ready":true'
  api="$(sed -n 's/.*"api":"\([^"]*\)".*/\1/p' "$work/firedrill")"
  firedrill_port="$(curl -sf "$api/proxies" -d '{"name":"bench","upstream":"127.0.0.1:'"$echo_port"'"}' |
    sed -n 's/.*"listen":"127.0.0.1:\([0-9]*\)".*/\1/p')"
}

start_haproxy() {
  haproxy_port="$(free_port)"
  cat >"$work/haproxy.cfg" <<CONF
global
  nbthread 1
  maxconn 9000
defaults
  mode tcp
  timeout connect 10s
  timeout client 600s
  timeout server 600s
listen bench
  bind 127.0.0.1:$haproxy_port
  server echo 127.0.0.1:$echo_port
CONF
  /usr/sbin/haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
  pid_haproxy=$!
  pids+=("$pid_haproxy")
  local i
  for ((i = 0; i < 100; ++i)); do
    if "$work/tcp_bench" closed "$haproxy_port" 1 1 >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  die "HAProxy does not get ready: $(cat "$work/haproxy.log")"
}

field() { sed -n "s/.*\b$1=\([0-9.]*\).*/\1/p" <<<"$2"; }
# measure MODE ARGUMENT…: the line of tcp_bench; every exchange must succeed.
measure() {
  local line
  line="$("$work/tcp_bench" "$@")" || die "tcp_bench $* failed"
  [[ "$(field failures "$line")" == 0 ]] || die "tcp_bench $*: $line"
  printf '%s\n' "$line"
}
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

# cost NAME PID PORT: appends the microseconds of CPU that one exchange took.
cost() {
  local before
  before="$(ticks "$2")"
  measure closed "$3" "$connections" "$exchanges" >/dev/null
  awk -v t="$(($(ticks "$2") - before))" -v hz="$(getconf CLK_TCK)" -v n="$exchanges" \
    'BEGIN { printf "%.3f\n", t / hz / n * 1e6 }' >>"$work/$1.cost"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

missed=0
judge() { # WHAT VALUE MOST
  local said=kept
  if ! awk -v v="$2" -v m="$3" 'BEGIN { exit !(v <= m) }'; then said=MISSED missed=1; fi
  printf '%-60s %10s   at most %s: %s\n' "$1" "$2" "$3" "$said"
}

main() {
  local round line at
  [[ -x "$firedrill" ]] || die "no $firedrill: cmake --preset release && cmake --build build/release --target firedrill"
  [[ -x /usr/sbin/haproxy ]] || die "no HAProxy; ci/setup.sh bench installs it"
  "${CXX:-g++}" -std=c++20 -O2 -o "$work/tcp_bench" tests/bench/tcp_bench.cpp
  start_echo
  start_firedrill
  start_haproxy

  heading "CPU of an exchange of 512 bytes each way, $exchanges a round, $connections connections"
  for at in "$firedrill_port" "$haproxy_port"; do measure closed "$at" "$connections" 5000 >/dev/null; done
  for ((round = 1; round <= rounds; ++round)); do
    cost firedrill "$pid_firedrill" "$firedrill_port"
    cost haproxy "$pid_haproxy" "$haproxy_port"
  done
  for at in firedrill haproxy; do
    printf '%-10s %8s µs   each round: %s\n' "$at" "$(median "$work/$at.cost")" "$(paste -s -d' ' "$work/$at.cost")"
  done

  heading "time of an exchange, one connection, without faults"
  for ((round = 1; round <= rounds; ++round)); do
    for at in direct firedrill haproxy; do
      local port="$echo_port"
      [[ "$at" == direct ]] || port="$([[ "$at" == firedrill ]] && echo "$firedrill_port" || echo "$haproxy_port")"
      line="$(measure closed "$port" 1 5000)"
      field p50 "$line" >>"$work/$at.p50"
    done
  done
  for at in direct firedrill haproxy; do printf '%-10s p50 %8s µs\n' "$at" "$(median "$work/$at.p50")"; done

  heading "a latency of 100 ms, 1,000 connections, 1,000 exchanges a second"
  curl -sf "$api/proxies/bench/toxics" -d '{"type":"latency","attributes":{"latency":100}}' >/dev/null
  line="$(measure paced "$firedrill_port" 1000 1000 10000)"
  printf '%s\n' "$line"
  curl -sf "$api/proxies/bench/counts"
  curl -sf -X DELETE "$api/proxies/bench/toxics/latency_downstream"

  heading "9,000 connections at a time"
  printf '%s\n' "$(measure closed "$firedrill_port" 9000 18000)"

  heading verdict
  judge 'CPU of an exchange, firedrill / HAProxy' \
    "$(awk -v a="$(median "$work/firedrill.cost")" -v b="$(median "$work/haproxy.cost")" 'BEGIN { printf "%.3f", a / b }')" "$haproxy_most"
  judge 'time added without faults, p50, in µs' \
    "$(awk -v a="$(median "$work/firedrill.p50")" -v b="$(median "$work/direct.p50")" 'BEGIN { printf "%.1f", a - b }')" "$added_most"
  judge 'error of an injected latency of 100 ms, p99, in µs' \
    "$(awk -v p="$(field p99 "$line")" -v i="$injected" 'BEGIN { printf "%.1f", p - i }')" "$off_most"
  if awk -v m="$(field min "$line")" -v i="$injected" 'BEGIN { exit !(m < i) }'; then
    printf 'an exchange came before its time: %s\n' "$line"
    missed=1
  fi
  return "$missed"
}

main
