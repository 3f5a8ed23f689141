// Every fault of a proxy that knows its protocol at once, and the runner killed in their midst: they live
// in its process, so nothing of them can be left.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNothingLeft, eventsOf, firedrill, place, processesWith, proved, root, start, until } from './support.mjs';

const actions = {
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

const kinds = JSON.parse(readFileSync(join(root, 'faults/kinds.json'), 'utf8'))
  .map(({ kind }) => kind).filter((kind) => /^(http|postgres|redis): /.test(kind));
const nameOf = (kind) => kind.replace(': ', '-');

function drill() {
  const faults = kinds.map((kind) => {
    const [protocol, what] = kind.split(': ');
    const action = actions[kind] ?? `{ error: ${what} }`;
    return `      - { proxy: ${protocol}, name: ${nameOf(kind)}, hits: optional, ${protocol}: ${action} }`;
  });
  return `firedrill: 1
name: proxy-kinds
system:
  command: [node, ${join(root, 'tests/systems/echo.mjs')}, "\${system.port}"]
  url: "http://127.0.0.1:\${system.port}"
  env: { OPENAI_BASE_URL: "\${proxies.http.url}/v1", PORTS: "\${proxies.http.port} \${proxies.postgres.port} \${proxies.redis.port}" }
mocks: { openai: {} }
proxies:
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
  const where = place(t);
  const file = join(where.folder, 'drill.yaml');
  writeFileSync(file, drill());
  const run = start(where, ['run', file, '--out', where.out]);
  const injected = () => eventsOf(where.out).filter(({ kind }) => kind === 'fault_injected').map(({ subject }) => subject);
  await until('all faults are injected', () => injected().length >= kinds.length);
  assert.deepEqual(injected().sort(), kinds.map(nameOf).sort());
  await until('one of them hits', () => eventsOf(where.out).some(({ kind }) => kind === 'fault_first_hit'));
  const ports = portsOf(where);
  assert.deepEqual(await Promise.all(ports.map(listens)), [true, true, true]);
  run.child.kill('SIGKILL');
  await run.ended;
  await assertNothingLeft(where, 5000);
  assert.deepEqual(await Promise.all(ports.map(listens)), [false, false, false]);
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
  for (const kind of kinds) proved(kind, ['killed'], t.name);
});
