// The fault proxy when it is killed: its faults live in it, so nothing of them is left.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, proved, start, until } from './support.mjs';

/** Kinds of faults/kinds.json, as toxics. */
const kinds = {
  latency: { type: 'latency', attributes: { latency: 60_000 } },
  bandwidth: { type: 'bandwidth', attributes: { rate: 0 } },
  slicer: { type: 'slicer', attributes: { average_size: 1, delay: 1_000_000 } },
  slow_close: { type: 'slow_close', attributes: { delay: 60_000 } },
  packet_loss: { type: 'packet_loss', attributes: { loss_rate: 1 } },
  blackhole: { type: 'blackhole' },
  timeout: { type: 'timeout', attributes: { timeout: 60_000 } },
  reset: { type: 'reset_peer', attributes: { timeout: 60_000 } },
  limit_data: { type: 'limit_data', attributes: { bytes: 1_000 } },
  refuse: { type: 'refuse' },
  down: { type: 'down' },
  connect_hang: { type: 'connect_hang' },
  connection_cap: { type: 'connection_cap', attributes: { connections: 1 } },
  certificate: { type: 'tls_certificate' },
  handshake_hang: { type: 'tls_handshake_hang' },
  old_protocol: { type: 'tls_old_protocol' },
};

async function server(t) {
  const open = new Set();
  const listening = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => {
    for (const socket of open) socket.destroy();
    listening.close();
  });
  return { open, port: listening.address().port };
}

/** What a client sees that connects to `port` and sends something: what came back, or an error. */
function tryPort(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
    socket.on('data', (bytes) => { done(String(bytes)); socket.destroy(); });
    socket.on('error', (error) => done(error.code));
    socket.on('close', () => done('closed'));
  });
}

test('proxy: killed under each fault, it leaves no port, no connection and no process', async (t) => {
  const where = place(t);
  const { open, port } = await server(t);
  const run = start(where, ['proxy', '--api', '127.0.0.1:0']);
  const line = await until('a ready line', () => run.stdout.split('\n').slice(0, -1)[0]);
  const { api } = JSON.parse(line);
  const clients = [];
  for (const [kind, toxic] of Object.entries(kinds)) {
    const made = await fetch(`${api}/proxies`, {
      method: 'POST', body: JSON.stringify({ name: kind, upstream: `127.0.0.1:${port}` }),
    });
    const { listen } = await made.json();
    const client = connect(Number(listen.split(':')[1]), '127.0.0.1');
    client.on('error', () => {});
    await once(client, 'connect');
    client.write('before');
    assert.equal(String((await once(client, 'data'))[0]), 'before');
    const added = await fetch(`${api}/proxies/${kind}/toxics`, { method: 'POST', body: JSON.stringify(toxic) });
    assert.equal(added.status, 200, `${kind}: ${await added.text()}`);
    client.write('under the fault');
    clients.push({ kind, client, listen, closed: new Promise((done) => { client.on('close', done); }) });
  }
  assert.ok(open.size >= Object.keys(kinds).length - 1, 'connections were open, but for those of `down`');

  run.child.kill('SIGKILL');
  await run.ended;
  for (const { kind, client, listen, closed } of clients) {
    if (!client.destroyed) await closed;
    assert.equal(await tryPort(Number(listen.split(':')[1])), 'ECONNREFUSED', kind);
  }
  await until('the server has lost all of them', () => open.size === 0);
  assert.equal(await tryPort(port), 'hello', 'the server itself is as before');
  await assertNothingLeft(where);
  assertExit(await firedrill(where, ['heal']), 0);
  for (const kind of Object.keys(kinds)) {
    proved(`proxy: ${kind}`, ['killed'], 'killed under each fault, it leaves nothing');
  }
});

test('proxy: an address that is none is 104, one that is taken is 113', async (t) => {
  const where = place(t);
  const wrong = await firedrill(where, ['proxy', '--api', 'nowhere']);
  assertExit(wrong, 104);
  assert.match(wrong.output, /nowhere/);
  const { port } = await server(t);
  const taken = await firedrill(where, ['proxy', '--api', `127.0.0.1:${port}`]);
  assertExit(taken, 113);
  assert.match(taken.output, new RegExp(String(port)));
});
