// The verdict is right: healthy systems pass, each planted defect is caught and named, and what proved
// nothing says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, openaiOutage, place, resultOf, scenario } from './support.mjs';

/** A fault was injected before it hit anything, in the records too: the judge counts from there. */
function assertFaultsInOrder(result) {
  for (const { name, injected_at_s: injected } of result.faults) {
    const hit = result.moments.find((m) => m.kind === 'fault_first_hit' && m.subject === name);
    assert.ok(hit && injected !== null && hit.at_s >= injected, `${name}: injected at ${injected}, first hit at ${hit?.at_s}`);
  }
}

const failures = (result) =>
  result.expectations.filter((e) => e.verdict === 'fail').flatMap((e) => e.findings.filter((f) => f.verdict === 'fail'));

test('verdict: the healthy reference system passes the OpenAI outage', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', openaiOutage, '--out', where.out]);
  assertExit(run, 0);
  const result = resultOf(where.out);
  assert.equal(result.verdict.outcome, 'passed');
  assert.ok(result.expectations.length >= 5);
  assert.ok(result.expectations.every((e) => e.verdict === 'pass' && e.findings.length > 0));
  assert.ok(result.faults.every((f) => f.hits > 0), 'each fault hit something');
  assertFaultsInOrder(result);
  assert.ok(result.moments.some((m) => m.kind === 'breaker_open'), 'the opening was seen');
  await assertNothingLeft(where);
});

// What the report must say about each, so that a developer knows where to look.
const defects = {
  'no-fallback': /fallback/i,
  'breaker-never-opens': /never opened|did not open/i,
  'breaker-never-closes': /never closed|did not close/i,
  'leaks-5xx': /status_5xx/,
};

for (const [defect, cause] of Object.entries(defects)) {
  test(`verdict: the planted defect ${defect} fails the drill, and the report names the cause`, async (t) => {
    const where = place(t);
    const run = await firedrill(where, ['run', openaiOutage, '--set', `system.clinic.defect=[${defect}]`, '--out', where.out]);
    assertExit(run, 99);
    const result = resultOf(where.out);
    assertFaultsInOrder(result);
    assert.equal(result.verdict.outcome, 'failed');
    assert.deepEqual(result.defects, [defect]);
    const found = failures(result);
    assert.ok(found.length > 0);
    for (const finding of found) assert.notEqual(finding.why ?? '', '', `${finding.what} says why`);
    const said = found.map((f) => `${f.what} ${f.observed} ${f.why}`).join('\n');
    assert.match(said, cause);
    assert.match(run.stdout, cause, 'and so does the terminal');
  });
}

test('verdict: a system that hangs is its own fault, not the generator\'s: 99', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('broken'), '--out', where.out]);
  assertExit(run, 99);
  const [stream] = resultOf(where.out).traffic;
  assert.equal(stream.whole.failed.share, 1);
  assert.equal(stream.whole.planned, stream.whole.sent + stream.whole.dropped.total);
  assert.equal(stream.whole.dropped.by_generator, 0);
});

test('verdict: a system that stops answering has failed, and its drops are its own: 99', async (t) => {
  const where = place(t);
  assertExit(await firedrill(where, ['run', scenario('hung'), '--out', where.out]), 99);
  const { whole } = resultOf(where.out).traffic[0];
  assert.equal(whole.planned, 400);
  assert.equal(whole.planned, whole.sent + whole.dropped.total);
  assert.equal(whole.endings.timed_out, whole.sent);
  assert.ok(whole.dropped.reasons.in_flight_limit > 0, 'every slot was held by a request without an answer');
  assert.equal(whole.failed.count, whole.planned - whole.dropped.by_generator);
  assert.equal(whole.failed.by_cause.peer, whole.failed.count);
});

test('verdict: a rate that the generator cannot keep is inconclusive and blames the generator: 111', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('too-fast'), '--out', where.out]);
  assertExit(run, 111);
  assert.match(run.stdout, /generator/i);
  const [stream] = resultOf(where.out).traffic;
  assert.equal(stream.whole.planned, stream.whole.sent + stream.whole.dropped.total);
  assert.ok(stream.whole.dropped.by_generator > 0);
});

test('verdict: a fault that hit nothing proved nothing: 111, and it is named', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('no-hit'), '--out', where.out]);
  assertExit(run, 111);
  assert.match(run.stdout, /openai@outage/);
  assert.match(run.stdout, /hit/i);
  const [fault] = resultOf(where.out).faults;
  assert.equal(fault.hits, 0);
});

test('verdict: a system that never gets ready is 113, with the end of its log', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('never-ready'), '--out', where.out]);
  assertExit(run, 113);
  assert.match(run.output, /waiting for the database at 10\.0\.0\.5/);
  assert.match(run.output, /503/, 'says what came back instead');
  assert.ok(run.seconds < 10);
  await assertNothingLeft(where);
});

test('verdict: a system that ends at once is 113 without waiting, with its exit code and last words', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('crash'), '--out', where.out]);
  assertExit(run, 113);
  assert.match(run.output, /exit code 3/);
  assert.match(run.output, /fatal: config\.json: no such file/);
  assert.ok(run.seconds < 8, `${run.seconds} s`);
});

test('verdict: of several scenarios the worst code wins, and each has its own result', async (t) => {
  const where = place(t);
  const failed = await firedrill(where, ['run', scenario('healthy'), scenario('broken'), '--out', where.out]);
  assertExit(failed, 99);
  assert.equal(resultOf(`${where.out}/healthy`).verdict.exit_code, 0);
  assert.equal(resultOf(`${where.out}/broken`).verdict.exit_code, 99);
  const unready = await firedrill(where, ['run', scenario('crash'), scenario('broken'), scenario('no-hit'), '--out', where.out]);
  assertExit(unready, 113);
});

test('verdict: one invalid scenario of several starts none: 104', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('healthy'), scenario('five-mistakes'), '--out', where.out]);
  assertExit(run, 104);
  assert.throws(() => resultOf(where.out));
  assert.throws(() => resultOf(`${where.out}/healthy`));
});
