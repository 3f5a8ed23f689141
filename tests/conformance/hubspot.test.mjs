// The official HubSpot client, unchanged but for its basePath, against `firedrill mocks hubspot`:
// everything but the objects themselves. Needs FIREDRILL (path of the binary) and Node 22.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { coverage } from './hubspot.coverage.mjs';
import { freshEmail, notExercised, refusal, rejection, startMocks } from './hubspot.support.mjs';

let mocks;
let client;
let stranger; // without a token

before(async () => {
  mocks = await startMocks();
  client = mocks.client();
  stranger = mocks.client({ accessToken: undefined, developerApiKey: undefined });
});

after(async () => {
  const mine = coverage.filter(({ file, alwaysSucceeds }) => file === 'hubspot.test.mjs' && !alwaysSucceeds);
  const left = notExercised(mine, await mocks.ledger());
  await mocks.stop();
  assert.deepEqual(left, [], 'every route succeeded and failed');
});

const unauthorized = (call) => refusal(call, 401, 'INVALID_AUTHENTICATION');
const newContact = () => client.crm.contacts.basicApi.create({ properties: { email: freshEmail() } });
const newCompany = () => client.crm.companies.basicApi.create({ properties: { name: 'Acme' } });
const spec = (id) => ({ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: id });

describe('associations', () => {
  test('associate and end it', async () => {
    const [contact, company] = [await newContact(), await newCompany()];
    const { basicApi } = client.crm.associations.v4;
    const made = await basicApi.create('contacts', contact.id, 'companies', company.id, [spec(1)]);
    assert.deepEqual(made.labels, ['Primary']);
    const page = await basicApi.getPage('contacts', contact.id, 'companies');
    assert.equal(page.results[0].toObjectId, company.id);
    assert.deepEqual(page.results[0].associationTypes.map(({ typeId, label }) => [typeId, label]), [[1, 'Primary'], [279, null]]);
    const back = await basicApi.getPage('companies', company.id, 'contacts');
    assert.equal(back.results[0].toObjectId, contact.id);
    const read = await client.crm.contacts.basicApi.getById(contact.id, undefined, undefined, ['companies']);
    const [{ id, type }] = read.associations.companies.results;
    assert.deepEqual([id, type], [company.id, 'contact_to_company']);
    await basicApi.archive('contacts', contact.id, 'companies', company.id);
    assert.deepEqual((await basicApi.getPage('contacts', contact.id, 'companies')).results, []);
    await refusal(basicApi.create('contacts', contact.id, 'companies', company.id, [spec(4)]), 400, 'VALIDATION_ERROR');
    await refusal(basicApi.create('contacts', '999999', 'companies', company.id, [spec(1)]), 400, 'VALIDATION_ERROR');
    await refusal(basicApi.getPage('contacts', '999999', 'companies'), 404, 'OBJECT_NOT_FOUND');
    await refusal(basicApi.archive('dragons', '1', 'companies', '2'), 400, 'VALIDATION_ERROR');
  });

  test('associate by default', async () => {
    const [contact, company] = [await newContact(), await newCompany()];
    const { basicApi } = client.crm.associations.v4;
    const made = await basicApi.createDefault('contacts', contact.id, 'companies', company.id);
    assert.equal(made.status, 'COMPLETE');
    assert.deepEqual(made.results.map((one) => one.associationSpec.associationTypeId), [279, 280]);
    await refusal(basicApi.createDefault('contacts', '999999', 'companies', company.id), 400, 'VALIDATION_ERROR');
  });

  test('batches of associations', async () => {
    const [contact, company] = [await newContact(), await newCompany()];
    const { batchApi } = client.crm.associations.v4;
    const pair = (from, to) => ({ _from: { id: from }, to: { id: to }, types: [spec(1)] });
    const made = await batchApi.create('contacts', 'companies', { inputs: [pair(contact.id, company.id)] });
    assert.equal(made.results[0].toObjectId, company.id);
    const partly = await batchApi.create('contacts', 'companies', { inputs: [pair(contact.id, company.id), pair('999999', company.id)] });
    assert.equal(partly.numErrors, 1);
    const read = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: contact.id }] });
    assert.equal(read.results[0]._from.id, contact.id);
    assert.equal(read.results[0].to[0].toObjectId, company.id);
    const none = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: '999999' }] });
    assert.equal(none.errors[0].subCategory, 'crm.associations.NO_ASSOCIATIONS_FOUND');
    await batchApi.archiveLabels('contacts', 'companies', { inputs: [pair(contact.id, company.id)] });
    await batchApi.archive('contacts', 'companies', { inputs: [{ _from: { id: contact.id }, to: [{ id: company.id }] }] });
    await refusal(batchApi.create('contacts', 'companies', { inputs: [] }), 400, 'VALIDATION_ERROR');
    await refusal(batchApi.getPage('contacts', 'companies', { inputs: [] }), 400, 'VALIDATION_ERROR');
    await refusal(batchApi.archive('contacts', 'companies', { inputs: [] }), 400, 'VALIDATION_ERROR');
    await refusal(batchApi.archiveLabels('contacts', 'companies', { inputs: [] }), 400, 'VALIDATION_ERROR');
  });

  test('batches of default associations', async () => {
    const [contact, company] = [await newContact(), await newCompany()];
    const { batchApi } = client.crm.associations.v4;
    const made = await batchApi.createDefault('contacts', 'companies', { inputs: [{ _from: { id: contact.id }, to: { id: company.id } }] });
    assert.equal(made.results.length, 2);
    await refusal(
      batchApi.createDefault('contacts', 'companies', { inputs: [{ _from: { id: contact.id }, to: { id: '999999' } }] }), 400, 'VALIDATION_ERROR');
  });

  test('labels', async () => {
    const { definitionsApi } = client.crm.associations.v4.schema;
    const labels = await definitionsApi.getAll('contacts', 'companies');
    assert.deepEqual(labels.results.map(({ typeId }) => typeId), [279, 1]);
    await refusal(definitionsApi.getAll('contacts', 'dragons'), 400, 'VALIDATION_ERROR');
  });
});

