// What nobody polite sends, over real sockets, against `firedrill mocks`: a clear answer every time, no
// crash, and memory that stays within bounds.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { assertExit, place, start, until } from './support.mjs';

const MiB = 1024 * 1024;

/** All the mocks there are, in one process; the test ends with proof that it still serves. */
async function serve(t) {
  const where = place(t);
  const run = start(where, ['mocks'], { timeout: 150_000 });
  const line = await until('a ready line', () => run.stdout.split('\n').slice(0, -1).find((text) => text.startsWith('{')));
  const { mocks, control } = JSON.parse(line);
  const ports = Object.entries(mocks).map(([name, { url }]) => ({ name, port: Number(new URL(url).port) }));
  assert.ok(ports.length >= 4);
  const alive = async () => {
    assert.equal((await fetch(`${control}/health`)).status, 200);
    for (const { url } of Object.values(mocks)) assert.ok((await fetch(`${url}/`)).status > 0);
  };
  const end = async () => {
    await alive();
    run.child.kill('SIGTERM');
    assertExit(await run.ended, 0);
  };
  return { ports, control, end, rss: () => rssOf(run.child.pid) };
}

const rssOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** A raw connection: `said` is all that came back, `closed` settles when the peer has closed. */
function raw(port) {
  const socket = connect(port, '127.0.0.1');
  const caller = { socket, said: '' };
  socket.on('data', (data) => { if (caller.said.length < MiB) caller.said += data.toString('latin1'); });
  caller.closed = new Promise((done) => { socket.on('close', done); });
  socket.on('error', () => {});
  return caller;
}

/** Sends all of it as fast as it is taken; false when the peer stopped listening before the end. */
async function pour(caller, piece, times) {
  for (let i = 0; i < times; ++i) {
    if (caller.socket.destroyed) return false;
    if (!caller.socket.write(piece)) {
      await Promise.race([new Promise((done) => { caller.socket.once('drain', done); }), caller.closed]);
    }
  }
  return !caller.socket.destroyed;
}

const statusOf = (text) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);

/** One request, one answer, however it ends. */
async function ask(port, bytes) {
  const caller = raw(port);
  caller.socket.write(bytes);
  await until(`an answer from ${port}`, () => caller.said.includes('\r\n\r\n'));
  caller.socket.destroy();
  return { status: statusOf(caller.said), text: caller.said };
}

const post = (body, type = 'application/json', path = '/') =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_1\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);

const paths = { stripe: '/v1/customers', openai: '/v1/chat/completions', hubspot: '/crm/v3/objects/contacts', twilio: '/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json' };

test('bodies that are no JSON, not UTF-8 or nest without end are answered as mistakes of the caller', async (t) => {
  const { ports, end } = await serve(t);
  const bodies = ['', '{', '{"a":', 'null', '[]', '"x"', '{"model":1e999}', '\u0000', '['.repeat(1_000_000), '{"a":'.repeat(300_000),
    Buffer.from([0xff, 0xfe, 0x80]), Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xc3, 0x28, 0xf0, 0x9f]), Buffer.from('"}')])];
  for (const { name, port } of ports) {
    for (const body of bodies) {
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const { status, text } = await ask(port, post(body, type, paths[name] ?? '/'));
        assert.ok(status >= 200 && status < 500, `${name} answers ${status} to ${String(body).slice(0, 20)} as ${type}:\n${text.slice(0, 500)}`);
      }
    }
  }
  await end();
});

