// The pool of database connections is exhausted, on a real PostgreSQL: a healthy system passes, and each of the
// bugs that runbooks know of is caught by the expectation that is about it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf } from './support.mjs';

const drill = 'scenarios/medicalcor/pool-exhaustion.yaml';
const foldersOf = (where) => readdirSync(tmpdir()).filter((name) => /^firedrill-\d+-\d+-(postgres|redis)$/.test(name)
  && where.started <= Number(name.split('-')[1]));

async function run(t, defect) {
  const where = { ...place(t), started: Date.now() };
  const args = ['run', drill, '--out', where.out];
  if (defect) args.push('--set', `system.clinic.defect=${defect}`);
  const ended = await firedrill(where, args);
  const result = resultOf(where.out);
  const verdicts = Object.fromEntries(result.expectations.map(({ name, verdict }) => [name, verdict]));
  await assertNothingLeft(where);
  return { where, ended, result, verdicts };
}

test('pool: exhausted, detected, healed and back to normal, and nothing of the database is left', async (t) => {
  const { where, ended, result, verdicts } = await run(t);
  assertExit(ended, 0);
  const [fault] = result.faults;
  assert.equal(fault.name, 'postgres@outage');
  assert.equal(fault.hits, 1);
  assert.notEqual(fault.healed_at_s, null);
  for (const name of ['exhausted', 'fails fast', 'detected', 'healed', 'pool back to normal']) assert.equal(verdicts[name], 'pass', name);
  assert.deepEqual(foldersOf(where), []);
});

for (const [defect, expectation] of [
  ['pool-leak', 'healed'],
  ['unbounded-pool-wait', 'fails fast'],
  ['ready-lies', 'detected'],
]) {
  test(`pool: ${defect} is caught by '${expectation}'`, async (t) => {
    const { ended, verdicts } = await run(t, defect);
    assertExit(ended, 99);
    assert.equal(verdicts[expectation], 'fail', JSON.stringify(verdicts));
    assert.equal(verdicts.exhausted, defect === 'unbounded-pool-wait' ? verdicts.exhausted : 'pass');
  });
}