describe('properties', () => {
  const definition = (name, more = {}) => ({
    name, label: name, type: 'string', fieldType: 'text', groupName: 'contactinformation', ...more,
  });

  test('a property lives and dies', async () => {
    const { coreApi } = client.crm.properties;
    const made = await coreApi.create('contacts', definition('shoe_size', { type: 'number', fieldType: 'number' }));
    assert.equal(made.hubspotDefined, false);
    assert.ok(made.createdAt instanceof Date);
    await refusal(coreApi.create('contacts', definition('shoe_size')), 409, 'OBJECT_ALREADY_EXISTS');
    await refusal(coreApi.create('contacts', definition('Shoe Size')), 400, 'VALIDATION_ERROR');
    const contact = await client.crm.contacts.basicApi.create({ properties: { email: freshEmail(), shoe_size: '43' } });
    assert.equal(contact.properties.shoe_size, '43');
    assert.equal((await coreApi.update('contacts', 'shoe_size', { label: 'Size of shoes' })).label, 'Size of shoes');
    assert.equal((await coreApi.getByName('contacts', 'shoe_size')).label, 'Size of shoes');
    const names = (await coreApi.getAll('contacts')).results.map(({ name }) => name);
    assert.ok(names.includes('email') && names.includes('shoe_size'));
    await coreApi.archive('contacts', 'shoe_size');
    await refusal(coreApi.getByName('contacts', 'shoe_size'), 404, 'OBJECT_NOT_FOUND');
    await refusal(coreApi.update('contacts', 'shoe_size', { label: 'x' }), 404, 'OBJECT_NOT_FOUND');
    await refusal(coreApi.archive('contacts', 'email'), 400, 'VALIDATION_ERROR');
    await refusal(coreApi.getAll('dragons'), 400, 'VALIDATION_ERROR');
  });

  test('groups of properties', async () => {
    const { groupsApi } = client.crm.properties;
    const made = await groupsApi.create('deals', { name: 'teeth', label: 'Teeth', displayOrder: 3 });
    assert.deepEqual([made.name, made.displayOrder, made.archived], ['teeth', 3, false]);
    assert.equal((await groupsApi.getByName('deals', 'teeth')).label, 'Teeth');
    assert.deepEqual((await groupsApi.getAll('deals')).results.map(({ name }) => name), ['dealinformation', 'teeth']);
    await refusal(groupsApi.create('deals', { name: 'teeth', label: 'Teeth' }), 409, 'OBJECT_ALREADY_EXISTS');
    await refusal(groupsApi.getByName('deals', 'ears'), 404, 'OBJECT_NOT_FOUND');
    await refusal(groupsApi.getAll('dragons'), 400, 'VALIDATION_ERROR');
  });

  test('batches of properties', async () => {
    const { batchApi } = client.crm.properties;
    const made = await batchApi.create('contacts', { inputs: [definition('one'), definition('two')] });
    assert.deepEqual(made.results.map(({ name }) => name), ['one', 'two']);
    const partly = await batchApi.create('contacts', { inputs: [definition('one'), definition('three')] });
    assert.deepEqual(partly.results.map(({ name }) => name), ['three']);
    assert.equal(partly.errors[0].category, 'OBJECT_ALREADY_EXISTS');
    const read = await batchApi.read('contacts', { archived: false, inputs: [{ name: 'one' }, { name: 'none' }] });
    assert.deepEqual(read.results.map(({ name }) => name), ['one']);
    assert.equal(read.numErrors, 1);
    await batchApi.archive('contacts', { inputs: [{ name: 'one' }, { name: 'two' }, { name: 'three' }] });
    for (const call of ['create', 'read', 'archive']) {
      await refusal(batchApi[call]('contacts', { inputs: [] }), 400, 'VALIDATION_ERROR');
    }
  });
});

