// What clients sell, and what they are told about it, as functions of a client: see stripe.payments.mjs.

import assert from 'node:assert/strict';
import { assertEvents, eventAbout, pay, refusal, Stripe } from './stripe.support.mjs';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

const monthly = async (stripe, unit_amount = 4900) =>
  (await stripe.prices.create({ currency: 'eur', unit_amount, recurring: { interval: 'month' }, product_data: { name: 'Care plan' } })).id;

export async function productsAndPrices(stripe) {
  const product = await stripe.products.create({
    name: 'Crown', images: ['https://example.com/crown.png'], default_price_data: { currency: 'eur', unit_amount: 25000 },
  });
  assert.match(product.id, /^prod_[0-9A-Za-z]{14}$/);
  const shown = await stripe.products.retrieve(product.id, { expand: ['default_price'] });
  assert.deepEqual([shown.default_price.unit_amount, shown.default_price.product], [25000, product.id]);
  const mark = crypto.randomUUID();
  assert.equal((await stripe.products.update(product.id, { url: `https://example.com/${mark}`, metadata: { mark } })).metadata.mark, mark);
  assert.equal((await stripe.products.list({ url: `https://example.com/${mark}` })).data[0].id, product.id);
  assert.equal((await stripe.products.search({ query: `metadata['mark']:'${mark}'` })).data[0].id, product.id);

  const price = await stripe.prices.create({
    currency: 'eur', unit_amount: 4900, product: product.id, recurring: { interval: 'month' }, lookup_key: mark,
  });
  assert.deepEqual([price.type, price.recurring.interval_count, price.unit_amount_decimal.toString()], ['recurring', 1, '4900']);
  assert.equal((await stripe.prices.update(price.id, { nickname: mark })).nickname, mark);
  assert.equal((await stripe.prices.retrieve(price.id)).nickname, mark);
  assert.deepEqual((await stripe.prices.list({ lookup_keys: [mark] })).data.map(({ id }) => id), [price.id]);
  assert.equal((await stripe.prices.search({ query: `product:"${product.id}" AND type:"recurring"` })).data[0].id, price.id);
  await refusal(stripe.prices.create({ currency: 'eur', unit_amount: 1, product: product.id, lookup_key: mark }), StripeInvalidRequestError);
  await refusal(stripe.prices.create({ currency: 'eur', unit_amount: 1, product: 'prod_none' }), StripeInvalidRequestError);
  await refusal(stripe.products.del(product.id), StripeInvalidRequestError);
  const unpriced = await stripe.products.create({ name: 'Veneer' });
  assert.equal((await stripe.products.del(unpriced.id)).deleted, true);
  await refusal(stripe.products.retrieve(unpriced.id), StripeInvalidRequestError);
}

export async function checkout(stripe) {
  const success_url = 'https://example.com/paid?session={CHECKOUT_SESSION_ID}';
  const price_data = { currency: 'eur', unit_amount: 25000, product_data: { name: 'Crown' } };
  const session = await stripe.checkout.sessions.create({
    mode: 'payment', success_url, line_items: [{ quantity: 2, price_data }], client_reference_id: 'visit-7',
    customer_email: 'jenny@example.com', payment_intent_data: { metadata: { visit: '7' } },
  });
  assert.match(session.id, /^cs_test_[0-9A-Za-z]{58}$/);
  assert.deepEqual([session.amount_total, session.status, session.payment_status], [50000, 'open', 'unpaid']);
  const lines = await stripe.checkout.sessions.listLineItems(session.id);
  assert.deepEqual(lines.data.map(({ description, amount_total }) => [description, amount_total]), [['Crown', 50000]]);
  assert.equal((await stripe.checkout.sessions.update(session.id, { metadata: { a: 'b' } })).metadata.a, 'b');

  const declined = await fetch(`${session.url}?card=pm_card_chargeDeclined`, { redirect: 'manual' });
  assert.equal(declined.status, 402);
  const paid = await fetch(session.url, { redirect: 'manual' });
  assert.deepEqual([paid.status, paid.headers.get('location')], [303, `https://example.com/paid?session=${session.id}`]);
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items', 'payment_intent.latest_charge'] });
  assert.deepEqual([done.status, done.payment_status, done.url], ['complete', 'paid', null]);
  assert.deepEqual([done.payment_intent.metadata.visit, done.payment_intent.latest_charge.paid], ['7', true]);
  assert.equal(done.line_items.data[0].quantity, 2);
  assert.equal((await stripe.checkout.sessions.list({ payment_intent: done.payment_intent.id })).data[0].id, session.id);
  await refusal(stripe.checkout.sessions.expire(session.id), StripeInvalidRequestError);
  assert.equal((await fetch(`${new URL(declined.url).origin}/c/pay/${session.id}`)).status, 400);

  const plan = await stripe.checkout.sessions.create({
    mode: 'subscription', success_url, line_items: [{ quantity: 1, price: await monthly(stripe) }],
  });
  await fetch(plan.url, { redirect: 'manual' });
  const started = await stripe.checkout.sessions.retrieve(plan.id, { expand: ['subscription'] });
  assert.deepEqual([started.subscription.status, started.payment_status], ['active', 'paid']);
  assert.equal(started.subscription.customer, started.customer);

  const open = await stripe.checkout.sessions.create({ mode: 'payment', success_url, line_items: [{ quantity: 1, price_data }] });
  const expired = await stripe.checkout.sessions.expire(open.id);
  assert.equal(expired.status, 'expired');
  await assertEvents(stripe, open.id, ['checkout.session.expired']);
  const recurring = await refusal(stripe.checkout.sessions.create({
    mode: 'payment', success_url, line_items: [{ quantity: 1, price: await monthly(stripe) }],
  }), StripeInvalidRequestError);
  assert.equal(recurring.param, 'mode');
  const missing = await refusal(
    stripe.checkout.sessions.create({ mode: 'payment', success_url, line_items: [{ price_data }] }), StripeInvalidRequestError);
  assert.equal(missing.param, 'line_items[0][quantity]');
}

