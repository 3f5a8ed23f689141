// What comes out: readable without a terminal, short when asked, the same twice, and without secrets.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, eventsOf, filesBelow, firedrill, place, resultOf, scenario } from './support.mjs';

test('output: without a terminal there are no escape codes', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('healthy'), '--out', where.out, '--verbose'], { env: { TERM: 'xterm-256color' } });
  assertExit(run, 0);
  assert.ok(!run.output.includes('\x1b'));
  assert.ok(!run.output.includes('\r'));
});

test('output: a locale without UTF-8 gets ASCII only', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('healthy'), '--out', where.out], { env: { LC_ALL: 'C' } });
  assertExit(run, 0);
  // eslint-disable-next-line no-control-regex
  assert.match(run.stdout, /^[\x0a\x20-\x7e]*$/);
});

test('output: --quiet is short, and still says the verdict and what failed', async (t) => {
  const where = place(t);
  const good = await firedrill(where, ['run', scenario('healthy'), '--quiet', '--out', where.out]);
  assertExit(good, 0);
  assert.ok(good.stdout.trim().split('\n').length <= 8, good.stdout);
  assert.match(good.stdout, /passed/i);
  const bad = await firedrill(where, ['run', scenario('broken'), '--quiet', '--out', where.out]);
  assertExit(bad, 99);
  assert.ok(bad.stdout.trim().split('\n').length <= 20, bad.stdout); // three requests that show it, too
  assert.match(bad.stdout, /hang\.failed/);
});

test('output: the files that were promised are there, and agree with each other', async (t) => {
  const where = place(t);
  assertExit(await firedrill(where, ['run', scenario('broken'), '--seed', '7', '--out', where.out]), 99);
  const result = resultOf(where.out);
  assert.equal(result.seed, 7);
  assert.equal(result.verdict.exit_code, 99);
  const junit = readFileSync(join(where.out, 'junit.xml'), 'utf8');
  assert.match(junit, /^<\?xml/);
  assert.match(junit, /failures="1"/);
  assert.match(readFileSync(join(where.out, 'summary.md'), 'utf8'), /hang\.failed/);
  const events = eventsOf(where.out);
  assert.equal(events[0].event, 'run');
  assert.equal(events.at(-1).event, 'verdict');
  assert.equal(events.at(-1).exit_code, 99);
  const planned = events.filter((event) => event.event === 'traffic').reduce((sum, event) => sum + event.planned, 0);
  assert.equal(planned, result.traffic[0].whole.planned, 'the seconds add up to the whole');
  for (const { path, text } of filesBelow(where.out)) assert.ok(!text.includes('\x1b'), path);
});

test('output: a folder that cannot be written is an error before the drill, and names it', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('healthy'), '--out', '/proc/firedrill-out']);
  assert.notEqual(run.code, 0);
  assert.match(run.stderr, /\/proc\/firedrill-out/);
});

async function chanceRun(t, seed) {
  const where = place(t);
  const echoLog = join(where.folder, 'echo.jsonl');
  const run = await firedrill(where, ['run', scenario('chance'), '--seed', String(seed), '--out', where.out], { env: { E2E_ECHO_LOG: echoLog } });
  assertExit(run, 0);
  const result = resultOf(where.out);
  const bodies = readFileSync(echoLog, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const generated = result.traffic.reduce((sum, stream) => sum + stream.whole.dropped.total, 0);
  assert.equal(generated, 0, 'nothing was dropped, so that everything planned can be compared');
  return {
    // Which request got which answer depends on the order of arrival; how many of each does not.
    seconds: result.traffic.map((stream) => stream.seconds.map((second) => second.planned)),
    requests: bodies.map(({ method, url, headers, body }) => [headers['x-correlation-id'], method, url, body].join(' ')).sort(),
    fault: result.faults.map(({ name, seen, hits }) => ({ name, seen, hits })),
  };
}

test('output: a JSON body goes out as JSON, with a correlation id of its own on each request', async (t) => {
  const where = place(t);
  const echoLog = join(where.folder, 'echo.jsonl');
  assertExit(await firedrill(where, ['run', scenario('chance'), '--out', where.out], { env: { E2E_ECHO_LOG: echoLog } }), 0);
  const posts = readFileSync(echoLog, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter(({ method }) => method === 'POST');
  assert.ok(posts.length > 100);
  for (const { headers, body } of posts) {
    assert.equal(headers['content-type'], 'application/json');
    assert.match(JSON.parse(body).phone, /^\+\d+$/);
  }
  assert.equal(new Set(posts.map(({ headers }) => headers['x-correlation-id'])).size, posts.length);
});

test('output: the same seed plans the same requests, bodies and hits; another seed others', async (t) => {
  const first = await chanceRun(t, 42);
  const again = await chanceRun(t, 42);
  const other = await chanceRun(t, 43);
  assert.deepEqual(again.seconds, first.seconds);
  assert.deepEqual(again.requests, first.requests);
  // Calls that straddle the edge of the phase may fall on either side of it.
  const [a] = first.fault;
  const [b] = again.fault;
  assert.ok(a.hits > 0 && a.hits < a.seen);
  assert.ok(Math.abs(a.seen - b.seen) <= 3 && Math.abs(a.hits - b.hits) <= 3, JSON.stringify([a, b]));
  assert.notDeepEqual(other.requests, first.requests);
  assert.notDeepEqual(other.seconds, first.seconds);
});

test('output: secrets are nowhere, neither on the terminal nor in any file', async (t) => {
  const where = place(t);
  const canary = 'e2e/canary+4b1d0c7e==';
  const env = { E2E_CANARY: canary };
  const forms = [canary, '4b1d0c7e', 'marked-canary-7f3a91', encodeURIComponent(canary), Buffer.from(canary).toString('base64')];
  const hidden = (what, text) => {
    for (const form of forms) assert.ok(!text.includes(form), `${what} shows ${form}:\n${text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form) + 100)}`);
  };
  const run = await firedrill(where, ['run', scenario('secret'), '--verbose', '--out', where.out], { env });
  assertExit(run, 99);
  hidden('the terminal', run.output);
  const files = filesBelow(where.folder);
  assert.ok(files.some(({ path, text }) => path.endsWith('system.log') && text.includes('/echo')), 'the system did log what it got');
  for (const { path, text } of files) hidden(path, text);
  for (const verb of ['validate', 'plan']) hidden(verb, (await firedrill(where, [verb, scenario('secret')], { env })).output);

  const log = await firedrill(where, ['run', scenario('never-ready'), '--out', where.out], { env });
  assertExit(log, 113);
  assert.match(log.output, /waiting for the database/);
  hidden('the log of a system that is not ready', log.output);
});

test('output: redirects are not followed and proxies of the environment are not used', async (t) => {
  const where = place(t);
  const proxy = 'http://127.0.0.1:9';
  const env = { http_proxy: proxy, https_proxy: proxy, all_proxy: proxy, HTTP_PROXY: proxy, ALL_PROXY: proxy, no_proxy: '', NO_PROXY: '' };
  const run = await firedrill(where, ['run', scenario('redirect'), '--out', where.out], { env });
  assertExit(run, 99);
  const { status, sent } = resultOf(where.out).traffic[0].whole;
  assert.deepEqual(Object.keys(status), ['302']);
  assert.equal(status[302], sent);
  assert.ok(existsSync(join(where.out, 'summary.md')));
});
