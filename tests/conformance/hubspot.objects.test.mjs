// The official HubSpot client, unchanged but for its basePath, against `firedrill mocks hubspot`:
// contacts, companies, deals and tickets. Needs FIREDRILL (path of the binary) and Node 22.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { coverage } from './hubspot.coverage.mjs';
import { freshEmail, ids, notExercised, refusal, startMocks } from './hubspot.support.mjs';

let mocks;
let client;
let contacts;
let stranger; // without a token

before(async () => {
  mocks = await startMocks();
  client = mocks.client();
  contacts = client.crm.contacts;
  stranger = mocks.client({ accessToken: undefined }).crm.contacts;
});

after(async () => {
  const mine = coverage.filter(({ file }) => file === 'hubspot.objects.test.mjs');
  const left = notExercised(mine, await mocks.ledger());
  await mocks.stop();
  assert.deepEqual(left, [], 'every route succeeded and failed');
});

const unauthorized = (call) => refusal(call, 401, 'INVALID_AUTHENTICATION');
const newContact = (properties = {}) =>
  contacts.basicApi.create({ properties: { email: freshEmail(), ...properties } });

describe('one object at a time', () => {
  test('create', async () => {
    const email = freshEmail();
    const made = await contacts.basicApi.create({ properties: { email, firstname: 'Ada' }, associations: [] });
    assert.match(made.id, /^\d+$/);
    assert.equal(made.properties.email, email);
    assert.equal(made.properties.hs_object_id, made.id);
    assert.ok(made.createdAt instanceof Date && Math.abs(made.createdAt - Date.now()) < 60_000);
    assert.equal(made.archived, false);
    const conflict = await refusal(contacts.basicApi.create({ properties: { email: email.toUpperCase() } }), 409, 'CONFLICT');
    assert.equal(conflict.message, `Contact already exists. Existing ID: ${made.id}`);
    const invalid = await refusal(
      contacts.basicApi.create({ properties: { email: 'nobody', nonsense: 'x' } }), 400, 'VALIDATION_ERROR');
    assert.deepEqual(invalid.errors.map(({ code }) => code).sort(), ['INVALID_EMAIL', 'PROPERTY_DOESNT_EXIST']);
    await refusal(contacts.basicApi.create({}), 400, 'VALIDATION_ERROR');
    await unauthorized(stranger.basicApi.create({ properties: {} }));
  });

  test('read by id and by unique property', async () => {
    const made = await newContact({ city: 'Oslo' });
    const byId = await contacts.basicApi.getById(made.id, ['city', 'phone'], ['city']);
    assert.equal(byId.properties.city, 'Oslo');
    assert.equal(byId.properties.phone, null);
    assert.equal(byId.propertiesWithHistory.city[0].value, 'Oslo');
    const byEmail = await contacts.basicApi.getById(
      made.properties.email, undefined, undefined, undefined, undefined, 'email');
    assert.equal(byEmail.id, made.id);
    assert.equal(byEmail.properties.city, undefined);
    await refusal(contacts.basicApi.getById('999999'), 404, 'OBJECT_NOT_FOUND');
    await refusal(contacts.basicApi.getById('x', undefined, undefined, undefined, undefined, 'city'), 400, 'VALIDATION_ERROR');
    await unauthorized(stranger.basicApi.getById(made.id));
  });

  test('update', async () => {
    const made = await newContact();
    const updated = await contacts.basicApi.update(made.id, { properties: { firstname: 'Ben', city: '' } });
    assert.equal(updated.properties.firstname, 'Ben');
    assert.equal(updated.properties.email, made.properties.email);
    const byEmail = await contacts.basicApi.update(made.properties.email, { properties: { firstname: 'Bo' } }, 'email');
    assert.equal(byEmail.id, made.id);
    const other = await newContact();
    await refusal(contacts.basicApi.update(other.id, { properties: { email: made.properties.email } }), 409, 'CONFLICT');
    await refusal(contacts.basicApi.update('999999', { properties: {} }), 404, 'OBJECT_NOT_FOUND');
    await refusal(contacts.basicApi.update(made.id, { properties: { lifecyclestage: 'dancer' } }), 400, 'VALIDATION_ERROR');
  });

  test('archive', async () => {
    const made = await newContact();
    await contacts.basicApi.archive(made.id);
    await contacts.basicApi.archive(made.id);
    await refusal(contacts.basicApi.getById(made.id), 404, 'OBJECT_NOT_FOUND');
    const archived = await contacts.basicApi.getById(made.id, undefined, undefined, undefined, true);
    assert.equal(archived.archived, true);
    assert.ok(archived.archivedAt instanceof Date);
    await unauthorized(stranger.basicApi.archive(made.id));
  });

  test('delete for privacy', async () => {
    const made = await newContact();
    await contacts.basicApi.purge({ objectId: made.properties.email, idProperty: 'email' });
    await refusal(contacts.basicApi.getById(made.id, undefined, undefined, undefined, true), 404, 'OBJECT_NOT_FOUND');
    await refusal(contacts.basicApi.purge({ objectId: made.id }), 404, 'OBJECT_NOT_FOUND');
  });

  test('list', async () => {
    const made = [];
    for (let i = 0; i < 5; i += 1) made.push((await newContact()).id);
    const page = await contacts.basicApi.getPage(2, String(Number(made[0]) - 1), ['email']);
    assert.deepEqual(ids(page.results), made.slice(0, 2));
    assert.equal(page.paging.next.after, made[1]);
    const followed = await fetch(page.paging.next.link, { headers: { authorization: 'Bearer pat-na1-test' } });
    assert.deepEqual(ids((await followed.json()).results), made.slice(2, 4));
    const last = await contacts.basicApi.getPage(100, made[2]);
    assert.deepEqual(ids(last.results), made.slice(3));
    assert.equal(last.paging, undefined);
    const all = await contacts.getAll(2);
    assert.deepEqual(ids(all).slice(-5), made);
    assert.equal(new Set(ids(all)).size, all.length);
    await refusal(contacts.basicApi.getPage(101), 400, 'VALIDATION_ERROR');
    await unauthorized(stranger.basicApi.getPage());
  });
});

