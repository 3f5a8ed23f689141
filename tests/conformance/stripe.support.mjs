// How the tests of the mock `stripe` start it, call it and read its refusals.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

export { Stripe };

/** Starts `firedrill mocks stripe`; `{ url, control, stop }`. */
export async function startStripe() {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  const child = spawn(process.env.FIREDRILL, ['mocks', 'stripe'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const failed = once(child, 'error').then(([error]) => { throw error; });
  const ended = exit.then(([code]) => { throw new Error(`ended with ${code} before it was ready`); });
  failed.catch(() => {});
  ended.catch(() => {});
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  const ready = JSON.parse(await Promise.race([line, failed, ended]));
  const stop = async () => {
    assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the mocks ran until the end');
    child.kill('SIGTERM');
    const [code] = await exit;
    assert.equal(code, 0, 'the mocks end with 0 after SIGTERM');
  };
  return { url: ready.mocks.stripe.url, control: ready.control, stop };
}

/** An official client whose calls are written to `client.seen` as "POST /v1/customers/cus_…". */
export function clientOf(url, { key = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc', ...options } = {}) {
  const { hostname, port } = new URL(url);
  const client = new Stripe(key, {
    protocol: 'http', host: hostname, port, maxNetworkRetries: 0, telemetry: false, ...options,
  });
  client.seen = [];
  client.on('request', ({ method, path }) => client.seen.push(`${method} ${path.split('?')[0]}`));
  return client;
}

/** Whether a call that was made is one of `route`, "POST /v1/customers/{customer}". */
export function isCallOf(route, call) {
  const parts = route.split('/');
  const seen = call.split('/');
  const last = seen.at(-1);
  return parts.length === seen.length
    && parts.every((part, i) => (part.startsWith('{') ? seen[i] !== '' : part === seen[i]))
    && !(parts.at(-1).startsWith('{') && last === 'search');
}

/** Runs `call`, which must be refused with an error of this class; returns the error. */
export async function refusal(call, errorClass) {
  try {
    await call;
  } catch (error) {
    assert.equal(error.constructor.name, errorClass.name, error.message);
    return error;
  }
  return assert.fail(`expected ${errorClass.name}, but the call succeeded`);
}

/** The newest event of a type about `id`; undefined when there is none. */
export async function eventAbout(stripe, id, type) {
  for await (const event of stripe.events.list({ type, limit: 100 })) {
    if (event.data.object.id === id) return event;
  }
  return undefined;
}

/** Of these types, exactly these events are about `id`, in this order. */
export async function assertEvents(stripe, id, expected) {
  const types = [];
  for await (const event of stripe.events.list({ types: [...new Set(expected)], limit: 100 })) {
    if (event.data.object.id !== id) continue;
    types.unshift(event.type);
    if (event.type === expected[0]) break;
  }
  assert.deepEqual(types, expected);
}

export const card = { payment_method_types: ['card'] };

/** A payment intent that is paid by `payment_method` at once. */
export function pay(stripe, payment_method, more = {}) {
  return stripe.paymentIntents.create({ amount: 2500, currency: 'eur', ...card, payment_method, confirm: true, ...more });
}
