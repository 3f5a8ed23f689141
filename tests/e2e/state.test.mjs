// The system's own state against what it acknowledged: drills that pass when it is healthy, and fail by the
// expectation that is about it when a bug is planted; over HTTP, SQL and Redis.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf, scenario } from './support.mjs';

async function drill(t, file, { defect, env, set } = {}) {
  const where = place(t);
  const planted = defect ? ['--set', `system.clinic.defect=[${defect}]`] : set ? ['--set', set] : [];
  const run = await firedrill(where, ['run', file, ...planted, '--seed', '11', '--out', where.out], { env });
  await assertNothingLeft(where);
  const result = resultOf(where.out);
  const failed = result.expectations.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
  const finding = (name, what) =>
    result.expectations.find((each) => each.name === name).findings.find((each) => each.what === what);
  return { run, result, failed, finding };
}

const letters = 'scenarios/medicalcor/webhooks-dead-letters.yaml';
const cost = 'scenarios/medicalcor/ai-cost.yaml';
const rivals = 'scenarios/patientflow/rival-bookings.yaml';
const audit = 'scenarios/revrx/audit.yaml';

test('state: the healthy system keeps what it acknowledged', async (t) => {
  const { run, result, finding } = await drill(t, letters);
  assertExit(run, 0);
  const [fault] = result.faults;
  assert.ok(fault.hits > 0, 'the CRM was never asked while it was down');
  const acknowledged = finding('each payment once', 'none lost').samples;
  assert.ok(acknowledged > 100, `${acknowledged} acknowledged`);
  const events = result.state.find(({ name }) => name === 'events');
  assert.equal(events.settled, true);
  assert.equal(events.before.rows, 0);
  assert.ok(events.after.rows >= acknowledged);
  assert.ok(events.reads >= 2);
});

for (const [file, what] of [[cost, 'counts what it is billed'], [rivals, 'books no slot twice'], [audit, 'writes all of it down']]) {
  test(`state: the healthy system ${what}`, async (t) => {
    const { run } = await drill(t, file);
    assertExit(run, 0);
  });
}

for (const [defect, file, expectation, what] of [
  ['dlq-drops', letters, 'each payment once', 'none lost'],
  ['duplicate-effects', letters, 'each payment once', 'none twice'],
  ['double-booking', rivals, 'one booking a slot', 'rows of bookings'],
  ['audit-gap', audit, 'one entry of each access', 'each request is in trail'],
  ['cost-undercounted', cost, "the AI's bill", 'completion tokens of openai'],
]) {
  test(`state: ${defect} is caught by '${expectation}'`, async (t) => {
    const { run, failed, finding } = await drill(t, file, { defect });
    assertExit(run, 99);
    assert.ok(failed.includes(expectation), `these failed: ${failed.join('; ')}\n${run.output}`);
    const { verdict, why, evidence } = finding(expectation, what);
    assert.equal(verdict, 'fail', why);
    assert.ok(evidence.length > 0 && evidence.length <= 3, JSON.stringify(evidence));
  });
}

test('state: a list of Redis holds each job once and in order', async (t) => {
  const { run, result } = await drill(t, scenario('state-redis'));
  assertExit(run, 0);
  assert.equal(result.state[0].source, 'LRANGE jobs 0 -1');
  assert.equal(result.state[0].after.rows, 80);
});

test('state: a job that is lost, and one that is there twice', async (t) => {
  const lost = await drill(t, scenario('state-redis'), { env: { LOSE_EVERY: '10' } });
  assertExit(lost.run, 99);
  assert.equal(lost.finding('each job once', 'none lost').observed, '8 of 80 lost');
  const twice = await drill(t, scenario('state-redis'), { env: { TWICE_EVERY: '10' } });
  assertExit(twice.run, 99);
  assert.equal(twice.finding('each job once', 'none twice').observed, '8 ids more than once');
});

test('state: a table of PostgreSQL holds each patient once; one that hides some does not', async (t) => {
  const whole = await drill(t, scenario('state-sql'));
  assertExit(whole.run, 0);
  assert.deepEqual(whole.result.state[0].fields, ['id']);
  const partial = await drill(t, scenario('state-sql'),
    { set: 'state.read.patients.sql=select id from patients where id % 10 <> 7' });
  assertExit(partial.run, 99);
  assert.equal(partial.finding('each patient once', 'none lost').verdict, 'fail');
});

test('state: a reading that fails proves nothing', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', audit, '--set', 'state.read.trail.http=/api/nowhere', '--out', where.out]);
  assertExit(run, 111);
  const { findings } = resultOf(where.out).expectations.find(({ name }) => name === 'one entry of each access');
  assert.match(findings[0].why, /reading trail: GET \/api\/nowhere was answered with status 404/);
});
