// What clients do with money, as functions of a client: stripe.test.mjs runs each of them alone and
// many at once, so none of them may count on being alone.

import assert from 'node:assert/strict';
import { assertEvents, card, pay, refusal, Stripe } from './stripe.support.mjs';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

export async function customers(stripe) {
  const email = `jenny+${crypto.randomUUID()}@example.com`;
  const created = await stripe.customers.create({
    email, name: 'Jenny Rosen', metadata: { order_id: '6735' }, address: { city: 'Cluj' },
  });
  assert.match(created.id, /^cus_[0-9A-Za-z]{14}$/);
  assert.deepEqual([created.object, created.livemode, created.email], ['customer', false, email]);
  assert.deepEqual(created.address,
    { city: 'Cluj', country: null, line1: null, line2: null, postal_code: null, state: null });
  assert.ok(Math.abs(created.created - Date.now() / 1000) < 60);
  assert.match(created.lastResponse.requestId, /^req_[0-9A-Za-z]{14}$/);

  const changed = await stripe.customers.update(created.id, { name: '', metadata: { order_id: '', tooth: '14' } });
  assert.deepEqual([changed.name, changed.metadata], [null, { tooth: '14' }]);
  assert.deepEqual((await stripe.customers.retrieve(created.id)).metadata, { tooth: '14' });

  assert.deepEqual((await stripe.customers.list({ email })).data.map(({ id }) => id), [created.id]);
  const found = await stripe.customers.search({ query: `email:"${email}" AND -metadata["tooth"]:null` });
  assert.deepEqual([found.object, found.data.map(({ id }) => id)], ['search_result', [created.id]]);

  assert.deepEqual({ ...await stripe.customers.del(created.id) }, { id: created.id, object: 'customer', deleted: true });
  assert.equal((await stripe.customers.retrieve(created.id)).deleted, true);
  await refusal(stripe.customers.update(created.id, { name: 'x' }), StripeInvalidRequestError);
  await assertEvents(stripe, created.id, ['customer.created', 'customer.updated', 'customer.deleted']);

  const bad = await refusal(stripe.customers.create({ email: 'nobody' }), StripeInvalidRequestError);
  assert.deepEqual([bad.code, bad.param], ['email_invalid', 'email']);
}

export async function pagination(stripe) {
  const mark = crypto.randomUUID();
  const made = [];
  const email = `${mark}@example.com`;
  for (let i = 0; i < 7; ++i) made.unshift((await stripe.customers.create({ email, metadata: { mark } })).id);

  const first = await stripe.customers.list({ email, limit: 3 });
  assert.deepEqual([first.url, first.has_more], ['/v1/customers', true]);
  assert.deepEqual(first.data.map(({ id }) => id), made.slice(0, 3));
  const back = await stripe.customers.list({ email, limit: 3, ending_before: made[5] });
  assert.deepEqual([back.data.map(({ id }) => id), back.has_more], [made.slice(2, 5), true]);

  const all = [];
  for await (const { id } of stripe.customers.list({ email, limit: 2 })) all.push(id);
  assert.deepEqual(all, made);
  const found = [];
  for await (const { id } of stripe.customers.search({ query: `metadata["mark"]:"${mark}"`, limit: 3 })) found.push(id);
  assert.deepEqual(found, made);

  const unknown = await refusal(stripe.customers.list({ starting_after: 'cus_none' }), StripeInvalidRequestError);
  assert.deepEqual([unknown.statusCode, unknown.param], [400, 'starting_after']);
  await refusal(stripe.customers.list({ limit: 101 }), StripeInvalidRequestError);
  await refusal(stripe.customers.search({ query: 'nonsense' }), StripeInvalidRequestError);
}

export async function paymentMethods(stripe) {
  const customer = (await stripe.customers.create()).id;
  const method = await stripe.paymentMethods.create({
    type: 'card', card: { number: '4242 4242 4242 4242', exp_month: 8, exp_year: 2034, cvc: '314' },
    billing_details: { name: 'Jenny Rosen' },
  });
  assert.match(method.id, /^pm_[0-9A-Za-z]{24}$/);
  assert.deepEqual([method.card.brand, method.card.last4, method.card.exp_year], ['visa', '4242', 2034]);
  assert.equal(method.billing_details.name, 'Jenny Rosen');
  assert.equal((await stripe.paymentMethods.retrieve(method.id)).customer, null);
  assert.equal((await stripe.paymentMethods.attach(method.id, { customer })).customer, customer);
  assert.equal((await stripe.paymentMethods.update(method.id, { card: { exp_month: 9 } })).card.exp_month, 9);
  for (const list of [stripe.paymentMethods.list({ customer, type: 'card' }), stripe.customers.listPaymentMethods(customer)]) {
    assert.deepEqual((await list).data.map(({ id }) => id), [method.id]);
  }
  const other = (await stripe.customers.create()).id;
  await refusal(stripe.paymentMethods.attach(method.id, { customer: other }), StripeInvalidRequestError);
  assert.equal((await stripe.paymentMethods.detach(method.id)).customer, null);
  await refusal(stripe.paymentMethods.detach(method.id), StripeInvalidRequestError);

  const bad = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_chargeDeclined' } });
  const declined = await refusal(stripe.paymentMethods.attach(bad.id, { customer }), StripeCardError);
  assert.equal(declined.code, 'card_declined');
  const wrong = await refusal(stripe.paymentMethods.create({
    type: 'card', card: { number: '4242424242424241', exp_month: 8, exp_year: 2034 },
  }), StripeCardError);
  assert.equal(wrong.code, 'incorrect_number');
}

