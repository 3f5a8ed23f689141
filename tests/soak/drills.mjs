// The drill of each kind of fault in faults/kinds.json, for killing it in its midst.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../e2e/support.mjs';
import { drillOf, kinds as machineKinds } from '../support/fault_kinds.mjs';
import { freePort } from './servers.mjs';

export const allKinds = JSON.parse(readFileSync(join(root, 'faults/kinds.json'), 'utf8')).map(({ kind }) => kind);

/** The longest that a drill waits to be killed. */
const broken = '60s';

// What the proxies and services are told, where it is not `error: NAME` or `true`.
const proxied = {
  http: {
    respond: { status: 503 }, latency: '50ms', rate_limit: '1/s', hang: 'forever', reset: true,
    set_headers: { server: 'other' }, corrupt: '4B', malformed: true, truncate: '4B', wrong_length: 7,
    drip: { bytes: '4B', every: '10ms' },
  },
  postgres: { statement_timeout: { error: 'statement_timeout', after: '20ms' }, latency: '50ms', slow_rows: '20ms', cut_rows: 0 },
  redis: { latency: '50ms', cut: '3B' },
  tcp: {
    latency: '50ms', bandwidth: { rate: '200B' }, slicer: { average: '8B' }, slow_close: '300ms', packet_loss: { rate: '100%' },
    blackhole: true, timeout: 'forever', reset: '0ms', limit_data: '10B', refuse: true, down: true, connect_hang: 'forever',
    connection_cap: 0,
  },
  tls: { certificate: 'expired', handshake_hang: 'forever', old_protocol: true },
};
const served = {
  hold_connections: 5, idle_in_transaction: { sessions: 2, lock_table: 'sweep' }, long_queries: { sessions: 2 },
  terminate_backends: { every: '100ms' }, statement_timeout: '800ms', no_space: { size: '8MiB' }, client_pause: 'writes',
  max_clients: 50, slow_commands: '20ms',
};

function scenario(rest, fault) {
  return JSON.stringify({
    firedrill: 1,
    name: 'kill-sweep',
    system: { command: ['node', join(root, 'tests/systems/echo.mjs'), '${system.port}'], url: 'http://127.0.0.1:${system.port}' },
    traffic: { echo: { rate: '20/s', timeout: '600ms', request: { get: '/echo' } } },
    timeline: [{ before: '300ms' }, { broken, inject: [{ ...fault, hits: 'optional' }] }],
    expect: [{ during: 'before', slo: 'echo.failed.rate < 100%' }],
    ...rest,
  });
}

/** A proxy that somebody uses: at work is a fault that has hit. */
async function ofProxy(protocol, what, { servers }) {
  const port = await freePort();
  const upstream = {
    postgres: `127.0.0.1:${servers?.port}`, redis: `127.0.0.1:${servers?.redisPort}`,
  }[protocol] ?? '${mocks.openai.url}';
  const value = proxied[protocol][what];
  const action = value === undefined || value.error ? value ?? { error: what } : { [what]: value };
  const reads = protocol === 'tls' ? 'tcp' : protocol;
  const rest = { mocks: { openai: {} }, proxies: { it: { upstream, protocol: reads, port } } };
  return { text: scenario(rest, { proxy: 'it', [protocol]: action }), atWork: 'fault_first_hit', client: { protocol, port } };
}

/** On servers that were there before; what ends a server needs one of its own. */
function ofService(service, what, { servers }) {
  const isPrivate = ['no_space', 'restart', 'stop'].includes(what);
  const services = { [service]: isPrivate ? { within: '60s' } : servers.services[service] };
  return { text: scenario({ services }, { service, [what]: served[what] ?? true }), atWork: 'fault_injected' };
}

/** A process that the drill did not start: it must go on as before. */
function bystander(t, folder) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  t.after(() => { child.kill('SIGKILL'); });
  const file = join(folder, 'bystander.pid');
  writeFileSync(file, `${child.pid}\n`);
  return { pid: child.pid, file };
}

function ofMachine(t, kind, { where, disk }) {
  const known = machineKinds.find((one) => one.kind === kind);
  if (!known) return undefined;
  const atWork = kind.startsWith('mock') ? 'fault_first_hit' : 'fault_injected';
  if (kind !== 'process: pause' && kind !== 'process: descriptors') return { text: drillOf(known, root, disk, broken), atWork };
  const { pid, file } = bystander(t, where.folder);
  const fault = known.fault.replace('process: system', `process: { pid_file: ${file} }, hits: optional`);
  return { text: drillOf({ ...known, path: '/echo', fault }, root, disk, broken), atWork, bystander: pid };
}

export const needsServers = (kind) => /^(postgres|redis|proxy postgres|proxy redis): /.test(kind);

/**
 * What to run for a kind: `text` of the scenario, the event (`atWork`) that says that its fault is at work, the `client`
 * that it hits, the pid of a `bystander` that it is done to. Undefined for a kind that nobody has a drill for.
 */
export async function drillFor(t, kind, setting) {
  const [group, what] = kind.split(': ');
  if (group === 'proxy') {
    const protocol = proxied.tls[what] === undefined ? 'tcp' : 'tls';
    return proxied[protocol][what] === undefined ? undefined : ofProxy(protocol, what, setting);
  }
  if (group.startsWith('proxy ')) return ofProxy(group.slice(6), what, setting);
  if (group === 'postgres' || group === 'redis') return ofService(group, what, setting);
  return ofMachine(t, kind, setting);
}
