// The pool of database connections is exhausted, on a real PostgreSQL: a healthy system passes, and each of the
// bugs that runbooks know of is caught by the expectation that is about it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf } from './support.mjs';

const exhaustion = 'scenarios/medicalcor/pool-exhaustion.yaml';
const outage = 'scenarios/medicalcor/database-outage.yaml';
/** Folders of the private services of one run; others may be under way beside it. */
const foldersOf = ({ child }) => readdirSync(tmpdir()).filter((name) => new RegExp(`^firedrill-\\d+-${child.pid}-`).test(name));

async function run(t, drill, defect) {
  const where = place(t);
  const args = ['run', drill, '--out', where.out];
  if (defect) args.push('--set', `system.clinic.defect=${defect}`);
  const ended = await firedrill(where, args);
  const result = resultOf(where.out);
  const verdicts = Object.fromEntries(result.expectations.map(({ name, verdict }) => [name, verdict]));
  await assertNothingLeft(where);
  return { ended, result, verdicts };
}

test('pool: exhausted, detected, healed and back to normal, and nothing of the database is left', async (t) => {
  const { ended, result, verdicts } = await run(t, exhaustion);
  assertExit(ended, 0);
  const [fault] = result.faults;
  assert.equal(fault.name, 'postgres@outage');
  assert.equal(fault.hits, 1);
  assert.notEqual(fault.healed_at_s, null);
  for (const name of ['exhausted', 'fails fast', 'detected', 'healed', 'pool back to normal']) assert.equal(verdicts[name], 'pass', name);
  assert.deepEqual(foldersOf(ended), []);
});

for (const [defect, expectation] of [
  ['pool-leak', 'healed'],
  ['unbounded-pool-wait', 'fails fast'],
  ['ready-lies', 'detected'],
]) {
  test(`pool: ${defect} is caught by '${expectation}'`, async (t) => {
    const { ended, verdicts } = await run(t, exhaustion, defect);
    assertExit(ended, 99);
    assert.equal(verdicts[expectation], 'fail', JSON.stringify(verdicts));
    assert.equal(verdicts.exhausted, defect === 'unbounded-pool-wait' ? verdicts.exhausted : 'pass');
  });
}

test('database: while it is down what needs it says so and the rest goes on; it comes back by itself', async (t) => {
  const { ended, result } = await run(t, outage);
  assertExit(ended, 0);
  assert.deepEqual(result.faults.map(({ name, hits }) => [name, hits]), [['postgres@outage', 1]]);
  assert.deepEqual(foldersOf(ended), []);
});

test("database: ready-lies is caught by 'detected'", async (t) => {
  const { ended, verdicts } = await run(t, outage, 'ready-lies');
  assertExit(ended, 99);
  assert.equal(verdicts.detected, 'fail', JSON.stringify(verdicts));
});
