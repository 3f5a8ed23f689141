// The verbs that serve, and those that only tell.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, openaiOutage, place, root, scenario, start, until } from './support.mjs';

const readyLine = (run) => until('a ready line', () => run.stdout.split('\n').slice(0, -1).find((line) => line.startsWith('{')));

test('mocks: one line of JSON when they are ready, then they serve until a signal', async (t) => {
  const where = place(t);
  const run = start(where, ['mocks', 'openai']);
  const ready = JSON.parse(await readyLine(run));
  assert.equal(ready.ready, true);
  assert.match(ready.mocks.openai.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(ready.control, /^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await fetch(`${ready.mocks.openai.url}/v1/models`, { headers: { authorization: 'Bearer sk-e2e' } });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).object, 'list');
  run.child.kill('SIGTERM');
  assertExit(await run.ended, 0);
});

test('mocks: an unknown one is 104 and a port that is taken is 113, each named', async (t) => {
  const where = place(t);
  const unknown = await firedrill(where, ['mocks', 'openia']);
  assertExit(unknown, 104);
  assert.match(unknown.output, /openia/);
  const taken = createServer().listen(0, '127.0.0.1');
  await until('it listens', () => taken.listening);
  t.after(() => taken.close());
  const { port } = taken.address();
  const busy = await firedrill(where, ['mocks', `openai=${port}`]);
  assertExit(busy, 113);
  assert.match(busy.output, new RegExp(String(port)));
});

test('clinic: prints where it listens, scores without an AI by the rules, ends on SIGTERM', async (t) => {
  const where = place(t);
  const run = start(where, ['clinic'], { env: { OPENAI_BASE_URL: '' } });
  const { ready, url } = JSON.parse(await readyLine(run));
  assert.equal(ready, true);
  assert.equal((await fetch(`${url}/ready`)).status, 200);
  const answer = await fetch(`${url}/api/leads/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '+40721000001', message: 'I would like an implant, how much is it?' }),
  });
  assert.equal(answer.status, 200);
  const scored = await answer.json();
  assert.equal(scored.source, 'rules');
  assert.equal(scored.confidence, 0.7);
  run.child.kill('SIGTERM');
  assertExit(await run.ended, 0);
  await assertNothingLeft(where);
});

test('clinic: an unknown defect is 104 with the ones there are', async (t) => {
  const run = await firedrill(place(t), ['clinic', '--defect', 'no-fallbak']);
  assertExit(run, 104);
  assert.match(run.output, /no-fallback/);
});

test('run --target: uses a system that runs already and leaves it running', async (t) => {
  const where = place(t);
  const server = createServer((request, response) => { request.resume(); response.end('{}'); }).listen(0, '127.0.0.1');
  await until('it listens', () => server.listening);
  t.after(() => { server.closeAllConnections(); server.close(); });
  const url = `http://127.0.0.1:${server.address().port}`;
  assertExit(await firedrill(where, ['run', scenario('healthy'), '--target', url, '--out', where.out]), 0);
  assert.equal((await fetch(url)).status, 200);
});

test('schema: is JSON, and names what a scenario can hold', async (t) => {
  const run = await firedrill(place(t), ['schema']);
  assertExit(run, 0);
  const schema = JSON.parse(run.stdout);
  assert.match(schema.$schema, /json-schema\.org/);
  assert.ok(run.stdout.includes('breaker-never-opens'));
});

test('list: names mocks, faults, expectations, defects and the scenarios with what they rehearse', async (t) => {
  const run = await firedrill(place(t), ['list']);
  assertExit(run, 0);
  for (const { kind } of JSON.parse(readFileSync(join(root, 'faults/kinds.json'), 'utf8'))) {
    const [group, name] = kind.split(': ');
    const section = run.stdout.split(`faults, ${group}\n`)[1]?.split('\n\n')[0] ?? '';
    assert.match(section, new RegExp(`^  ${name} +\\S.*: \\S`, 'm'), `${kind} in:\n${run.stdout}`);
  }
  for (const word of ['openai', 'respond', 'breaker', 'no-fallback', 'leaks-5xx', 'openai-outage.yaml', 'MC-09/outage']) {
    assert.ok(run.stdout.includes(word), `${word} in:\n${run.stdout}`);
  }
});

test('plan: says what a run would do, and starts nothing', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['plan', openaiOutage]);
  assertExit(run, 0);
  for (const word of ['score', 'requests', 'openai@outage', 'undone', 'samples', 'loopback']) {
    assert.ok(run.stdout.includes(word), `${word} in:\n${run.stdout}`);
  }
  assert.ok(run.seconds < 3);
});