test('search', async () => {
  const city = `City${process.pid}`;
  const made = [];
  for (const firstname of ['Cy', 'Ada', 'Bo']) made.push(await newContact({ firstname, city }));
  const filterGroups = [{ filters: [{ propertyName: 'city', operator: 'EQ', value: city }] }];
  const found = await contacts.searchApi.doSearch({ filterGroups, sorts: ['firstname'], properties: ['firstname'], limit: 2 });
  assert.equal(found.total, 3);
  assert.deepEqual(found.results.map((one) => one.properties.firstname), ['Ada', 'Bo']);
  const rest = await contacts.searchApi.doSearch(
    { filterGroups, sorts: ['firstname'], properties: ['firstname'], limit: 2, after: found.paging.next.after });
  assert.deepEqual(rest.results.map((one) => one.properties.firstname), ['Cy']);
  assert.equal(rest.paging, undefined);
  const byEmail = await contacts.searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: made[0].properties.email }] }],
  });
  assert.deepEqual(ids(byEmail.results), [made[0].id]);
  const none = await contacts.searchApi.doSearch({ query: 'nobody at all' });
  assert.deepEqual([none.total, none.results], [0, []]);
  await refusal(contacts.searchApi.doSearch({ sorts: ['nonsense'] }), 400, 'VALIDATION_ERROR');
  await refusal(contacts.searchApi.doSearch({ limit: 201 }), 400, 'VALIDATION_ERROR');
});

describe('batches', () => {
  const inputs = (...list) => ({ inputs: list });
  const fresh = (properties = {}) => ({ properties: { email: freshEmail(), ...properties }, associations: [] });

  test('batch create', async () => {
    const made = await contacts.batchApi.create(inputs(fresh(), fresh()));
    assert.equal(made.status, 'COMPLETE');
    assert.equal(made.results.length, 2);
    assert.ok(made.completedAt instanceof Date);
    const taken = { properties: { email: made.results[0].properties.email } };
    await refusal(contacts.batchApi.create(inputs(fresh(), taken)), 409, 'CONFLICT');
    const partly = await contacts.batchApi.create(
      inputs({ ...fresh(), objectWriteTraceId: 'a' }, { ...taken, objectWriteTraceId: 'b' }));
    assert.equal(partly.numErrors, 1);
    assert.equal(partly.results[0].objectWriteTraceId, 'a');
    assert.deepEqual(partly.errors[0].context.objectWriteTraceId, ['b']);
    await refusal(contacts.batchApi.create(inputs()), 400, 'VALIDATION_ERROR');
    await refusal(contacts.batchApi.create(inputs(...Array.from({ length: 101 }, () => fresh()))), 400, 'VALIDATION_ERROR');
  });

  test('batch read', async () => {
    const made = await newContact({ city: 'Oslo' });
    const read = (list, more = {}) =>
      contacts.batchApi.read({ inputs: list, properties: ['city'], propertiesWithHistory: [], ...more });
    const found = await read([{ id: made.id }]);
    assert.equal(found.results[0].properties.city, 'Oslo');
    assert.equal(found.numErrors, undefined);
    const partly = await read([{ id: made.properties.email }, { id: 'nobody@example.com' }], { idProperty: 'email' });
    assert.deepEqual(ids(partly.results), [made.id]);
    assert.equal(partly.errors[0].category, 'OBJECT_NOT_FOUND');
    assert.deepEqual(partly.errors[0].context.ids, ['nobody@example.com']);
    await refusal(read([{ id: 'x' }], { idProperty: 'city' }), 400, 'VALIDATION_ERROR');
  });

  test('batch update', async () => {
    const [a, b] = [await newContact(), await newContact()];
    const updated = await contacts.batchApi.update(
      inputs({ id: a.id, properties: { city: 'Rome' } }, { id: b.properties.email, idProperty: 'email', properties: { city: 'Nice' } }));
    assert.deepEqual(updated.results.map((one) => one.properties.city), ['Rome', 'Nice']);
    const partly = await contacts.batchApi.update(
      inputs({ id: '999999', properties: {} }, { id: a.id, properties: { city: 'Bonn' } }));
    assert.equal(partly.numErrors, 1);
    assert.equal(partly.results[0].properties.city, 'Bonn');
    const twice = { id: a.id, properties: { city: 'x' } };
    const body = await refusal(contacts.batchApi.update(inputs(twice, twice)), 400, 'VALIDATION_ERROR');
    assert.match(body.message, /^Duplicate IDs found in batch input/);
  });

  test('batch upsert', async () => {
    const known = await newContact();
    const upsert = (email, city) => ({ id: email, idProperty: 'email', properties: { email, city } });
    const done = await contacts.batchApi.upsert(inputs(upsert(known.properties.email, 'Rome'), upsert(freshEmail(), 'Nice')));
    assert.deepEqual(done.results.map((one) => one._new), [false, true]);
    assert.equal(done.results[0].id, known.id);
    assert.equal(done.results[0].properties.city, 'Rome');
    await refusal(contacts.batchApi.upsert(inputs({ id: 'x', idProperty: 'city', properties: {} })), 400, 'VALIDATION_ERROR');
  });

  test('batch archive', async () => {
    const made = await newContact();
    await contacts.batchApi.archive(inputs({ id: made.id }, { id: '999999' }));
    await refusal(contacts.basicApi.getById(made.id), 404, 'OBJECT_NOT_FOUND');
    await unauthorized(stranger.batchApi.archive(inputs({ id: made.id })));
  });
});