test('targets and headers that are not UTF-8, verbs that nobody knows, and no HTTP at all', async (t) => {
  const { ports, end } = await serve(t);
  for (const { name, port } of ports) {
    const cases = [
      [Buffer.concat([Buffer.from('GET /v1/'), Buffer.from([0xff, 0xfe]), Buffer.from(' HTTP/1.1\r\nHost: x\r\n\r\n')]), [400, 401, 404]],
      [Buffer.concat([Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: '), Buffer.from([0xff, 0x80]), Buffer.from('\r\n\r\n')]), [200, 400, 401, 403, 404]],
      ['GET /%ff%fe/%00?%zz=%ff&&&=&a HTTP/1.1\r\nHost: x\r\n\r\n', [400, 401, 404]],
      ['BREW / HTTP/1.1\r\nHost: x\r\n\r\n', [400, 401, 403, 404, 405]],
      ['PROPFIND /v1/models HTTP/1.1\r\nHost: x\r\n\r\n', [400, 401, 403, 404, 405]],
      ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', [400, 401, 403, 404, 405]],
      ['OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', [200, 204, 400, 401, 403, 404, 405]],
      ['nonsense\r\n\r\n', [400]],
      ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', [400]],
      ['GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n', [400]],
      ['GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', [400]],
      ['POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', [400]],
      ['GET / HTTP/9.9\r\n\r\n', [400]],
    ];
    for (const [bytes, accepted] of cases) {
      const { status, text } = await ask(port, bytes);
      assert.ok(accepted.includes(status), `${name} answers ${status}, wanted ${accepted} for ${JSON.stringify(String(bytes))}:\n${text.slice(0, 300)}`);
    }
  }
  await end();
});

test('a body of 50 MB is refused with 413, declared or in chunks, and memory does not grow with their number', async (t) => {
  const { ports, rss, end } = await serve(t);
  const { port } = ports[0];
  const piece = Buffer.alloc(MiB, 'x');
  const round = async () => {
    const declared = raw(port);
    declared.socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${50 * MiB}\r\n\r\n`);
    await pour(declared, piece, 50);
    await declared.closed;
    assert.equal(statusOf(declared.said), 413);
    const chunked = raw(port);
    chunked.socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    await pour(chunked, Buffer.concat([Buffer.from(`${MiB.toString(16)}\r\n`), piece, Buffer.from('\r\n')]), 50);
    await chunked.closed;
    assert.equal(statusOf(chunked.said), 413);
  };
  const before = rss();
  for (let i = 0; i < 2; ++i) await round();  // the allocator keeps what it needed at its largest
  const after = rss();
  assert.ok(after - before < 64 * MiB, `four of them took ${(after - before) / MiB} MiB`);
  for (let i = 0; i < 6; ++i) await round();
  assert.ok(rss() - after < 4 * MiB, `twelve more grew it by ${(rss() - after) / MiB} MiB`);
  await end();
});

test('many large bodies at a time find an end to the memory they may take', async (t) => {
  const { ports, rss, end } = await serve(t);
  const { port } = ports[0];
  const before = rss();
  const piece = Buffer.alloc(MiB, 'x');
  const callers = [];
  for (let i = 0; i < 40; ++i) {
    const caller = raw(port);
    caller.socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${15 * MiB}\r\n\r\n`);
    callers.push(caller);
  }
  await Promise.all(callers.map((caller) => pour(caller, piece, 14)));
  await until('some are refused', () => callers.filter(({ said }) => statusOf(said) === 503).length >= 20);
  const grown = rss() - before;
  assert.ok(grown < 400 * MiB, `grew by ${grown / MiB} MiB`);
  for (const { socket } of callers) socket.destroy();
  await delay(200);
  // What was held is given back: a large body is welcome again.
  const { status } = await ask(port, post('x'.repeat(15 * MiB)));
  assert.ok(status < 500, `answered ${status}`);
  await end();
});

test('100,000 headers are refused with 431, in one piece or one by one', async (t) => {
  const { ports, rss, end } = await serve(t);
  const before = rss();
  for (const { name, port } of ports) {
    const caller = raw(port);
    caller.socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    let headers = '';
    for (let i = 0; i < 1000; ++i) headers += `X-${i}: y\r\n`;
    await pour(caller, headers, 100);
    await caller.closed;
    assert.equal(statusOf(caller.said), 431, name);
  }
  const endless = raw(ports[0].port);
  endless.socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;');
  await pour(endless, Buffer.alloc(64 * 1024, 'x'), 64);
  await endless.closed;
  assert.ok([400, 431].includes(statusOf(endless.said)), `the endless head of a chunk: ${endless.said.slice(0, 100)}`);
  assert.ok(rss() - before < 40 * MiB, `grew by ${(rss() - before) / MiB} MiB`);
  await end();
});

test('pipelined requests are all answered, however many', async (t) => {
  const { ports, rss, end } = await serve(t);
  const { port } = ports.find(({ name }) => name === 'openai');
  const before = rss();
  const caller = raw(port);
  let answered = 0;
  let carry = ''; // shorter than what is looked for, so that nothing is counted twice
  caller.socket.on('data', (data) => {
    const text = carry + data.toString('latin1');
    answered += text.split('HTTP/1.1 200').length - 1;
    carry = text.slice(-11);
  });
  const requests = 'GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n\r\n'.repeat(100);
  await pour(caller, requests, 100);
  await until('10,000 answers', () => answered === 10_000, 60_000);
  caller.socket.destroy();
  assert.ok(rss() - before < 60 * MiB, `grew by ${(rss() - before) / MiB} MiB`);
  await end();
});

test('a slow loris is answered 408 and costs the others nothing', { timeout: 120_000 }, async (t) => {
  const { ports, rss, end } = await serve(t);
  const { port } = ports[0];
  const before = rss();
  const callers = [];
  for (let i = 0; i < 300; ++i) {
    const caller = raw(port);
    caller.socket.write('POST /v1/customers HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\nX-Slow: ');
    callers.push(caller);
  }
  const drip = setInterval(() => { for (const { socket } of callers) if (!socket.destroyed) socket.write('a'); }, 500);
  t.after(() => clearInterval(drip));
  assert.ok((await fetch(`http://127.0.0.1:${port}/`)).status > 0);
  await until('all are answered', () => callers.every(({ said }) => said.includes('\r\n\r\n')), 60_000);
  clearInterval(drip);
  for (const { said } of callers) assert.equal(statusOf(said), 408);
  assert.ok(rss() - before < 60 * MiB, `grew by ${(rss() - before) / MiB} MiB`);
  await end();
});

test('more connections than there is room for are closed, and there is room again', async (t) => {
  const { ports, control, end } = await serve(t);
  const { port } = ports[0];
  const callers = [];
  for (let i = 0; i < 4400; ++i) callers.push(raw(port));
  await until('some are closed', () => callers.filter(({ socket }) => socket.destroyed).length >= 100, 60_000);
  assert.equal((await fetch(`${control}/health`)).status, 200);
  for (const { socket } of callers) socket.destroy();
  await delay(500);
  await end();
});