export async function subscriptions(stripe) {
  const price = await monthly(stripe);
  const bare = (await stripe.customers.create()).id;
  const nothing = await refusal(stripe.subscriptions.create({ customer: bare, items: [{ price }] }), StripeInvalidRequestError);
  assert.match(nothing.message, /no attached payment source or default payment method/);

  const waiting = await stripe.subscriptions.create({
    customer: bare, items: [{ price, quantity: 2 }], payment_behavior: 'default_incomplete',
    expand: ['latest_invoice.confirmation_secret'],
  });
  assert.deepEqual([waiting.status, waiting.latest_invoice.status, waiting.latest_invoice.amount_due], ['incomplete', 'open', 9800]);
  const [intent] = waiting.latest_invoice.confirmation_secret.client_secret.split('_secret_');
  await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa', return_url: 'https://example.com' });
  assert.equal((await stripe.subscriptions.retrieve(waiting.id)).status, 'active');
  const invoice = await stripe.invoices.retrieve(waiting.latest_invoice.id, { expand: ['payments'] });
  assert.deepEqual([invoice.status, invoice.amount_paid, invoice.payments.data[0].payment.payment_intent], ['paid', 9800, intent]);

  const customer = (await stripe.customers.create({ source: 'tok_visa' })).id;
  const active = await stripe.subscriptions.create({ customer, items: [{ price }], metadata: { tooth: '14' } });
  assert.deepEqual([active.status, active.items.data[0].price.id], ['active', price]);
  const days = (active.items.data[0].current_period_end - active.items.data[0].current_period_start) / 86400;
  assert.ok(days >= 28 && days <= 31);
  const ending = await stripe.subscriptions.update(active.id, {
    cancel_at_period_end: true, items: [{ id: active.items.data[0].id, quantity: 3 }],
  });
  assert.deepEqual([ending.cancel_at, ending.items.data[0].quantity], [active.items.data[0].current_period_end, 3]);
  assert.deepEqual((await stripe.subscriptions.list({ customer, price })).data.map(({ id }) => id), [active.id]);
  assert.equal((await stripe.subscriptions.search({ query: 'metadata["tooth"]:"14"' })).object, 'search_result');
  assert.equal((await stripe.subscriptions.cancel(active.id)).status, 'canceled');
  await refusal(stripe.subscriptions.cancel(active.id), StripeInvalidRequestError);
  assert.deepEqual((await stripe.subscriptions.list({ customer })).data, []);
  assert.equal((await stripe.subscriptions.list({ customer, status: 'all' })).data.length, 1);
  await assertEvents(stripe, active.id, ['customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.updated', 'customer.subscription.deleted']);

  const trial = await stripe.subscriptions.create({ customer: bare, items: [{ price }], trial_period_days: 14 });
  assert.deepEqual([trial.status, trial.trial_end - trial.trial_start], ['trialing', 14 * 86400]);
  const poor = (await stripe.customers.create({ source: 'tok_chargeCustomerFail' })).id;
  assert.equal((await stripe.subscriptions.create({ customer: poor, items: [{ price }] })).status, 'incomplete');
  await refusal(
    stripe.subscriptions.create({ customer: poor, items: [{ price }], payment_behavior: 'error_if_incomplete' }), StripeCardError);
}

