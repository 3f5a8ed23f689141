// The load bench: firedrill beside wrk, h2load and hey against nginx on loopback, in one run; how
// precisely requests leave; memory; start-up. Prints a Markdown table.
//
//   node load.mjs FIREDRILL ARRIVAL_SERVER [--quick]

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [firedrill, arrivalServer] = process.argv.slice(2);
const quick = process.argv.includes('--quick');
const seconds = quick ? 3 : 8;
const rounds = quick ? 1 : 3;
const scratch = mkdtempSync(join(tmpdir(), 'firedrill-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs to the end: { code, out, wall, cpu } with times in seconds, children included. */
function run(command, args, onStart = () => {}) {
  const started = process.hrtime.bigint();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', '-', command, ...args]);
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (out += data));
  onStart(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const wall = Number(process.hrtime.bigint() - started) / 1e9;
      const [, user, system] = out.match(/cpu ([\d.]+) ([\d.]+)/);
      resolve({ code, out, wall, cpu: Number(user) + Number(system) });
    });
  });
}

async function startNginx() {
  const port = 20000 + (process.pid % 10000);
  const config = join(scratch, 'nginx.conf');
  writeFileSync(config, `daemon off; worker_processes 1; pid ${scratch}/nginx.pid; error_log ${scratch}/nginx.log crit;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  server { listen 127.0.0.1:${port} backlog=4096; location / { default_type text/plain; return 200 "ok"; } } }
`);
  const child = spawn('nginx', ['-c', config, '-p', scratch], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; ++attempt) {
    await sleep(50);
    if (await fetch(`${url}/`).then((answer) => answer.ok, () => false)) return { url, child };
  }
  throw new Error('nginx did not start');
}

/** `arrival` is how requests come to be due: `rate: 5000/s` or `users: 64`. */
function scenario(url, arrival, length, more) {
  const file = join(scratch, 'bench.yaml');
  writeFileSync(file, `firedrill: 1
name: bench
system: { url: "${url}", ready: { path: /, within: 5s } }
traffic:
  all: { ${arrival}, ${more}request: { get: "/\${request.index}" }, timeout: 2s }
timeline: [ { all: ${length}s } ]
expect: [ { slo: all.failed.count == 0 } ]
`);
  return file;
}

async function drill(url, arrival, length, onStart = () => {}, more = '') {
  const out = join(scratch, 'out');
  const file = join(out, 'result.json');
  rmSync(file, { force: true });
  const ended = await run(firedrill, ['run', scenario(url, arrival, length, more), '--out', out, '-q'], onStart);
  if (!existsSync(file)) throw new Error(`no result of ${firedrill} with ${arrival}:\n${ended.out}`);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  return { ...ended, result, whole: result.traffic[0].whole };
}

/** Requests a second and CPU for each, of one tool in one round. */
const tools = {
  async wrk(url) {
    const { out, cpu } = await run('wrk', ['-t1', '-c64', `-d${seconds}s`, `${url}/`]);
    return { requests: Number(out.match(/(\d+) requests in/)[1]), cpu };
  },
  async h2load(url) {
    const { out, cpu } = await run('h2load', ['--h1', '-t1', '-c64', '-D', String(seconds), `${url}/`]);
    return { requests: Number(out.match(/(\d+) succeeded/)[1]), cpu };
  },
  async hey(url) {
    const { out, cpu } = await run('hey', ['-c', '64', '-z', `${seconds}s`, `${url}/`]);
    return { requests: Number(out.match(/\[200\]\s+(\d+) responses/)[1]), cpu };
  },
  async 'h2load, 5,000/s'(url) {
    const { out, cpu } = await run('h2load', ['--h1', '-t1', '-c50', '--rps', '100', '-D', String(seconds), `${url}/`]);
    return { requests: Number(out.match(/(\d+) succeeded/)[1]), cpu };
  },
  async 'firedrill, 64 users'(url) {
    const { whole, cpu } = await drill(url, 'users: 64', seconds);
    return { requests: whole.endings.ok, cpu };
  },
  async 'firedrill, 5,000/s'(url) {
    const { whole, cpu } = await drill(url, 'rate: 5000/s', seconds);
    return { requests: whole.endings.ok, cpu, planned: whole.planned };
  },
  async 'firedrill, 20,000/s'(url) {
    const { whole, cpu } = await drill(url, 'rate: 20000/s', seconds);
    return { requests: whole.endings.ok, cpu, planned: whole.planned };
  },
};

async function throughput(url) {
  const seen = Object.fromEntries(Object.keys(tools).map((name) => [name, []]));
  for (let round = 0; round < rounds; ++round) {
    for (const [name, measure] of Object.entries(tools)) {
      const { requests, cpu, planned } = await measure(url);
      seen[name].push({ rate: requests / seconds, cpu: (cpu / requests) * 1e6, planned, share: planned ? requests / planned : 1 });
    }
  }
  const wrk = seen.wrk.map((round) => round.cpu);
  console.log('| client | requests/s | CPU per request | of wrk\'s, same round | planned requests answered |');
  console.log('|---|---|---|---|---|');
  for (const [name, all] of Object.entries(seen)) {
    const ratio = median(all.map((round, i) => round.cpu / wrk[i]));
    const answered = all[0].planned ? `${(median(all.map((r) => r.share)) * 100).toFixed(1)} %` : '–';
    console.log(`| ${name} | ${Math.round(median(all.map((r) => r.rate))).toLocaleString('en')} | ${median(all.map((r) => r.cpu)).toFixed(1)} µs | ${ratio.toFixed(2)} | ${answered} |`);
  }
}

