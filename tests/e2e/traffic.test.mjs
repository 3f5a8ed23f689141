// The traffic language against a system with people in it: what it saw is what the scenario says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, firedrill, place, resultOf, root, start } from './support.mjs';

/** A scenario in the test's own folder; its system is portal.mjs, which writes what it saw to portal.log. */
function portal(where, { traffic, expect, length = '1s', env = {}, top = '', scheme = 'http', system = '' }) {
  const log = join(where.folder, 'portal.log');
  const file = join(where.folder, 'drill.yaml');
  const variables = Object.entries({ PORTAL_LOG: log, ...env }).map(([name, value]) => `    ${name}: ${JSON.stringify(String(value))}`);
  writeFileSync(file, `firedrill: 1
name: traffic
system:
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(join(root, 'tests/systems/portal.mjs'))}, "\${system.port}"]
  url: ${scheme}://127.0.0.1:\${system.port}
${system}
  env:
${variables.join('\n')}
${top}
traffic:
${traffic}
timeline: [{ all: ${length} }]
expect:
${expect.map((slo) => `  - { slo: ${JSON.stringify(slo)} }`).join('\n')}
`);
  return { file, seen: () => readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) };
}

const series = (where, name) => resultOf(where.out).traffic.find((each) => each.stream === name).whole;

function assertBooks(where) {
  for (const { stream, whole } of resultOf(where.out).traffic) {
    assert.equal(whole.planned, whole.sent + whole.dropped.total, `${stream}: planned = sent + dropped`);
    const ended = Object.values(whole.endings).reduce((sum, count) => sum + count, 0);
    assert.equal(ended, whole.sent, `${stream}: all that was sent has ended`);
  }
}

const people = `
    log_in:
      request: { post: /login, json: { user: "u\${user.index}" } }
      check: { status: 200 }
      extract: { token: { json: /access_token }, refresh: { json: /refresh_token } }
    refresh:
      on_status: [401]
      request: { post: /token, json: { refresh_token: "\${refresh}" } }
      extract: { token: { json: /access_token } }
    request: { get: /me, headers: { authorization: "Bearer \${token}" } }
    check: { status: 200 }`;

test('traffic: people log in once, keep their cookie, and get a new token when the old one is refused', async (t) => {
  const where = place(t);
  const drill = portal(where, {
    traffic: `  desk:\n    users: 4\n    iterations: 10${people}`,
    length: '4s', env: { TOKEN_USES: 3 }, expect: ['desk.failed.count == 0', 'desk.planned.count >= 1'],
  });
  assertExit(await firedrill(where, ['run', drill.file, '--out', where.out]), 0);
  const seen = drill.seen();
  const count = (url, status) => seen.filter((r) => r.url === url && r.status === status).length;
  assert.equal(count('/login', 200), 4);
  assert.equal(count('/me', 200), 40, 'each of 4 users has done its 10 rounds');
  assert.equal(count('/me', 403), 0, 'the cookie was there each time');
  assert.equal(count('/me', 401), 12, 'a token is good for 3: refused after 3, 6 and 9');
  assert.equal(count('/token', 200), 12);
  assert.equal(series(where, 'desk.log_in').sent, 4);
  assert.equal(series(where, 'desk.refresh').sent, 12);
  assert.equal(series(where, 'desk').sent, 52);
  assert.deepEqual(series(where, 'desk').status, { 200: 40, 401: 12 });
  assertBooks(where);
  for (const file of ['result.json', 'events.jsonl', 'summary.md', 'junit.xml']) {
    assert.doesNotMatch(readFileSync(join(where.out, file), 'utf8'), /tok-u|ref-u/, `${file} holds no token`);
  }
});

test('traffic: a log-in that fails is seen in the requests that it kept from being sent', async (t) => {
  const where = place(t);
  const drill = portal(where, {
    traffic: `  desk:\n    rate: 20/s${people.replace('post: /login', 'post: /nowhere')}`,
    expect: ['desk.failed.count == 0'],
  });
  assertExit(await firedrill(where, ['run', drill.file, '--out', where.out]), 99);
  const desk = series(where, 'desk');
  assert.equal(desk.planned, 20);
  assert.equal(desk.dropped.reasons.not_reached, 20);
  assert.equal(desk.dropped.by_generator, 0);
  assertBooks(where);
});

test('traffic: of 30 rivals for a slot one gets it and 29 are told so, in each group', async (t) => {
  const where = place(t);
  const drill = portal(where, {
    traffic: `  rivals:
    rate: 2/s
    together: 30
    request: { post: /book, json: { slot: "slot-\${group.index}", by: "\${group.rival}" } }
    check: { status: 201 }
    expect_status: [409]`,
    length: '2s', expect: ['rivals.failed.count == 0', 'rivals.status_201.count == 4', 'rivals.status_409.count == 116'],
  });
  assertExit(await firedrill(where, ['run', drill.file, '--out', where.out]), 0);
  const winners = drill.seen().filter((r) => r.status === 201).map((r) => JSON.parse(r.body).slot).sort();
  assert.deepEqual(winners, ['slot-0', 'slot-1', 'slot-2', 'slot-3']);
  assert.equal(series(where, 'rivals').planned, 120);
  assertBooks(where);
});