export async function invoices(stripe) {
  const customer = (await stripe.customers.create({ email: 'jenny@example.com', source: 'tok_visa' })).id;
  const item = await stripe.invoiceItems.create({ customer, amount: 25000, currency: 'eur', description: 'Crown' });
  assert.equal((await stripe.invoiceItems.update(item.id, { metadata: { tooth: '14' } })).metadata.tooth, '14');
  assert.equal((await stripe.invoiceItems.list({ customer, pending: true })).data[0].id, item.id);
  const draft = await stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' });
  assert.deepEqual([draft.status, draft.amount_due, draft.customer_email], ['draft', 25000, 'jenny@example.com']);
  assert.equal((await stripe.invoiceItems.retrieve(item.id)).invoice, draft.id);
  await refusal(stripe.invoiceItems.del(item.id), StripeInvalidRequestError);
  assert.equal((await stripe.invoices.update(draft.id, { description: 'Visit 7' })).description, 'Visit 7');
  const lines = await stripe.invoices.listLineItems(draft.id);
  assert.deepEqual(lines.data.map(({ amount, description }) => [amount, description]), [[25000, 'Crown']]);
  const open = await stripe.invoices.finalizeInvoice(draft.id);
  assert.equal(open.status, 'open');
  assert.match(open.number, /^[0-9a-f]{8}-0001$/);
  await refusal(stripe.invoices.finalizeInvoice(draft.id), StripeInvalidRequestError);
  const declined = await refusal(stripe.invoices.pay(draft.id, { payment_method: 'pm_card_chargeDeclined' }), StripeCardError);
  assert.equal(declined.code, 'card_declined');
  const paid = await stripe.invoices.pay(draft.id);
  assert.deepEqual([paid.status, paid.amount_paid, paid.attempt_count], ['paid', 25000, 2]);
  assert.equal((await stripe.invoices.retrieve(draft.id)).number, open.number);
  assert.equal((await refusal(stripe.invoices.pay(draft.id), StripeInvalidRequestError)).code, 'invoice_already_paid');
  await assertEvents(stripe, draft.id, ['invoice.created', 'invoice.updated', 'invoice.finalized',
    'invoice.payment_failed', 'invoice.paid', 'invoice.payment_succeeded']);
  assert.equal((await stripe.invoices.list({ customer, status: 'paid' })).data[0].id, draft.id);
  assert.equal((await stripe.invoices.search({ query: `customer:"${customer}" AND total>=25000` })).data[0].id, draft.id);

  const openOne = async () => {
    const { id } = await stripe.invoices.create({ customer, collection_method: 'send_invoice', days_until_due: 30 });
    await stripe.invoiceItems.create({ customer, invoice: id, amount: 900, currency: 'eur' });
    return (await stripe.invoices.sendInvoice(id)).id;
  };
  assert.equal((await stripe.invoices.voidInvoice(await openOne())).status, 'void');
  assert.equal((await stripe.invoices.markUncollectible(await openOne())).status, 'uncollectible');
  const { id } = await stripe.invoices.create({ customer });
  assert.equal((await stripe.invoices.del(id)).deleted, true);
  const pending = await stripe.invoiceItems.create({ customer, amount: 1, currency: 'eur' });
  assert.equal((await stripe.invoiceItems.del(pending.id)).deleted, true);
}

export async function events(stripe) {
  const key = crypto.randomUUID();
  const { id } = await stripe.customers.create({ name: key }, { idempotencyKey: key });
  const read = await stripe.events.retrieve((await eventAbout(stripe, id, 'customer.created')).id);
  assert.deepEqual([read.object, read.request.idempotency_key, read.data.object.name], ['event', key, key]);
  assert.match(read.request.id, /^req_/);
  for (const { type } of (await stripe.events.list({ types: ['customer.created', 'charge.failed'] })).data) {
    assert.ok(['customer.created', 'charge.failed'].includes(type));
  }
  for (const { type } of (await stripe.events.list({ type: 'charge.*' })).data) assert.ok(type.startsWith('charge.'));
  await stripe.customers.update(id, { name: 'Jenny' });
  const updated = await eventAbout(stripe, id, 'customer.updated');
  assert.deepEqual(updated.data.previous_attributes, { name: key });
  await refusal(stripe.events.retrieve('evt_none'), StripeInvalidRequestError);
}

export async function webhookEndpoints(stripe) {
  const url = `https://example.com/${crypto.randomUUID()}`;
  const made = await stripe.webhookEndpoints.create({ url, enabled_events: ['charge.dispute.created'] });
  assert.match(made.secret, /^whsec_[0-9A-Za-z]{32}$/);
  const read = await stripe.webhookEndpoints.retrieve(made.id);
  assert.deepEqual([read.url, read.status, read.secret], [url, 'enabled', undefined]);
  assert.equal((await stripe.webhookEndpoints.update(made.id, { disabled: true })).status, 'disabled');
  assert.ok((await stripe.webhookEndpoints.list({ limit: 100 })).data.length >= 1);
  assert.equal((await stripe.webhookEndpoints.del(made.id)).deleted, true);
  await refusal(stripe.webhookEndpoints.retrieve(made.id), StripeInvalidRequestError);
  await refusal(stripe.webhookEndpoints.create({ url: 'example.com', enabled_events: ['*'] }), StripeInvalidRequestError);
  await refusal(stripe.webhookEndpoints.create({ url }), StripeInvalidRequestError);
}

export async function expanding(stripe) {
  const customer = (await stripe.customers.create()).id;
  const intent = await pay(stripe, 'pm_card_visa', { customer });
  const read = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge.customer', 'customer'] });
  assert.deepEqual([read.customer.id, read.latest_charge.customer.id], [customer, customer]);
  const wrong = await refusal(stripe.paymentIntents.retrieve(intent.id, { expand: ['status'] }), StripeInvalidRequestError);
  assert.equal(wrong.message, 'This property cannot be expanded (status).');
  await refusal(stripe.paymentIntents.retrieve(intent.id, { expand: ['a.b.c.d.e'] }), StripeInvalidRequestError);
}