describe('the other kinds', () => {
  const kinds = {
    companies: { name: 'Acme', domain: 'acme.example' },
    deals: { dealname: 'Crowns', amount: '1200.50', dealstage: 'contractsent' },
    tickets: { subject: 'Toothache', hs_pipeline_stage: '1', hs_ticket_priority: 'HIGH' },
  };
  for (const [plural, properties] of Object.entries(kinds)) {
    test(`${plural} live and die like contacts`, async () => {
      const api = client.crm[plural];
      const made = await api.basicApi.create({ properties, associations: [] });
      const [name] = Object.keys(properties);
      assert.equal((await api.basicApi.getById(made.id)).properties[name], properties[name]);
      const updated = await api.basicApi.update(made.id, { properties: { [name]: 'Other' } });
      assert.equal(updated.properties[name], 'Other');
      assert.ok((await api.basicApi.getPage(100)).results.some(({ id }) => id === made.id));
      const filters = [{ propertyName: name, operator: 'EQ', value: 'other' }];
      assert.deepEqual(ids((await api.searchApi.doSearch({ filterGroups: [{ filters }] })).results), [made.id]);
      const batch = await api.batchApi.create({ inputs: [{ properties, associations: [] }] });
      const read = await api.batchApi.read({ inputs: [{ id: batch.results[0].id }], properties: [name], propertiesWithHistory: [] });
      assert.equal(read.results[0].properties[name], properties[name]);
      await api.batchApi.update({ inputs: [{ id: made.id, properties: { [name]: 'Third' } }] });
      await api.batchApi.archive({ inputs: [{ id: batch.results[0].id }] });
      await api.basicApi.archive(made.id);
      await refusal(api.basicApi.getById(made.id), 404, 'OBJECT_NOT_FOUND');
      await refusal(api.basicApi.create({ properties: { nonsense: 'x', hs_pipeline_stage: '1' } }), 400, 'VALIDATION_ERROR');
    });
  }

  test('any of them goes by its type, too', async () => {
    const made = await client.crm.objects.basicApi.create('0-2', { properties: { name: 'Beta' }, associations: [] });
    assert.equal((await client.crm.objects.basicApi.getById('companies', made.id)).properties.name, 'Beta');
    await refusal(client.crm.objects.basicApi.getPage('dragons'), 400, 'VALIDATION_ERROR');
  });
});

test('64 clients at once: everybody sees what they did, and nobody else', async () => {
  const visit = async (number) => {
    const { crm } = mocks.client();
    const email = `crowd${number}.${process.pid}@example.com`;
    const contact = await crm.contacts.basicApi.create({ properties: { email, city: 'Start' } });
    const company = await crm.companies.basicApi.create({ properties: { name: `Crowd ${number}` } });
    await refusal(crm.contacts.basicApi.create({ properties: { email } }), 409, 'CONFLICT');
    await crm.associations.v4.basicApi.createDefault('contacts', contact.id, 'companies', company.id);
    await crm.contacts.basicApi.update(contact.id, { properties: { city: `City ${number}` } });
    const found = await crm.contacts.searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: email }] }], properties: ['city'] });
    assert.equal(found.total, 1);
    assert.equal(found.results[0].properties.city, `City ${number}`);
    const linked = await crm.associations.v4.basicApi.getPage('contacts', contact.id, 'companies');
    assert.deepEqual(linked.results.map(({ toObjectId }) => toObjectId), [company.id]);
    await crm.companies.basicApi.archive(company.id);
    return contact.id;
  };
  const made = await Promise.all(Array.from({ length: 64 }, (_, number) => visit(number)));
  assert.equal(new Set(made).size, 64);
});
