// Every fault of a proxy that knows its protocol at once, and the runner killed in their midst: they live
// in its process, so nothing of them can be left.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNothingLeft, eventsOf, firedrill, place, processesWith, proved, root, start, until } from './support.mjs';

const actions = {
  'tcp: latency': '{ latency: 20ms }',
  'tcp: bandwidth': '{ bandwidth: { rate: 100KB } }',
  'tcp: slicer': '{ slicer: { average: 64B } }',
  'tcp: slow_close': '{ slow_close: 1s }',
  'tcp: packet_loss': '{ packet_loss: { rate: 1% } }',
  'tcp: blackhole': '{ blackhole: true }',
  'tcp: timeout': '{ timeout: 5s }',
  'tcp: reset': '{ reset: 0ms }',
  'tcp: limit_data': '{ limit_data: 1KB }',
  'tcp: refuse': '{ refuse: true }',
  'tcp: down': '{ down: true }',
  'tcp: connect_hang': '{ connect_hang: forever }',
  'tcp: connection_cap': '{ connection_cap: 5 }',
  'tls: certificate': '{ certificate: expired }',
  'tls: handshake_hang': '{ handshake_hang: forever }',
  'tls: old_protocol': '{ old_protocol: true }',
  'http: respond': '{ respond: { status: 503 } }',
  'http: latency': '{ latency: 20ms }',
  'http: rate_limit': '{ rate_limit: 1/s }',
  'http: hang': '{ hang: forever }',
  'http: reset': '{ reset: true }',
  'http: set_headers': '{ set_headers: { server: other } }',
  'http: corrupt': '{ corrupt: 4B }',
  'http: malformed': '{ malformed: true }',
  'http: truncate': '{ truncate: 4B }',
  'http: wrong_length': '{ wrong_length: 7 }',
  'http: drip': '{ drip: { bytes: 1B, every: 10ms } }',
  'postgres: statement_timeout': '{ error: statement_timeout, after: 20ms }',
  'postgres: latency': '{ latency: 20ms }',
  'postgres: slow_rows': '{ slow_rows: 20ms }',
  'postgres: cut_rows': '{ cut_rows: 2 }',
  'redis: latency': '{ latency: 20ms }',
  'redis: cut': '{ cut: 3B }',
};

/** As the table of kinds says it: 'proxy http: respond', but 'proxy: latency' for bytes and for TLS. */
const saidOf = (kind) => (/^t(cp|ls): /.test(kind) ? `proxy${kind.slice(3)}` : `proxy ${kind}`);
const known = JSON.parse(readFileSync(join(root, 'faults/kinds.json'), 'utf8'))
  .map(({ kind }) => kind).filter((kind) => kind.startsWith('proxy'));
const bytes = Object.keys(actions).filter((kind) => /^t(cp|ls): /.test(kind));
const kinds = [...bytes, ...known.filter((kind) => kind.startsWith('proxy ')).map((kind) => kind.slice(6))];
const nameOf = (kind) => kind.replace(': ', '-');

/** The proxy that a kind is injected into: one that is closed to all cannot show that it listens. */
function proxyOf(kind) {
  if (['tcp: down', 'tcp: refuse', 'tcp: connect_hang'].includes(kind)) return 'closed';
  return kind.split(': ')[0];
}
const listening = ['tcp', 'tls', 'http', 'postgres', 'redis'];

function drill() {
  const faults = kinds.map((kind) => {
    const [protocol, what] = kind.split(': ');
    const action = actions[kind] ?? `{ error: ${what} }`;
    return `      - { proxy: ${proxyOf(kind)}, name: ${nameOf(kind)}, hits: optional, ${protocol}: ${action} }`;
  });
  return `firedrill: 1
name: proxy-kinds
system:
  command: [node, ${join(root, 'tests/systems/echo.mjs')}, "\${system.port}"]
  url: "http://127.0.0.1:\${system.port}"
  env: { OPENAI_BASE_URL: "\${proxies.http.url}/v1", PORTS: "${listening.map((name) => `\${proxies.${name}.port}`).join(' ')}" }
mocks: { openai: {} }
proxies:
  tcp: { upstream: "\${mocks.openai.url}" }
  closed: { upstream: "\${mocks.openai.url}" }
  tls: { upstream: "\${mocks.openai.url}", tls: { terminate: true } }
${['http', 'postgres', 'redis'].map((name) => `  ${name}: { upstream: "\${mocks.openai.url}", protocol: ${name} }`).join('\n')}
traffic: { ask: { rate: 50/s, request: { get: /ask } } }
timeline:
  - steady: 500ms
  - broken: 10s
    inject:
${faults.join('\n')}
expect: [{ during: steady, slo: "ask.failed.rate < 50%" }]
`;
}

/** Whether somebody listens on the port. */
const listens = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => { socket.destroy(); done(true); });
  socket.on('error', () => done(false));
});

/** The ports of the proxies, as the system was told them. */
function portsOf(where) {
  const system = processesWith(where.mark).find(({ command }) => /echo\.mjs/.test(command));
  const environment = readFileSync(`/proc/${system.pid}/environ`, 'latin1').split('\0');
  return environment.find((variable) => variable.startsWith('PORTS=')).slice(6).split(' ').map(Number);
}

test('proxy kinds: all at once, and the runner is killed', async (t) => {
  assert.deepEqual(kinds.map(saidOf).sort(), known.sort());
  const where = place(t);
  const file = join(where.folder, 'drill.yaml');
  writeFileSync(file, drill());
  const run = start(where, ['run', file, '--out', where.out]);
  const injected = () => eventsOf(where.out).filter(({ kind }) => kind === 'fault_injected').map(({ subject }) => subject);
  await until('all faults are injected', () => injected().length >= kinds.length);
  assert.deepEqual(injected().sort(), kinds.map(nameOf).sort());
  await until('one of them hits', () => eventsOf(where.out).some(({ kind }) => kind === 'fault_first_hit'));
  const ports = portsOf(where);
  assert.deepEqual(await Promise.all(ports.map(listens)), listening.map(() => true));
  run.child.kill('SIGKILL');
  await run.ended;
  await assertNothingLeft(where, 5000);
  assert.deepEqual(await Promise.all(ports.map(listens)), listening.map(() => false));
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
  for (const kind of kinds) proved(saidOf(kind), ['killed'], t.name);
});
