// Webhooks as a user sends them: by hand, and as traffic of a drill.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf, scenario, until } from './support.mjs';

const event = ['webhook', 'stripe', 'payment_intent.succeeded'];

/** A receiver that answers `status` and keeps what came. */
async function receiver(t, status = 200) {
  const received = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      received.push({ url: request.url, headers: request.headers, body });
      response.writeHead(status).end('seen');
    });
  }).listen(0, '127.0.0.1');
  await until('it listens', () => server.listening);
  t.after(() => { server.closeAllConnections(); server.close(); });
  return { received, url: `http://127.0.0.1:${server.address().port}/hook` };
}

test('webhook: a dry run prints the request, and signs a given body as its vector says', async (t) => {
  const where = place(t);
  const body = join(where.folder, 'body.json');
  writeFileSync(body, '{"id":"evt_1","object":"event","type":"charge.succeeded"}');
  const run = await firedrill(where, ['webhook', 'stripe', 'charge.succeeded', '--to', 'https://app.example.com/hook',
    '--body', body, '--secret', 'whsec_firedrill_test_secret_0001', '--timestamp', '1700000000', '--dry-run']);
  assertExit(run, 0);
  const request = JSON.parse(run.stdout);
  assert.deepEqual(Object.keys(request), ['method', 'url', 'headers', 'body']);
  assert.equal(request.method, 'POST');
  assert.equal(request.url, 'https://app.example.com/hook');
  assert.equal(request.body, readFileSync(body, 'utf8'));
  assert.equal(request.headers['Stripe-Signature'],
    't=1700000000,v1=da700bdf8090840936b3e9a1ace0e57821d35fe111123a2fdc836947bc394180');
});

test('webhook: sends one, says what came back, and is 99 unless it was acknowledged', async (t) => {
  const where = place(t);
  const good = await receiver(t);
  const sent = await firedrill(where, [...event, '--to', good.url, '--id', 'evt_mine']);
  assertExit(sent, 0);
  const said = JSON.parse(sent.stdout);
  assert.equal(said.status, 200);
  assert.equal(said.acknowledged, true);
  assert.equal(said.id, 'evt_mine');
  assert.equal(good.received.length, 1);
  assert.equal(JSON.parse(good.received[0].body).id, 'evt_mine');
  assert.match(good.received[0].headers['stripe-signature'], /^t=\d+,v1=[0-9a-f]{64}$/);
  const bad = await receiver(t, 400);
  const refused = await firedrill(where, [...event, '--to', bad.url, '--corrupt', 'missing']);
  assertExit(refused, 99);
  assert.equal(bad.received[0].headers['stripe-signature'], undefined);
  const nobody = await firedrill(where, [...event, '--to', 'http://127.0.0.1:1/']);
  assertExit(nobody, 113);
});

const mistakes = [
  [['webhook', 'strype', 'x', '--to', 'http://127.0.0.1:1/'], /no provider 'strype' \(did you mean 'stripe'\?\)/],
  [['webhook', 'stripe', 'payment_intent.suceeded', '--to', 'http://127.0.0.1:1/'], /did you mean 'payment_intent.succeeded'\?.*list --events/],
  [[...event, '--to', 'nowhere'], /'nowhere' is not a URL/],
  [[...event, '--to', 'http://192.0.2.1/'], /neither loopback nor listed/],
  [[...event, '--to', 'http://api.stripe.com/'], /real provider/],
  [[...event, '--to', 'http://127.0.0.1:1/', '--corrupt', 'secrt'], /did you mean 'secret'\?/],
  [[...event, '--to', 'http://127.0.0.1:1/', '--body', '/does/not/exist'], /cannot read '\/does\/not\/exist'/],
  [[...event], /--to is required/],
];

for (const [args, says] of mistakes) {
  test(`webhook: 104 for ${args.slice(1).join(' ')}`, async (t) => {
    const run = await firedrill(place(t), args);
    assertExit(run, 104);
    assert.match(run.output, says);
  });
}

