// Webhooks that come in at the reference system: what is signed is taken once, what is not is refused, and what
// cannot be done now is kept and made up for.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf, start, until } from './support.mjs';

const signatures = 'scenarios/revrx/webhook-signatures.yaml';
const event = ['webhook', 'stripe', 'payment_intent.succeeded'];

async function drill(t, defect) {
  const where = place(t);
  const planted = defect ? ['--set', `system.clinic.defect=[${defect}]`] : [];
  const run = await firedrill(where, ['run', signatures, ...planted, '--out', where.out]);
  await assertNothingLeft(where);
  const result = resultOf(where.out);
  return { run, result, failed: result.expectations.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name) };
}

test('webhooks in: signed ones are taken, the others refused', async (t) => {
  const { run, result } = await drill(t);
  assertExit(run, 0);
  const ledgers = Object.fromEntries(result.webhooks.map((ledger) => [ledger.sender, ledger]));
  for (const sender of ['stripe', 'twilio', 'hubspot']) {
    assert.ok(ledgers[sender].events > 50, sender);
    assert.ok(ledgers[sender].deliveries.duplicate > 0, `${sender} delivered none twice`);
  }
  for (const [sender, status] of [['forged-stripe', 400], ['forged-twilio', 403], ['forged-hubspot', 401]]) {
    assert.deepEqual(Object.keys(ledgers[sender].status), [String(status)], sender);
    assert.equal(ledgers[sender].fate.acknowledged, 0, sender);
  }
});

for (const [defect, caught] of [
  ['unsigned-accepted', ['unsigned ones are refused', 'unsigned ones of Twilio are refused', 'unsigned ones of HubSpot are refused']],
  ['stale-accepted', ['stale ones are refused', 'stale ones of HubSpot are refused']],
]) {
  test(`webhooks in: ${defect} is caught`, async (t) => {
    const { run, failed } = await drill(t, defect);
    assertExit(run, 99);
    for (const name of caught) assert.ok(failed.includes(name), `${name} did not fail; these did: ${failed}`);
    assert.ok(failed.every((name) => caught.includes(name) || name.startsWith('the counter of')), failed.join('; '));
  });
}

/** A service that the clinic calls: answers `status`, and keeps what came. */
async function dependency(t, status = 201) {
  const calls = [];
  const self = { calls, status };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      calls.push({ url: request.url, headers: request.headers, body });
      response.writeHead(self.status, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await until('it listens', () => server.listening);
  t.after(() => { server.closeAllConnections(); server.close(); });
  self.url = `http://127.0.0.1:${server.address().port}`;
  return self;
}

async function clinic(t, where, env, args = []) {
  const run = start(where, ['clinic', ...args], { env: { OPENAI_BASE_URL: '', ...env } });
  t.after(async () => { run.child.kill('SIGTERM'); await run.ended; });
  const ready = await until('it is ready', () => run.stdout.split('\n').find((line) => line.startsWith('{"ready"')));
  const { url } = JSON.parse(ready);
  const get = async (path) => (await fetch(url + path)).json();
  const post = (path, body, headers = {}) => fetch(url + path, { method: 'POST', body, headers });
  const metric = async (name) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  };
  return { run, url, get, post, metric };
}

test('webhooks in: our own signer is believed, somebody else is not, and a secret that is not there is named', async (t) => {
  const where = place(t);
  const { url, get } = await clinic(t, where, { CLINIC_STRIPE_SECRET: 'whsec_e2e' });
  const stripe = [...event, '--to', `${url}/webhooks/stripe`];
  assertExit(await firedrill(where, [...stripe, '--secret', 'whsec_e2e', '--id', 'evt_mine']), 0);
  for (const wrong of [['--secret', 'whsec_other'], ['--secret', 'whsec_e2e', '--corrupt', 'missing'],
    ['--secret', 'whsec_e2e', '--corrupt', 'timestamp']]) {
    const run = await firedrill(where, [...stripe, ...wrong]);
    assertExit(run, 99);
    assert.equal(JSON.parse(run.stdout).status, 400, wrong.join(' '));
  }
  const { events } = await get('/api/events');
  assert.deepEqual(events.map(({ id, provider, type, processed, sequence }) => ({ id, provider, type, processed, sequence })),
    [{ id: 'evt_mine', provider: 'stripe', type: 'payment_intent.succeeded', processed: 1, sequence: 1 }]);
  const unknown = await firedrill(where, ['webhook', 'hubspot', 'contact.creation', '--to', `${url}/webhooks/hubspot`]);
  assertExit(unknown, 99);
  assert.match(unknown.stdout, /CLINIC_HUBSPOT_SECRET is not set/);
});