export async function paymentIntents(stripe) {
  const intent = await stripe.paymentIntents.create({ amount: 2500, currency: 'EUR', ...card, metadata: { visit: '7' } });
  assert.match(intent.id, /^pi_[0-9A-Za-z]{24}$/);
  assert.match(intent.client_secret, new RegExp(`^${intent.id}_secret_[0-9A-Za-z]{25}$`));
  assert.deepEqual([intent.status, intent.currency], ['requires_payment_method', 'eur']);
  await refusal(stripe.paymentIntents.confirm(intent.id), StripeInvalidRequestError);
  const ready = await stripe.paymentIntents.update(intent.id, { payment_method: 'pm_card_visa', amount: 3000 });
  assert.deepEqual([ready.status, ready.amount], ['requires_confirmation', 3000]);
  const paid = await stripe.paymentIntents.confirm(intent.id, { expand: ['latest_charge', 'payment_method'] });
  assert.deepEqual([paid.status, paid.amount_received], ['succeeded', 3000]);
  assert.deepEqual([paid.latest_charge.status, paid.latest_charge.payment_intent], ['succeeded', intent.id]);
  assert.equal(paid.payment_method.card.last4, '4242');
  assert.deepEqual((await stripe.paymentIntents.retrieve(intent.id)).metadata, { visit: '7' });
  await assertEvents(stripe, intent.id, ['payment_intent.created', 'payment_intent.succeeded']);

  const again = await refusal(stripe.paymentIntents.confirm(intent.id), StripeInvalidRequestError);
  assert.deepEqual([again.code, again.payment_intent.id], ['payment_intent_unexpected_state', intent.id]);
  await refusal(stripe.paymentIntents.cancel(intent.id), StripeInvalidRequestError);

  const held = await pay(stripe, 'pm_card_mastercard', { capture_method: 'manual' });
  assert.deepEqual([held.status, held.amount_capturable], ['requires_capture', 2500]);
  await refusal(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2501 }), StripeInvalidRequestError);
  const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 2000 });
  assert.deepEqual([captured.status, captured.amount_received, captured.amount_capturable], ['succeeded', 2000, 0]);
  const canceled = await stripe.paymentIntents.cancel(
    (await stripe.paymentIntents.create({ amount: 2500, currency: 'eur' })).id, { cancellation_reason: 'abandoned' });
  assert.deepEqual([canceled.status, canceled.cancellation_reason], ['canceled', 'abandoned']);

  const customer = (await stripe.customers.create()).id;
  const theirs = await stripe.paymentIntents.create({ amount: 900, currency: 'usd', customer });
  const list = await stripe.paymentIntents.list({ customer, expand: ['data.customer'] });
  assert.deepEqual(list.data.map(({ id, customer: { object } }) => [id, object]), [[theirs.id, 'customer']]);
  assert.equal((await stripe.paymentIntents.search({ query: `customer:"${customer}" AND amount>899` })).data[0].id, theirs.id);
}

export async function declines(stripe) {
  const table = {
    chargeDeclined: ['card_declined', 'generic_decline', 'Your card was declined.'],
    chargeDeclinedInsufficientFunds: ['card_declined', 'insufficient_funds', 'Your card has insufficient funds.'],
    visa_chargeDeclinedLostCard: ['card_declined', 'lost_card', 'Your card was declined.'],
    chargeDeclinedStolenCard: ['card_declined', 'stolen_card', 'Your card was declined.'],
    chargeDeclinedExpiredCard: ['expired_card', 'expired_card', 'Your card has expired.'],
    chargeDeclinedIncorrectCvc: ['incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect."],
    chargeDeclinedProcessingError: ['processing_error', 'processing_error',
      'An error occurred while processing your card. Try again in a little bit.'],
    chargeCustomerFail: ['card_declined', 'generic_decline', 'Your card was declined.'],
  };
  for (const [name, [code, decline, message]] of Object.entries(table)) {
    const error = await refusal(pay(stripe, `pm_card_${name}`), StripeCardError);
    assert.deepEqual([error.statusCode, error.code, error.decline_code, error.message], [402, code, decline, message]);
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent.id);
    assert.deepEqual([intent.status, intent.payment_method], ['requires_payment_method', null]);
    assert.deepEqual([intent.last_payment_error.code, intent.latest_charge], [code, error.charge]);
    assert.equal((await stripe.charges.retrieve(error.charge)).failure_code, code);
    await assertEvents(stripe, intent.id, ['payment_intent.created', 'payment_intent.payment_failed']);
  }
}

