// What the tests of the HubSpot mock share: a mock by itself, official clients for it, assertions,
// and the proof that a file's part of the coverage table was really called.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import hubspot from '@hubspot/api-client';

export function clientFor(url, options = {}) {
  return new hubspot.Client({ accessToken: 'pat-na1-test', developerApiKey: 'dev-test', basePath: url, ...options });
}

/** `firedrill mocks hubspot`: clients for it, its ledger and stop(). */
export async function startMocks() {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  const child = spawn(process.env.FIREDRILL, ['mocks', 'hubspot'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(child, 'error').then(([error]) => { throw error; });
  const ended = once(child, 'exit').then(([code]) => { throw new Error(`ended with ${code} before it was ready`); });
  failed.catch(() => {});
  ended.catch(() => {});
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  const ready = JSON.parse(await Promise.race([line, failed, ended]));
  const { url } = ready.mocks.hubspot;
  return {
    url,
    client: (options) => clientFor(url, options),
    async ledger() {
      const { entries } = await (await fetch(`${ready.control}/mocks/hubspot/ledger`)).json();
      return entries;
    },
    async stop() {
      assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the mocks ran until the end');
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      assert.equal((await exit)[0], 0, 'the mocks end with 0 after SIGTERM');
    },
  };
}

/** Runs `call`, which must reject with an ApiException of this status; returns its body. */
export async function rejection(call, status) {
  try {
    await call;
  } catch (error) {
    assert.equal(error.constructor.name, 'ApiException', String(error));
    assert.equal(error.code, status, JSON.stringify(error.body));
    return error.body;
  }
  return assert.fail(`expected ${status}, but the call succeeded`);
}

const correlation = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The same for an error in HubSpot's envelope, of this category. */
export async function refusal(call, status, category) {
  const body = await rejection(call, status);
  assert.equal(body.status, 'error');
  assert.equal(body.category, category, body.message);
  assert.match(body.correlationId, correlation);
  assert.ok(body.message.length > 0);
  return body;
}

/** `[{ route, … }]` whose route was not answered with success, or not with an error. */
export function notExercised(coverage, entries) {
  const routes = coverage.map(({ route }) => {
    const [method, pattern] = route.split(' ');
    return { route, method, pattern: new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}/?$`), seen: new Set() };
  });
  for (const { method, path, status } of entries) {
    // The first that fits, as in the mock: a literal segment stands before a parameter.
    const route = routes.find((one) => one.method === method && one.pattern.test(path));
    route?.seen.add(status < 400 ? 'success' : 'error');
  }
  return routes.filter(({ seen }) => seen.size < 2).map(({ route, seen }) => `${route}: only ${[...seen]}`);
}

export const ids = (results) => results.map(({ id }) => id);

/** An email that no other test uses. */
let emails = 0;
export const freshEmail = () => `person${emails += 1}.${process.pid}@example.com`;