test('owners', async () => {
  const { ownersApi } = client.crm.owners;
  const page = await ownersApi.getPage(undefined, undefined, 2);
  assert.equal(page.results.length, 2);
  assert.ok(page.results[0].createdAt instanceof Date);
  const rest = await ownersApi.getPage(undefined, page.paging.next.after, 2);
  assert.deepEqual([rest.results.length, rest.paging], [1, undefined]);
  const [{ id, email, userId }] = page.results;
  assert.deepEqual((await ownersApi.getPage(email)).results.map((one) => one.id), [id]);
  assert.equal((await ownersApi.getById(Number(id))).email, email);
  assert.equal((await ownersApi.getById(userId, 'userId')).id, id);
  await refusal(ownersApi.getById(1), 404, 'OBJECT_NOT_FOUND');
  await unauthorized(stranger.crm.owners.ownersApi.getPage());
});

test('pipelines', async () => {
  const { pipelinesApi, pipelineStagesApi } = client.crm.pipelines;
  const [pipeline] = (await pipelinesApi.getAll('deals')).results;
  assert.equal(pipeline.id, 'default');
  assert.equal((await pipelinesApi.getById('deals', 'default')).stages.length, pipeline.stages.length);
  const stages = (await pipelineStagesApi.getAll('deals', 'default')).results;
  const deal = await client.crm.deals.basicApi.create({ properties: { dealname: 'x', dealstage: stages[0].id } });
  assert.equal(deal.properties.pipeline, pipeline.id);
  await refusal(pipelinesApi.getAll('contacts'), 400, 'VALIDATION_ERROR');
  await refusal(pipelinesApi.getById('deals', 'none'), 404, 'OBJECT_NOT_FOUND');
  await refusal(pipelineStagesApi.getAll('deals', 'none'), 404, 'OBJECT_NOT_FOUND');
});