test('traffic: redirects are followed with the cookies set on the way; compressed answers are read', async (t) => {
  const where = place(t);
  const drill = portal(where, {
    traffic: `  hops:
    rate: 10/s
    sessions: 10
    compressed: true
    redirects: 3
    request: { get: /hop/3 }
    check: { status: 200, json: { /cookies/hop1: "1", /cookies/hop3: "1" } }
  stay: { rate: 10/s, request: { get: /hop/1 }, check: { status: 302 } }
  short: { rate: 10/s, redirects: 1, request: { get: /hop/2 } }`,
    expect: ['hops.failed.count == 0', 'stay.failed.count == 0', 'short.failed.count >= 10'],
  });
  assertExit(await firedrill(where, ['run', drill.file, '--out', where.out]), 0);
});

test('traffic: bodies arrive as they were meant, uploads without being held in memory', async (t) => {
  const where = place(t);
  writeFileSync(join(where.folder, 'people.csv'), 'name,mail\n"Ana & Co",ana@example.com\nDan,dan@example.com\n');
  writeFileSync(join(where.folder, 'note.txt'), 'from a file');
  const drill = portal(where, {
    top: 'feeders: { people: { csv: people.csv } }',
    traffic: `  form: { rate: 2/s, request: { post: /echo, query: { q: "a b" }, form: { name: "\${feed.people.name}" }, cookies: { c: 1 } } }
  parts: { rate: 1/s, request: { post: /echo, multipart: [{ name: note, file: note.txt, filename: note.txt, type: text/plain }] } }
  odd: { rate: 1/s, request: { method: REPORT, path: /echo } }
  upload: { rate: 20/s, timeout: 30s, request: { post: /upload, generate: 10MB }, check: { json: { /bytes: 10000000 } } }`,
    expect: ['failed.count == 0', 'upload.sent.count == 20'],
  });
  const run = start(where, ['run', drill.file, '--out', where.out]);
  let peak = 0;
  const watch = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${run.child.pid}/status`, 'utf8'))[1]));
    } catch { /* it has ended */ }
  }, 20);
  t.after(() => clearInterval(watch));
  assertExit(await run.ended, 0);
  assert.ok(peak > 0 && peak < 150_000, `200 MB went up; the peak was ${peak} kB`);
  const seen = drill.seen();
  const forms = seen.filter((r) => r.url === '/echo?q=a%20b');
  assert.deepEqual(forms.map((r) => r.body).sort(), ['name=Ana%20%26%20Co', 'name=Dan']);
  assert.ok(forms.every((r) => r.headers.cookie === 'c=1'));
  assert.match(seen.find((r) => /multipart/.test(r.headers['content-type'])).body, /filename="note.txt"[^]*from a file/);
  assert.equal(seen.filter((r) => r.method === 'REPORT').length, 1);
});

test('traffic: HTTP/2 and mutual TLS on request', async (t) => {
  const where = place(t);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: where.folder, stdio: 'ignore' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=drill ca');
  for (const [name, subject] of [['server', '/CN=127.0.0.1'], ['client', '/CN=drill client']]) {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    writeFileSync(join(where.folder, 'ext'), 'subjectAltName=IP:127.0.0.1\n');
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${name}.pem`, '-days', '2', '-extfile', 'ext');
  }
  const drill = portal(where, {
    scheme: 'https', env: { PORTAL_TLS: where.folder },
    system: '  tls: { ca: ca.pem, certificate: client.pem, key: client.key }',
    traffic: `  two: { rate: 20/s, http: 2, request: { post: /echo, json: { a: 1 } }, check: { status: 200, json: { /body: "{\\"a\\":1}" } } }
  one: { rate: 20/s, request: { get: /echo } }`,
    expect: ['failed.count == 0', 'two.sent.count == 20', 'one.sent.count == 20'],
  });
  assertExit(await firedrill(where, ['run', drill.file, '--out', where.out]), 0);
  const seen = drill.seen();
  assert.equal(seen.filter((r) => r.version === '2.0' && r.method === 'POST').length, 20);
  assert.equal(seen.filter((r) => r.version === '1.1' && r.method === 'GET').length, 20);
  assert.ok(seen.every((r) => r.client === 'drill client'), 'our certificate was shown');
});

test('traffic: rows that run out make the drill inconclusive', async (t) => {
  const where = place(t);
  writeFileSync(join(where.folder, 'ids.csv'), 'id\n1\n2\n3\n');
  const drill = portal(where, {
    top: 'feeders: { ids: { csv: ids.csv, order: unique } }',
    traffic: '  use: { rate: 20/s, request: { get: "/echo?id=${feed.ids.id}" } }', expect: ['use.failed.rate < 20%'],
  });
  const run = await firedrill(where, ['run', drill.file, '--out', where.out]);
  assertExit(run, 111);
  assert.match(run.stdout, /no_data/);
  assert.equal(drill.seen().length, 3);
});
