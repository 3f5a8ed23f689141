// The rules of MedicalCor page for an outage of OpenAI, and a bug in them is caught by name. promtool
// plays an hour; the drill takes its twelve seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExit, firedrill, place, resultOf } from './support.mjs';

const drill = 'scenarios/medicalcor/openai-outage-alerts.yaml';
const overlay = (name) => `scenarios/medicalcor/alerts/${name}.yaml`;

const failures = (result) =>
  result.expectations.flatMap((e) => e.findings.filter((f) => f.verdict === 'fail').map((f) => `${e.name}: ${f.what}: ${f.why}`));

test('alerts: healthy rules page once, in time, and for nothing else', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', drill, '--out', where.out]);
  assertExit(run, 0);
  const { alerts, expectations } = resultOf(where.out);
  assert.match(alerts.engine, /^promtool \d/);
  assert.equal(alerts.unusable, null);
  assert.deepEqual(alerts.phases.map((p) => [p.name, p.to_s - p.from_s]), [['steady', 600], ['outage', 1200], ['recovery', 1800]]);
  const page = alerts.timelines.find((one) => one.alert === 'AIFallbackRateHigh' && one.labels.severity === 'critical');
  assert.deepEqual(page.states.map((s) => s.state), ['pending', 'firing']);
  assert.ok(page.states[1].to_s > 1800, 'it resolves after the healing');
  assert.ok(expectations.filter((e) => e.kind === 'alert').length >= 5);
});

const bugs = {
  'alert-threshold-too-high': /alert AIFallbackRateHigh: fires in outage: it never fired: the plateau reaches 1, not 5/,
  'alert-missing': /label severity: it fired with "warning", not "critical"/,
  'alert-wrong-severity': /label severity: it fired with "high", "warning", not "critical"/,
  'wrong-route': /reaches pagerduty: it fired and reaches slack, not pagerduty/,
};

for (const [bug, says] of Object.entries(bugs)) {
  test(`alerts: ${bug} fails the drill and says why`, async (t) => {
    const where = place(t);
    const run = await firedrill(where, ['run', drill, '--overlay', overlay(bug), '--out', where.out]);
    assertExit(run, 99);
    assert.match(failures(resultOf(where.out)).join('\n'), says);
  });
}

test('alerts: a counter that is born late fails the drill and says what to do', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', drill, '--set', 'system.clinic.defect=alert-counter-born-late', '--out', where.out]);
  assertExit(run, 99);
  assert.match(failures(resultOf(where.out)).join('\n'), /AIFallbackRateHigh: its counters are born at 0: .* expose the series with 0 from the start/);
});

test('alerts: a name that no rule defines is an error, and nothing is started', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['validate', drill, '--set', 'expect.1.alert=AIFallbackRateHihg']);
  assertExit(run, 104);
  assert.match(run.stderr, /no rule defines the alert 'AIFallbackRateHihg' \(did you mean 'AIFallbackRateHigh'\?\)/);
});

test('alerts: a time shorter than the rule allows is an error', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['validate', drill, '--set', 'expect.1.fires.within=5m']);
  assertExit(run, 104);
  assert.match(run.stderr, /within 5 m 0 s cannot be: the rule has for: 5 m 0 s/);
});

test('alerts: without promtool nothing is proved, and one is told how to get it', async (t) => {
  const where = place(t);
  const env = { ...where.env, PATH: where.folder };
  const run = await firedrill({ ...where, env }, ['run', drill, '--out', where.out]);
  assertExit(run, 111);
  assert.match(run.stdout, /apt-get\s+install\s+prometheus/);
});
