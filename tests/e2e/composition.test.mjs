// Faults together: overlapping, ramped, flapping, partial; and the same fault at several levels of load.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, eventsOf, firedrill, place, resultOf, scenario } from './support.mjs';

test('composition: faults overlap, grow, come and go, and hit a share', async (t) => {
  const where = place(t);
  assertExit(await firedrill(where, ['run', scenario('composed'), '--out', where.out]), 0);
  const { faults } = resultOf(where.out);
  for (const fault of faults) {
    assert.ok(fault.hits > 0, `${fault.name} hit nothing`);
    assert.ok(fault.healed_at_s > fault.injected_at_s, `${fault.name} was not healed`);
  }
  const moments = (name) => eventsOf(where.out).filter((event) => event.subject === name).map(({ kind }) => kind);
  const turns = moments('flaky').filter((kind) => kind !== 'fault_first_hit');
  assert.deepEqual(turns, Array.from({ length: 8 }, (_, i) => (i % 2 ? 'fault_healed' : 'fault_injected')), 'four times on, four times off');
  const some = faults.find(({ name }) => name === 'some');
  assert.ok(some.hits < some.seen / 2, `a share of 50 % that grows hit ${some.hits} of ${some.seen}`);
  await assertNothingLeft(where);
});

test('composition: faults of a proxy grow, each with its first hit, and a mock fails on one route only', async (t) => {
  const where = place(t);
  assertExit(await firedrill(where, ['run', scenario('ramped'), '--out', where.out]), 0);
  const faults = Object.fromEntries(resultOf(where.out).faults.map((fault) => [fault.name, fault]));
  assert.match(faults.slower.description, /its strength from 0 % to 100 % over 1\.50 s/);
  assert.match(faults.here.description, /on POST \/v1\/chat\/\*/);
  assert.ok(faults.failing.hits < faults.failing.seen * 0.9, `${faults.failing.hits} of ${faults.failing.seen} requests failed while it grew`);
  assert.equal(faults.elsewhere.seen, 0, 'no request went there');
  assert.equal(faults.here.hits, faults.here.seen);
  // Phases have the names of their faults.
  const kinds = (name) => eventsOf(where.out).filter(({ kind, subject }) => subject === name && kind.startsWith('fault_')).map(({ kind }) => kind);
  for (const name of ['slower', 'failing', 'here']) {
    assert.ok(faults[name].hits > 0, `${name} hit nothing`);
    assert.deepEqual(kinds(name), ['fault_injected', 'fault_first_hit', 'fault_healed']);
  }
  const flickering = kinds('flickering');
  assert.equal(flickering.filter((kind) => kind === 'fault_injected').length, 3, 'it comes three times');
  assert.equal(flickering.filter((kind) => kind === 'fault_first_hit').length, 1, 'and hits for the first time once');
  await assertNothingLeft(where);
});

test('composition: what has no strength is not ramped', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['validate', scenario('ramped'), '--set', 'timeline.1.inject=[{ proxy: way, tcp: { down: true }, ramp: 1s }]']);
  assertExit(run, 104);
  assert.match(run.output.replaceAll(/\s+/g, ' '), /a ramp would do nothing: a proxy is down for all connections or for none/);
});

test('sweep: the highest level that still recovers is found, and told', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('sweep'), '--out', where.out]);
  assertExit(run, 0);
  const sweep = JSON.parse(readFileSync(join(where.out, 'sweep.json'), 'utf8'));
  assert.deepEqual(sweep.levels.map(({ level, recovered }) => [level, recovered]), [[0.2, 'yes'], [0.4, 'yes'], [0.95, 'no']]);
  assert.equal(sweep.highest, 0.4);
  assert.match(run.stdout, /recovers by itself up to 40 % of 100\/s \(40\/s\); at 95 %: /);
  for (const level of sweep.levels) assert.equal(resultOf(level.out_dir).seed > 0, true);
  assert.equal(resultOf(join(where.out, 'swept-at-95')).scenario, 'swept-at-95');
});

test('sweep: what must recover and does not is a failure', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('sweep'), '--set', 'sweep.at_least=95%', '--out', where.out]);
  assertExit(run, 99);
});

test('sweep: the capacity may be measured first', async (t) => {
  const where = place(t);
  const search = '{ breakpoint: { from: 20/s, to: 400/s, slo: [response.p50 < 300ms], window: 1s, breaches: 1, cool_down: 500ms, precision: 20% }, for: 15s }';
  const run = await firedrill(where, ['run', scenario('sweep'), '--set', `sweep.capacity=${search}`, '--set', 'sweep.levels=[20%, 40%]', '--out', where.out]);
  assertExit(run, 0);
  const sweep = JSON.parse(readFileSync(join(where.out, 'sweep.json'), 'utf8'));
  assert.ok(sweep.capacity_per_s > 40 && sweep.capacity_per_s < 200, `measured ${sweep.capacity_per_s}/s of 100/s`);
  assert.notEqual(sweep.measured, '');
});