export async function authentication(stripe) {
  const three = () => pay(stripe, 'pm_card_threeDSecure2Required', { return_url: 'https://example.com/back?visit=7' });
  const visit = async (intent, query = '') => {
    const answer = await fetch(intent.next_action.redirect_to_url.url + query, { redirect: 'manual' });
    assert.equal(answer.status, 303);
    return new URL(answer.headers.get('location')).searchParams;
  };
  const waiting = await three();
  assert.deepEqual([waiting.status, waiting.next_action.type], ['requires_action', 'redirect_to_url']);
  const back = await visit(waiting);
  assert.deepEqual([back.get('visit'), back.get('payment_intent'), back.get('redirect_status')], ['7', waiting.id, 'succeeded']);
  assert.equal((await stripe.paymentIntents.retrieve(waiting.id)).status, 'succeeded');

  const refused = await three();
  assert.equal((await visit(refused, '?outcome=fail')).get('redirect_status'), 'failed');
  const after = await stripe.paymentIntents.retrieve(refused.id);
  assert.equal(after.last_payment_error.code, 'payment_intent_authentication_failure');

  const alone = await refusal(pay(stripe, 'pm_card_authenticationRequired', { off_session: true }), StripeCardError);
  assert.equal(alone.code, 'authentication_required');
  await refusal(stripe.paymentIntents.create({
    amount: 2500, currency: 'eur', payment_method: 'pm_card_visa', confirm: true,
  }), StripeInvalidRequestError);
}

export async function charges(stripe) {
  const charge = await stripe.charges.create({ amount: 1999, currency: 'usd', source: 'tok_visa', capture: false });
  assert.deepEqual([charge.paid, charge.captured, charge.outcome.type], [true, false, 'authorized']);
  assert.equal((await stripe.charges.capture(charge.id, { amount: 1500 })).amount_captured, 1500);
  await refusal(stripe.charges.capture(charge.id), StripeInvalidRequestError);
  const mark = crypto.randomUUID();
  assert.equal((await stripe.charges.update(charge.id, { transfer_group: mark })).transfer_group, mark);
  assert.equal((await stripe.charges.list({ transfer_group: mark })).data[0].id, charge.id);
  assert.equal((await stripe.charges.search({ query: `transfer_group:"${mark}"` })).data[0].id, charge.id);
  assert.equal((await stripe.charges.retrieve(charge.id, { expand: ['refunds'] })).refunds.object, 'list');
  const declined = await refusal(
    stripe.charges.create({ amount: 1999, currency: 'usd', source: 'tok_chargeDeclined' }), StripeCardError);
  assert.match(declined.charge, /^ch_/);
  await refusal(stripe.charges.create({ amount: 1999, currency: 'usd' }), StripeInvalidRequestError);
}

export async function refunds(stripe) {
  const intent = await pay(stripe, 'pm_card_visa');
  const part = await stripe.refunds.create({ payment_intent: intent.id, amount: 1000, reason: 'requested_by_customer' });
  assert.deepEqual([part.status, part.charge], ['succeeded', intent.latest_charge]);
  const much = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 1501 }), StripeInvalidRequestError);
  assert.match(much.message, /Refund amount \(€15\.01 eur\) is greater than unrefunded amount on charge \(€15\.00 eur\)/);
  assert.equal((await stripe.refunds.create({ charge: intent.latest_charge })).amount, 1500);
  const done = await refusal(stripe.refunds.create({ payment_intent: intent.id }), StripeInvalidRequestError);
  assert.equal(done.code, 'charge_already_refunded');
  const charge = await stripe.charges.retrieve(intent.latest_charge, { expand: ['refunds'] });
  assert.deepEqual([charge.refunded, charge.amount_refunded, charge.refunds.data.length], [true, 2500, 2]);
  assert.equal((await stripe.refunds.update(part.id, { metadata: { why: 'x' } })).metadata.why, 'x');
  assert.equal((await stripe.refunds.retrieve(part.id)).amount, 1000);
  assert.equal((await stripe.refunds.list({ payment_intent: intent.id })).data.length, 2);
  await refusal(stripe.refunds.create({}), StripeInvalidRequestError);
}