test("webhooks in: WhatsApp's signature is over the bytes of the body", async (t) => {
  const where = place(t);
  const { post, get } = await clinic(t, where, { CLINIC_WHATSAPP_SECRET: 'firedrill-app-secret' });
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages',
    value: { messages: [{ id: 'wamid.A', from: '15550100123', type: 'text', text: { body: 'hello' } }] } }] }] });
  const sign = (secret) => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` });
  assert.equal((await post('/webhooks/whatsapp', body, sign('firedrill-app-secret'))).status, 200);
  assert.equal((await post('/webhooks/whatsapp', body, sign('other'))).status, 401);
  assert.equal((await post('/webhooks/whatsapp', body)).status, 401);
  const { events } = await get('/api/events');
  assert.deepEqual(events.map(({ id, type }) => [id, type]), [['wamid.A', 'message.text']]);
});

test('webhooks in: what the CRM cannot take is kept, and made up for exactly once', async (t) => {
  const where = place(t);
  const crm = await dependency(t, 503);
  const { url, get, post, metric, run } = await clinic(t, where,
    { CLINIC_STRIPE_SECRET: 'whsec_e2e', HUBSPOT_BASE_URL: crm.url, HUBSPOT_ACCESS_TOKEN: 'pat-e2e' });
  const send = (id) => firedrill(where, [...event, '--to', `${url}/webhooks/stripe`, '--secret', 'whsec_e2e', '--id', id]);
  assertExit(await send('evt_1'), 0);
  assert.equal(crm.calls.length, 2, 'once more, and then no more');
  assert.deepEqual(crm.calls.map(({ url: to, headers }) => [to, headers['idempotency-key'], headers.authorization]),
    Array(2).fill(['/crm/v3/objects/tickets', 'evt_1', 'Bearer pat-e2e']));
  assertExit(await send('evt_1'), 0);
  assert.equal(crm.calls.length, 2, 'a second delivery has no effect');
  assert.deepEqual(await get('/api/dead-letters'),
    { items: [{ id: 'evt_1', provider: 'stripe', reason: 'the CRM answered 503', attempts: 1 }] });
  assert.equal(await metric('clinic_dead_letters'), 1);
  assert.deepEqual(await (await post('/api/dead-letters/reprocess')).json(), { reprocessed: 0, left: 1 });

  crm.status = 201;
  crm.calls.length = 0;
  const both = await Promise.all([1, 2].map(async () => (await post('/api/dead-letters/reprocess')).json()));
  assert.equal(both[0].reprocessed + both[1].reprocessed, 1);
  assert.equal(crm.calls.length, 1);
  assert.equal((await get('/api/events')).events[0].processed, 1);
  assert.equal(await metric('clinic_dead_letters'), 0);
  assert.doesNotMatch(run.stderr, /pat-e2e|whsec_e2e/);
});

test('bookings, audit and reminders: one slot for one patient, each access on record, a reminder each period', async (t) => {
  const where = place(t);
  const twilio = await dependency(t);
  const { get, post, metric } = await clinic(t, where, { TWILIO_BASE_URL: twilio.url, CLINIC_REMINDER_EVERY: '50ms' });
  const book = (id) => post('/api/bookings', JSON.stringify({ slot: '2026-11-26T10:00', patient: `patient ${id}` }),
    { 'x-correlation-id': `book-${id}` });
  const answers = await Promise.all([...Array(20).keys()].map(book));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status }) => status === 409).length, 19);
  assert.equal((await get('/api/bookings')).bookings.length, 1);
  const { entries } = await get('/api/audit');
  const made = entries.filter(({ action }) => action === 'booking.make');
  assert.deepEqual(made.map((each) => each.correlation_id).sort(), [...Array(20).keys()].map((id) => `book-${id}`).sort());
  assert.equal(made.filter(({ success }) => success).length, 1);
  assert.equal(entries.filter(({ action }) => action === 'bookings.read').length, 1);

  await until('three reminders', () => twilio.calls.length >= 3);
  assert.match(twilio.calls[0].url, /^\/2010-04-01\/Accounts\/AC0{32}\/Messages\.json$/);
  assert.match(twilio.calls[0].headers.authorization, /^Basic /);
  assert.ok(await metric('clinic_heartbeats_total') >= 3);
  assert.ok(await metric('clinic_reminders_total') >= 2);
});