/** Starts the server that notes arrivals; stop() gives Map from path to nanoseconds since 1970. */
async function startArrivals() {
  const log = join(scratch, 'arrivals');
  const child = spawn(arrivalServer, [log]);
  const port = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(Number(String(data)))));
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.on('close', resolve));
      const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
      return new Map(lines.map((line) => { const [path, at] = line.split(' '); return [path, BigInt(at)]; }));
    },
  };
}

/** Ascending list of due-to-arrival times in µs: due times by the formula of an even schedule. */
function lateness(arrivals, zero, rate) {
  const late = [];
  for (const [path, at] of arrivals) {
    const index = Number(path.slice(1));
    if (path === '/' || Number.isNaN(index)) continue;
    late.push((Number(at - zero) - ((index + 0.5) / rate) * 1e9) / 1e3);
  }
  return late.sort((a, b) => a - b);
}

async function precision() {
  console.log('\n| due to arrival at the server | p50 | p99 | p99.9 | send lag p99, own account | dropped |');
  console.log('|---|---|---|---|---|---|');
  for (const rate of [1000, 5000, 20000]) {
    const server = await startArrivals();
    const { result, whole } = await drill(server.url, `rate: ${rate}/s`, seconds);
    const late = lateness(await server.stop(), BigInt(result.times.zero_unix_ns), rate);
    const at = (q) => `${late[Math.min(late.length - 1, Math.ceil(q * late.length) - 1)].toFixed(0)} µs`;
    console.log(`| ${rate.toLocaleString('en')}/s | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} | ${Math.round(whole.send_lag.p99_ms * 1000)} µs | ${whole.dropped.total} |`);
  }
}

/** Groups of rivals: how far apart the first and the last of 30 reach the server. */
async function rivals() {
  const server = await startArrivals();
  await drill(server.url, 'rate: 1/s', seconds, () => {}, 'together: 30, in_flight: 100, ');
  const times = [...(await server.stop())].filter(([path]) => path !== '/').map(([, at]) => Number(at / 1000n)).sort((a, b) => a - b);
  const groups = [];
  for (const at of times) {
    if (groups.length === 0 || at - groups.at(-1)[0] > 200_000) groups.push([]);
    groups.at(-1).push(at);
  }
  const whole = groups.filter((group) => group.length === 30).map((group) => group.at(-1) - group[0]);
  console.log('\n| 30 rivals released together, first to last at the server | |');
  console.log('|---|---|');
  console.log(`| median, worst of ${whole.length} groups | ${(median(whole) / 1e3).toFixed(2)} ms, ${(Math.max(...whole) / 1e3).toFixed(2)} ms |`);
}

/** Resident memory of the runner, from the drill's own child processes. */
function residentMiB(pid) {
  let most = 0;
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)) {
    const status = readFileSync(`/proc/${child}/status`, 'utf8');
    most = Math.max(most, Number(status.match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) / 1024);
  }
  return most;
}

async function memory(url) {
  const length = quick ? 30 : 300;
  const samples = [];
  let timer;
  await drill(url, 'rate: 5000/s', length, (shell) => {
    const began = Date.now();
    timer = setInterval(() => {
      try {
        samples.push({ requests: ((Date.now() - began) / 1e3) * 5000, mib: residentMiB(shell.pid) });
      } catch { /* it has just ended */ }
    }, 1000);
  });
  clearInterval(timer);
  const at = (requests) => samples.find((sample) => sample.requests >= requests)?.mib;
  console.log(`\n| resident memory, 5,000/s for ${length} s | MiB |`);
  console.log('|---|---|');
  for (const requests of [100_000, 1_000_000, 1_400_000]) {
    const mib = at(requests);
    if (mib) console.log(`| after ${requests.toLocaleString('en')} requests | ${mib.toFixed(1)} |`);
  }
}

async function startUp(url) {
  const times = [];
  for (let i = 0; i < 5; ++i) times.push((await drill(url, 'rate: 100/s', 1)).wall - 1);
  console.log('\n| start-up | |');
  console.log('|---|---|');
  console.log(`| whole \`run\` but for its phase | ${(median(times) * 1e3).toFixed(0)} ms |`);
}

console.log(`${cpus().length} × ${cpus()[0].model.trim()}, ${rounds} rounds of ${seconds} s, medians, ${new Date().toISOString().slice(0, 10)}\n`);
const nginx = await startNginx();
try {
  await throughput(nginx.url);
  await precision();
  await rivals();
  await startUp(nginx.url);
  await memory(nginx.url);
} finally {
  nginx.child.kill('SIGTERM');
  rmSync(scratch, { recursive: true, force: true });
}