test('list --events: one a line, as the verb takes them', async (t) => {
  const run = await firedrill(place(t), ['list', '--events']);
  assertExit(run, 0);
  const lines = run.stdout.trim().split('\n');
  assert.ok(lines.includes('stripe payment_intent.succeeded'));
  assert.ok(lines.every((line) => /^(openai|stripe|hubspot|twilio) \S+$/.test(line)), run.stdout);
});

/** Runs the drill; its ledger of webhooks, and what the receiver wrote down. */
async function drill(t, env = {}) {
  const where = place(t);
  const log = join(where.folder, 'received');
  const run = await firedrill(where, ['run', scenario('webhooks'), '--seed', '7', '--out', where.out],
    { env: { RECEIVER_LOG: log, ...env } });
  const result = resultOf(where.out);
  const received = readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  await assertNothingLeft(where);
  return { run, result, webhooks: result.webhooks[0], received };
}

test('drill: sound webhooks are taken, corrupted ones refused, and the ledger agrees with the receiver', async (t) => {
  const { run, result, webhooks, received } = await drill(t);
  assertExit(run, 0);
  assert.equal(webhooks.sender, 'payments');
  const hits = Object.fromEntries(webhooks.faults.map(({ fault, hits: count }) => [fault, count]));
  assert.deepEqual(Object.keys(hits), ['drop', 'duplicate', 'replay', 'reorder', 'delay', 'slow',
    'corrupt.signature', 'corrupt.secret', 'corrupt.body', 'corrupt.timestamp', 'corrupt.missing']);
  assert.ok(Object.values(hits).every((count) => count > 0), JSON.stringify(hits));
  const { duplicate, replay } = hits;
  const corrupted = ['signature', 'secret', 'body', 'timestamp', 'missing'].reduce((sum, part) => sum + hits[`corrupt.${part}`], 0);

  // Each delivery has one fate, and each attempt one answer.
  const { fate } = webhooks;
  assert.equal(fate.dropped, hits.drop);
  assert.equal(fate.given_up + fate.under_way, corrupted);
  assert.equal(webhooks.deliveries.duplicate, duplicate);
  assert.equal(webhooks.deliveries.replay, replay);
  assert.equal(fate.acknowledged, webhooks.events - hits.drop - corrupted + duplicate + replay);
  assert.equal(webhooks.status['200'], fate.acknowledged);
  assert.equal(webhooks.attempts, webhooks.status['200'] + webhooks.status['400']);
  assert.equal(webhooks.without_status, 0);

  // The receiver saw the same: nothing that was corrupted was taken, nothing sound refused.
  const taken = received.filter((each) => each.taken);
  assert.equal(taken.length, fate.acknowledged);
  // What was still under way when the drill ended may have been received, but nobody heard the answer.
  const refused = received.length - taken.length;
  assert.ok(refused >= webhooks.status['400'] && refused <= webhooks.status['400'] + fate.under_way,
    `${refused} refused; ${webhooks.status['400']} answers of 400 and ${fate.under_way} under way`);
  assert.equal(taken.length - new Set(taken.map(({ id }) => id)).size, duplicate + replay);
  for (const why of ['missing', 'signature', 'timestamp']) assert.ok(received.some((each) => each.why === why), why);

  // A first attempt is a request of the stream like any other.
  const { whole } = result.traffic[0];
  assert.equal(whole.sent, webhooks.attempts - webhooks.retries);
});

test('drill: what the receiver did not acknowledge is delivered again', async (t) => {
  const { webhooks, received } = await drill(t, { FAIL_FIRST: '10' });
  const failed = received.slice(0, 10);
  assert.ok(failed.every(({ why }) => why === 'failing'));
  const sound = failed.map(({ id }) => id).filter((id) => received.some((each) => each.id === id && each.taken));
  assert.ok(sound.length >= 5, JSON.stringify(failed));
  assert.equal(webhooks.status['503'], 10);
  assert.ok(webhooks.retries >= sound.length);
});