describe('tokens', () => {
  test('OAuth', async () => {
    const { tokensApi, accessTokensApi, refreshTokensApi } = client.oauth;
    const tokens = await tokensApi.create('authorization_code', 'code-1', 'http://127.0.0.1/back', 'app', 'secret');
    assert.equal(tokens.expiresIn, 1800);
    assert.equal(tokens.tokenType, 'bearer');
    const mine = mocks.client({ accessToken: tokens.accessToken });
    assert.ok((await mine.crm.contacts.basicApi.getPage()).results);
    const info = await accessTokensApi.get(tokens.accessToken);
    assert.ok(info.expiresIn > 1700 && info.hubId > 0 && info.scopes.includes('oauth'));
    assert.equal((await refreshTokensApi.get(tokens.refreshToken)).clientId, 'app');
    const renew = (token) => tokensApi.create('refresh_token', undefined, undefined, 'app', 'secret', token);
    const renewed = await renew(tokens.refreshToken);
    assert.notEqual(renewed.accessToken, tokens.accessToken);
    await refreshTokensApi.archive(tokens.refreshToken);
    const refused = await rejection(renew(tokens.refreshToken), 400);
    assert.equal(refused.status, 'BAD_REFRESH_TOKEN');
    await refusal(refreshTokensApi.get(tokens.refreshToken), 404, 'OBJECT_NOT_FOUND');
    await refusal(accessTokensApi.get('unknown'), 404, 'OBJECT_NOT_FOUND');
  });

  test('the token of a private app', async () => {
    const info = (tokenKey) => client.apiRequest({
      method: 'POST', path: '/oauth/v2/private-apps/get/access-token-info', body: { tokenKey },
    });
    const known = await info('pat-na1-test');
    assert.equal(known.status, 200);
    assert.ok((await known.json()).hubId > 0);
    assert.equal((await info('no private app')).status, 404);
  });

  test('without one there is no way in', async () => {
    await unauthorized(stranger.crm.deals.basicApi.getPage());
    await unauthorized(stranger.webhooks.subscriptionsApi.getAll(7));
  });
});

describe('webhooks', () => {
  const target = { targetUrl: 'https://example.com/hooks', throttling: { maxConcurrentRequests: 10 } };

  test('where webhooks go', async () => {
    const { settingsApi } = client.webhooks;
    await refusal(settingsApi.getAll(7), 404, 'OBJECT_NOT_FOUND');
    const made = await settingsApi.configure(7, target);
    assert.equal(made.throttling.maxConcurrentRequests, 10);
    assert.equal((await settingsApi.getAll(7)).targetUrl, target.targetUrl);
    await settingsApi.clear(7);
    await refusal(settingsApi.getAll(7), 404, 'OBJECT_NOT_FOUND');
    await refusal(settingsApi.configure(7, { ...target, throttling: { maxConcurrentRequests: 1 } }), 400, 'VALIDATION_ERROR');
    await unauthorized(stranger.webhooks.settingsApi.clear(7));
  });

  test('subscriptions', async () => {
    const { subscriptionsApi } = client.webhooks;
    const made = await subscriptionsApi.create(8, { eventType: 'contact.propertyChange', propertyName: 'email', active: false });
    assert.equal(made.active, false);
    assert.ok(made.createdAt instanceof Date);
    await refusal(subscriptionsApi.create(8, { eventType: 'contact.propertyChange' }), 400, 'VALIDATION_ERROR');
    const id = Number(made.id);
    assert.equal((await subscriptionsApi.update(id, 8, { active: true })).active, true);
    assert.equal((await subscriptionsApi.getById(id, 8)).active, true);
    assert.equal((await subscriptionsApi.getAll(8)).results.length, 1);
    const batch = await subscriptionsApi.updateBatch(8, { inputs: [{ id, active: false }, { id: 1, active: true }] });
    assert.equal(batch.results[0].active, false);
    assert.equal(batch.numErrors, 1);
    await subscriptionsApi.archive(id, 8);
    await refusal(subscriptionsApi.getById(id, 8), 404, 'OBJECT_NOT_FOUND');
    await refusal(subscriptionsApi.update(id, 8, { active: true }), 404, 'OBJECT_NOT_FOUND');
    await refusal(subscriptionsApi.archive(id, 8), 404, 'OBJECT_NOT_FOUND');
    await refusal(subscriptionsApi.updateBatch(8, { inputs: [] }), 400, 'VALIDATION_ERROR');
    await unauthorized(stranger.webhooks.subscriptionsApi.getAll(8));
  });
});

test('an unknown path is answered in the envelope, with the headers of any answer', async () => {
  const response = await client.apiRequest({ path: '/crm/v9/dragons' });
  assert.equal(response.status, 404);
  const body = await response.json();
  assert.deepEqual([body.status, body.category], ['error', 'OBJECT_NOT_FOUND']);
  assert.equal(response.headers.get('x-hubspot-correlation-id'), body.correlationId);
  assert.equal(response.headers.get('x-hubspot-ratelimit-interval-milliseconds'), '10000');
  assert.match(response.headers.get('x-hubspot-ratelimit-daily-remaining'), /^\d+$/);
});
