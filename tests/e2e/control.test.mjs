// The control port of `firedrill mocks`, and mocks that a scenario declares, as their users meet them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, firedrill, place, scenario, start, until } from './support.mjs';

const readyLine = (run) => until('a ready line', () => run.stdout.split('\n').slice(0, -1).find((line) => line.startsWith('{')));

/** Mocks by themselves; `control(method, path, body)` asks the control port. */
async function serve(t, args) {
  const where = place(t);
  const run = start(where, ['mocks', ...args]);
  const ready = JSON.parse(await readyLine(run));
  const control = async (method, path, body, status = 200) => {
    const answer = await fetch(ready.control + path, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, status, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  return { where, run, mocks: ready.mocks, url: ready.control, control };
}

const models = (mock) => fetch(`${mock.url}/v1/models`, { headers: { authorization: 'Bearer sk-e2e' } });

test('control: a fault in the words of a scenario goes on and off while the mock runs', async (t) => {
  const { mocks, control } = await serve(t, ['openai']);
  assert.equal((await models(mocks.openai)).status, 200);
  const { fault } = await control('POST', '/mocks/openai/faults', { name: 'down', respond: { status: 503 } }, 201);
  assert.equal(fault, 'down');
  assert.equal((await models(mocks.openai)).status, 503);
  assert.deepEqual((await control('GET', '/mocks/openai/faults')).faults.map(({ name, hits }) => [name, hits]), [['down', 1]]);
  assert.equal((await control('DELETE', '/mocks/openai/faults/down')).hits, 1);
  assert.equal((await models(mocks.openai)).status, 200);
  const { entries } = await control('GET', '/mocks/openai/ledger');
  assert.deepEqual(entries.map(({ status }) => status), [200, 503, 200]);
});

test('control: a script of steps, and a fault that hangs until it is ended', async (t) => {
  const { mocks, control } = await serve(t, ['openai']);
  await control('POST', '/mocks/openai/faults', { steps: [{ respond: { status: 500 }, for: '2 requests' }, { hang: 'forever' }] }, 201);
  assert.equal((await models(mocks.openai)).status, 500);
  assert.equal((await models(mocks.openai)).status, 500);
  const hung = models(mocks.openai).then(() => 'answered', () => 'cut');
  while ((await control('GET', '/mocks/openai/ledger')).entries.length < 3) { /* until it has arrived */ }
  assert.equal((await control('DELETE', '/mocks/openai/faults')).ended[0].hits, 3);
  assert.equal(await hung, 'cut');
});

test('control: mistakes are named as in a scenario', async (t) => {
  const { control } = await serve(t, ['openai']);
  const error = async (method, path, body, status = 400) => (await control(method, path, body, status)).error;
  assert.match(await error('POST', '/mocks/openai/faults', { respnd: { status: 503 } }), /unknown key 'respnd' \(did you mean 'respond'\?\)/);
  assert.match(await error('POST', '/mocks/openai/faults', { latency: '40' }), /duration with its unit/);
  assert.match(await error('POST', '/mocks/openai/faults', { hang: '1s', reset: true }), /cannot stand together/);
  assert.match(await error('POST', '/mocks/openai/faults'), /no YAML document/);
  assert.match(await error('PATCH', '/mocks/openai', { rate_limit: 'lots' }), /a rate/);
  assert.match(await error('GET', '/mocks/opnai', undefined, 404), /did you mean 'openai'\?/);
});

test('control: latency and rate limit change what the next caller meets', async (t) => {
  const { mocks, control } = await serve(t, ['openai']);
  const { settings } = await control('PATCH', '/mocks/openai', { latency: '5ms', rate_limit: '1/min' });
  assert.deepEqual(settings, { latency: { kind: 'fixed', seconds: [0.005] }, rate_limit_per_second: 1 / 60 });
  assert.equal((await models(mocks.openai)).status, 200);
  const refused = await models(mocks.openai);
  assert.equal(refused.status, 429);
  assert.ok(refused.headers.get('retry-after'));
  await control('PATCH', '/mocks/openai', { unlimited: true });
  assert.equal((await models(mocks.openai)).status, 200);
});

test('control: what a web page could send is refused', async (t) => {
  const { url } = await serve(t, ['openai']);
  const status = (headers) => new Promise((done, fail) => {
    httpRequest(`${url}/mocks/openai/reset`, { method: 'POST', headers }, (answer) => { answer.resume(); done(answer.statusCode); })
      .on('error', fail).end();
  });
  assert.equal(await status({}), 200);
  assert.equal(await status({ host: 'rebound.example' }), 403);
  assert.equal(await status({ origin: 'https://elsewhere.example' }), 403);
});

const whatsapp = `firedrill: 1
name: declared
system: { url: "http://127.0.0.1:9" }
mocks:
  whatsapp:
    error: { json: { code: "\${error.status}" } }
    routes:
      - post: /v1/{account}/messages
        when: { json: { /type: template } }
        sets: sent
        respond: { status: 201, json: { id: "wamid.\${counter.message}", to: "\${request.json/to}", of: "\${request.path.account}" } }
      - get: /v1/status
        state: sent
        respond: [{ json: { status: queued } }, { json: { status: delivered } }]
      - get: /menu
        respond: { file: menu.json }
traffic: { none: { rate: 1/s, request: { get: / } } }
timeline: [{ all: 1s }]
expect: [{ slo: failed.count == 0 }]
`;

test('declared mock: routes, templates, states, turns and files, served by themselves', async (t) => {
  const where = place(t);
  const file = join(where.folder, 'declared.yaml');
  writeFileSync(file, whatsapp);
  writeFileSync(join(where.folder, 'menu.json'), '{"as":"it is"}');
  assertExit(await firedrill(where, ['validate', file]), 0);
  const { mocks, control } = await serve(t, ['--scenario', file]);
  const ask = async (path, body) => {
    const answer = await fetch(mocks.whatsapp.url + path, body && { method: 'POST', body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  assert.equal((await ask('/v1/status'))[0], 404);
  assert.deepEqual(await ask('/v1/acc/messages', { type: 'text' }), [404, { code: 404 }]);
  assert.deepEqual(await ask('/v1/acc/messages', { type: 'template', to: 40721 }), [201, { id: 'wamid.1', to: 40721, of: 'acc' }]);
  assert.deepEqual(await ask('/v1/status'), [200, { status: 'queued' }]);
  assert.deepEqual(await ask('/v1/status'), [200, { status: 'delivered' }]);
  assert.deepEqual(await ask('/menu'), [200, { as: 'it is' }]);
  const { state } = await control('GET', '/mocks/whatsapp/state');
  assert.equal(state.state, 'sent');
  assert.deepEqual(state.counters, { message: 1 });
  await control('POST', '/mocks/whatsapp/faults', { respond: { status: 503 } }, 201);
  assert.deepEqual(await ask('/menu'), [503, { code: 503 }]);
  await control('POST', '/mocks/whatsapp/reset');
  assert.equal((await control('GET', '/mocks/whatsapp/state')).state.state, 'start');
});

test('declared mock: a drill runs against it, faults and all', async (t) => {
  const where = place(t);
  const plan = await firedrill(where, ['plan', scenario('declared')]);
  assertExit(plan, 0);
  assert.match(plan.stdout, /partner@outage/);
  assertExit(await firedrill(where, ['run', scenario('declared'), '--out', where.out]), 0);
});
