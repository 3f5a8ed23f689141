// What a system says about itself is held against what it did, and the other facets of MC-09 are judged
// right: the healthy clinic passes, a planted defect is caught by the expectation that is about it, alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, openaiOutage, place, resultOf, scenario } from './support.mjs';

const medicalcor = (name) => `scenarios/medicalcor/${name}.yaml`;
const failed = (result) => result.expectations.filter((e) => e.verdict === 'fail');

async function drill(t, file, defect) {
  const where = place(t);
  const planted = defect ? ['--set', `system.clinic.defect=[${defect}]`] : [];
  const run = await firedrill(where, ['run', file, ...planted, '--out', where.out]);
  await assertNothingLeft(where);
  return { run, result: resultOf(where.out) };
}

for (const facet of ['openai-401', 'openai-429', 'openai-timeout']) {
  test(`evidence: the healthy clinic passes ${facet}`, async (t) => {
    const { run, result } = await drill(t, medicalcor(facet));
    assertExit(run, 0);
    assert.ok(result.probes.every((p) => p.answered > 20), 'every probe answered');
  });
}

const caught = [
  [openaiOutage, 'breaker-endpoint-lies', /^telemetry openai/, /breakers says closed, behaviour says open/],
  [openaiOutage, 'breaker-metric-lies', /^telemetry openai/, /metrics says closed, behaviour says open/],
  [openaiOutage, 'ready-lies', /^health ready/, /it said ok before, and never degraded/],
  [openaiOutage, 'fallback-counter-lies', /^metric lead_scoring_fallback_total/, /says \d+, but there were/],
  [openaiOutage, 'correlation-lost', /^correlation openai/, /carried an id that the drill sent/],
  [medicalcor('openai-401'), 'swallows-401', /^a rejected key does not open the breaker/, /check openai turned/],
  [medicalcor('openai-401'), 'retries-unsafe', /^amplification openai/, /called/],
  [medicalcor('openai-429'), 'ignores-retry-after', /^Retry-After is honoured/, /called 3 times/],
  [medicalcor('openai-timeout'), 'no-deadline', /^every lead is answered within its budget/, /it was/],
];

for (const [file, defect, by, says] of caught) {
  test(`evidence: ${defect} is caught by ${by.source.slice(1)} alone`, async (t) => {
    const { run, result } = await drill(t, file, defect);
    assertExit(run, 99);
    const found = failed(result);
    assert.equal(found.length, 1, found.map((e) => e.name).join('; ') + '\n' + run.stdout);
    assert.match(found[0].name, by);
    const findings = found[0].findings.filter((f) => f.verdict === 'fail');
    assert.match(findings.map((f) => f.why).join('\n'), says);
    assert.ok(findings.every((f) => f.evidence.length > 0 && f.evidence.length <= 3), 'it shows what it means');
    assert.match(found[0].runbook, /^MC-09\//);
  });
}

test('evidence: an expectation with abort ends the drill when it has failed: 99, and all is healed', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', scenario('abort'), '--out', where.out]);
  assertExit(run, 99);
  assert.ok(run.seconds < 15, `it ended early, after ${run.seconds} s of 22`);
  const result = resultOf(where.out);
  const moment = result.moments.find((m) => m.kind === 'aborted');
  assert.ok(moment && moment.at_s >= 3 && moment.at_s < 10, `aborted at ${moment?.at_s}`);
  assert.ok(result.faults.every((f) => f.healed_at_s !== null), 'healed');
  const [name] = failed(result).map((e) => e.name);
  assert.equal(name, 'ask.failed.rate < 5% during outage');
  assert.match(run.stdout, /has failed: the drill ends here/);
  await assertNothingLeft(where);
});
