#!/usr/bin/env bash
# What a mock costs, side by side with nginx and WireMock giving the same answer on this machine.
# Usage: tests/bench/mocks.sh [REQUESTS [ROUNDS]]   (default: 100000 requests a round, 5 rounds)
#
# Only ratios of the same run are compared, each round asks all three in turn and the median counts:
# that is what can be said on a machine that others use too. Exit code 1 when a target is missed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../ci/lib.sh"
cd "$root_dir"

readonly requests="${1:-100000}" rounds="${2:-5}" connections=8
readonly firedrill="${FIREDRILL:-build/release/firedrill}"
readonly path=/v1/customers/cus_NffrFeUfNV2Hib
readonly stateful_first=100000 stateful_all=1000000

# Targets: CPU per request against nginx and WireMock, resident memory against that after the first.
readonly nginx_most=2.5 wiremock_most=0.125 memory_most=1.05

work="$(mktemp -d)"
pids=()
clean_up() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

free_port() {
  node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

# await URL: until it answers.
await() {
  local i
  for ((i = 0; i < 300; ++i)); do
    if curl -sf --max-time 2 -o "$work/first" "$1"; then return 0; fi
    sleep 0.1
  done
  die "nothing answers at $1; logs: $(tail -n 5 "$work"/*.log 2>/dev/null)"
}

# firedrill_mocks LOG ARGUMENT…: starts them; pid in $started, addresses in LOG.
firedrill_mocks() {
  local log="$1" i
  shift
  "$firedrill" mocks "$@" >"$log" 2>&1 &
  started=$!
  pids+=("$started")
  for ((i = 0; i < 100; ++i)); do
    if grep -q '"ready":true' "$log"; then return 0; fi
    sleep 0.1
  done
  die "firedrill mocks does not get ready: $(cat "$log")"
}
url_of() { node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1],"utf8")).mocks[process.argv[2]].url)' "$1" "$2"; }

start_nginx() {
  nginx_port="$(free_port)"
  cat >"$work/nginx.conf" <<CONF
daemon off;
master_process off;
pid $work/nginx.pid;
error_log $work/nginx.log error;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
  server {
    listen 127.0.0.1:$nginx_port;
    location = $path { default_type application/json; return 200 '$(cat tests/bench/answer.json)'; }
  }
}
CONF
  /usr/sbin/nginx -p "$work" -c "$work/nginx.conf" >>"$work/nginx.log" 2>&1 &
  pid_nginx=$!
  pids+=("$pid_nginx")
  url_nginx="http://127.0.0.1:$nginx_port$path"
  await "$url_nginx"
}

start_wiremock() {
  local port jar
  port="$(free_port)"
  jar="$(echo tests/bench/node_modules/wiremock/build/wiremock-standalone-*.jar)"
  [[ -f "$jar" ]] || die "no WireMock; ci/setup.sh bench installs it"
  mkdir -p "$work/wiremock/mappings" "$work/wiremock/__files"
  cp tests/bench/answer.json "$work/wiremock/__files/"
  cat >"$work/wiremock/mappings/answer.json" <<JSON
{"request":{"method":"GET","urlPath":"$path"},
 "response":{"status":200,"headers":{"Content-Type":"application/json"},"bodyFileName":"answer.json"}}
JSON
  # Without its journal: bounded, it costs milliseconds a request once it is full. Our ledger stays on.
  java -jar "$jar" --port "$port" --bind-address 127.0.0.1 --root-dir "$work/wiremock" \
    --disable-banner --no-request-journal >"$work/wiremock.log" 2>&1 &
  pid_wiremock=$!
  pids+=("$pid_wiremock")
  url_wiremock="http://127.0.0.1:$port$path"
  await "$url_wiremock"
}

# CPU that a process has used so far, all its threads, in clock ticks.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

# ask COUNT URL [FORM]: sends them; answers in $answered. Every one must be a 2xx.
ask() {
  local line
  line="$(wrk -t1 -c"$connections" -d600s -s tests/bench/count.lua "$2" -- "$1" "${@:3}" | grep '^ANSWERS')" ||
    die "$2: not $1 answers in 600 s"
  read -r _ answered _ refused <<<"$line"
  [[ "$refused" == 0 ]] || die "$2: $line"
}

# cost NAME PID URL: appends the microseconds of CPU that one request took.
cost() {
  local before after
  before="$(ticks "$2")"
  ask "$requests" "$3"
  after="$(ticks "$2")"
  awk -v t="$((after - before))" -v hz="$(getconf CLK_TCK)" -v n="$answered" \
    'BEGIN { printf "%.3f\n", t / hz / n * 1e6 }' >>"$work/$1.cost"
}
median() { sort -n "$work/$1.cost" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

missed=0
# judge WHAT VALUE MOST
judge() {
  if awk -v v="$2" -v m="$3" 'BEGIN { exit !(v <= m) }'; then
    printf '%-58s %8s   at most %s: kept\n' "$1" "$2" "$3"
  else
    printf '%-58s %8s   at most %s: MISSED\n' "$1" "$2" "$3"
    missed=1
  fi
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

main() {
  local round
  [[ -x "$firedrill" ]] || die "no $firedrill: cmake --preset release && cmake --build build/release --target firedrill"
  for tool in wrk java curl node; do command -v "$tool" >/dev/null || die "no $tool; ci/setup.sh bench installs it"; done

  heading "CPU per request, $requests requests a round, $connections connections kept open, ledger on"
  firedrill_mocks "$work/firedrill.json" --scenario tests/bench/mocks.yaml
  local pid_firedrill="$started" url_firedrill
  url_firedrill="$(url_of "$work/firedrill.json" answer)$path"
  start_nginx
  start_wiremock
  for url in "$url_firedrill" "$url_nginx" "$url_wiremock"; do
    curl -sf "$url" | cmp - tests/bench/answer.json || die "$url does not give the answer"
    ask 30000 "$url" # warm: compiled, connected, allocated
  done
  for ((round = 1; round <= rounds; ++round)); do
    cost firedrill "$pid_firedrill" "$url_firedrill"
    cost nginx "$pid_nginx" "$url_nginx"
    cost wiremock "$pid_wiremock" "$url_wiremock"
  done
  printf '%-12s %10s   %s\n' server 'us/request' 'each round'
  for name in firedrill nginx wiremock; do
    printf '%-12s %10s   %s\n' "$name" "$(median "$name")" "$(paste -s -d' ' "$work/$name.cost")"
  done

  heading "resident memory while customers are created"
  firedrill_mocks "$work/stripe.json" stripe
  local pid_stripe="$started" url_stripe form='name=Jenny+Rosen&email=jenny%40example.com&metadata%5Bk%5D=v' first all
  url_stripe="$(url_of "$work/stripe.json" stripe)/v1/customers"
  ask "$stateful_first" "$url_stripe" "$form"
  first="$(rss_kb "$pid_stripe")"
  ask "$((stateful_all - stateful_first))" "$url_stripe" "$form"
  all="$(rss_kb "$pid_stripe")"
  printf 'after %d: %d kB, after %d: %d kB\n' "$stateful_first" "$first" "$stateful_all" "$all"

  heading verdict
  judge 'CPU per request, firedrill / nginx' "$(ratio "$(median firedrill)" "$(median nginx)")" "$nginx_most"
  judge 'CPU per request, firedrill / WireMock' "$(ratio "$(median firedrill)" "$(median wiremock)")" "$wiremock_most"
  judge 'resident memory, after 1,000,000 / after 100,000 requests' "$(ratio "$all" "$first")" "$memory_most"
  return "$missed"
}

main
