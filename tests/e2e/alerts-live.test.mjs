// A drill with a real Prometheus and a real Alertmanager, from the clinic's metrics to what PagerDuty and
// Slack were told; and the bugs that only this shows.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { assertExit, assertNothingLeft, firedrill, place, resultOf, root, start, until } from './support.mjs';

const drill = 'scenarios/medicalcor/openai-outage-live.yaml';
const overlay = (name) => `scenarios/medicalcor/alerts/${name}.yaml`;
const options = { timeout: 180_000 };

const findings = (result, verdict) =>
  result.expectations.flatMap((e) => e.findings.filter((f) => f.verdict === verdict).map((f) => `${e.name}: ${f.what}: ${f.why}`));

/** Folders of private servers in the machine's temporary folder that belong to this place. */
const folders = (before) => readdirSync(tmpdir()).filter((name) => /^firedrill-.*-alerts$/.test(name) && !before.includes(name));
const foldersNow = () => readdirSync(tmpdir()).filter((name) => /^firedrill-.*-alerts$/.test(name));

test('alerts live: critical pages and is acknowledged, a warning is only told to Slack, both are told that it is over', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', drill, '--seed', '7', '--out', where.out], options);
  assertExit(run, 0);
  const { live_alerts: live, expectations } = resultOf(where.out);
  assert.match(live.engine, /^prometheus \d.*, alertmanager \d/);
  assert.equal(live.unusable, null);
  assert.equal(live.compress, 60);

  const pages = live.notices.filter((one) => one.mock === 'pagerduty');
  assert.deepEqual([...new Set(pages.map((one) => one.action))], ['trigger', 'acknowledge', 'resolve']);
  assert.equal(new Set(pages.map((one) => one.key)).size, 1, 'one dedup key from the trigger to the resolve');
  const labelsOf = (fingerprint) => live.alerts.find((one) => one.fingerprint === fingerprint).labels;
  for (const { alerts, action } of pages.filter((one) => one.action === 'trigger')) {
    for (const { fingerprint } of alerts) assert.equal(labelsOf(fingerprint).severity, 'critical', action);
  }
  const slack = live.notices.filter((one) => one.mock === 'slack');
  const told = new Set(slack.flatMap((one) => one.alerts.map(({ fingerprint }) => labelsOf(fingerprint).alertname)));
  assert.ok(told.has('CircuitBreakerOpen') && told.has('AIFallbackRateHigh'), [...told].join());
  assert.ok(expectations.filter((e) => e.kind === 'alert').length >= 2);
  await assertNothingLeft(where);
});

const bugs = {
  'wrong-route': /reaches pagerduty: it fired, and Alertmanager sends it to slack, not to pagerduty/,
  'alert-threshold-too-high': /reaches pagerduty: it fired only with other labels: \{alertname="AIFallbackRateHigh", severity="warning"\}/,
};

for (const [bug, says] of Object.entries(bugs)) {
  test(`alerts live: ${bug} is caught, and says why`, async (t) => {
    const where = place(t);
    const run = await firedrill(where, ['run', drill, '--seed', '7', '--overlay', overlay(bug), '--out', where.out], options);
    assertExit(run, 99);
    const result = resultOf(where.out);
    assert.match(findings(result, 'fail').join('\n'), says);
    assert.deepEqual(result.live_alerts.notices.filter((one) => one.mock === 'pagerduty'), [], 'nobody is paged');
    await assertNothingLeft(where);
  });
}

test('alerts live: nobody on call, and the page escalates', async (t) => {
  const where = place(t);
  const file = join(where.folder, 'asleep.yaml');
  writeFileSync(file, 'services: { alertmanager: { on_call: { acknowledges_after: 3h } } }\n');
  const run = await firedrill(where, ['run', drill, '--seed', '7', '--overlay', file, '--out', where.out], options);
  assertExit(run, 99);
  const failed = findings(resultOf(where.out), 'fail').join('\n');
  assert.match(failed, /acknowledged: nobody acknowledged the page/);
  assert.match(failed, /escalations: somebody else was woken 5 m 0 s after the page/);
});

test('alerts live: what a silence or another alert suppresses is seen, and reaches nobody', async (t) => {
  const where = place(t);
  const manager = join(where.folder, 'alertmanager.yml');
  writeFileSync(manager, `
route: { receiver: slack, group_by: [alertname], group_wait: 30s, group_interval: 1m, repeat_interval: 4h }
inhibit_rules:
  - { source_matchers: [alertname="CircuitBreakerOpen"], target_matchers: [severity="critical"], equal: [service] }
receivers:
  - { name: slack, slack_configs: [{ api_url: "https://hooks.slack.com/services/T000/B000/XXXX", channel: "#alerts", send_resolved: true }] }
`);
  const file = join(where.folder, 'suppressed.yaml');
  writeFileSync(file, `
alerts: { alertmanager: ${manager} }
services: { alertmanager: { silences: ['alertname="AIFallbackRateHigh", severity="warning"'] } }
timeline: [{ steady: 7s }, { outage: 17s, inject: [{ mock: openai, respond: { status: 503 } }] }]
expect:
  - { alert: AIFallbackRateHigh, notifies: { severity: critical, suppressed_by: inhibition } }
  - { alert: AIFallbackRateHigh, notifies: { severity: warning, suppressed_by: silence } }
  - { alert: CircuitBreakerOpen, notifies: { severity: warning, reaches: slack, within: 5m } }
`);
  const run = await firedrill(where, ['run', drill, '--seed', '7', '--overlay', file, '--out', where.out], options);
  assertExit(run, 0);
  const { alerts } = resultOf(where.out).live_alerts;
  const of = (severity) => alerts.find((one) => one.labels.alertname === 'AIFallbackRateHigh' && one.labels.severity === severity);
  assert.ok(of('critical').inhibited && !of('critical').silenced);
  assert.ok(of('warning').silenced);
});

test('alerts live: a rule that carries time in a constant is refused by name', async (t) => {
  const where = place(t);
  const rules = join(where.folder, 'rules.yml');
  writeFileSync(rules, `
groups:
  - name: clinic
    rules:
      - { alert: AIFallbackRateHigh, expr: 'increase(lead_scoring_fallback_total[5m]) > 10', labels: { severity: critical } }
      - { alert: Stale, expr: 'time() - max(last_success) > 300' }
      - { alert: PerMinute, expr: 'rate(http_requests_total[5m]) * 60 > 100' }
      - { alert: CircuitBreakerOpen, expr: 'count(circuit_breaker_state > 0) >= 1', labels: { severity: warning } }
`);
  const run = await firedrill(where, ['validate', drill, '--set', `alerts.rules.0=${rules}`]);
  assertExit(run, 104);
  assert.match(run.stderr, /AIFallbackRateHigh cannot run faster: increase\(\) grows with time, and 10 carries that time/);
  assert.match(run.stderr, /Stale cannot run faster: time\(\) grows with time/);
  assert.match(run.stderr, /PerMinute cannot run faster: 60 turns a rate a second into one of a longer time/);
  assert.doesNotMatch(run.stderr, /CircuitBreakerOpen/);
  const real = await firedrill(where, ['validate', drill, '--set', `alerts.rules.0=${rules}`, '--set', 'services.prometheus.compress=1']);
  assert.doesNotMatch(real.stderr, /cannot run faster/, 'in real time any rule will do');
});

test("alerts live: PatientFlow's alerts can all run faster but for the one that counts", async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['validate', drill, '--set', `alerts.rules.0=${join(root, 'scenarios/patientflow/alerts/patientflow.yml')}`]);
  assertExit(run, 104);
  assert.deepEqual(run.stderr.match(/the rule \w+ cannot run faster/g), ['the rule TwilioWebhookFailures cannot run faster']);
});

test('alerts live: a receiver without a mock, and one that nobody knows, are refused', async (t) => {
  const where = place(t);
  const manager = join(where.folder, 'alertmanager.yml');
  writeFileSync(manager, 'route: { receiver: ops }\nreceivers: [{ name: ops, email_configs: [{ to: ops@example.com }] }]\n');
  const mail = await firedrill(where, ['validate', drill, '--set', `alerts.alertmanager=${manager}`]);
  assertExit(mail, 104);
  assert.match(mail.stderr, /the receiver 'ops' has email_configs, for which there is no mock/);
  const misspelt = await firedrill(where, ['validate', drill, '--set', 'expect.2.notifies.spares=pagreduty']);
  assertExit(misspelt, 104);
  assert.match(misspelt.stderr, /has no receiver 'pagreduty' \(did you mean 'pagerduty'\?\)/);
});

test('alerts live: without the servers nothing is proved, and one is told how to get them', async (t) => {
  const where = place(t);
  const path = join(where.folder, 'bin');
  mkdirSync(path);
  const env = { ...where.env, PATH: path };
  const run = await firedrill({ ...where, env }, ['run', drill, '--seed', '7', '--out', where.out], options);
  assertExit(run, 111);
  assert.match(resultOf(where.out).live_alerts.unusable, /apt-get install prometheus-alertmanager/);
  symlinkSync('/usr/bin/prometheus-alertmanager', join(path, 'prometheus-alertmanager'));
  const half = await firedrill({ ...where, env }, ['run', drill, '--seed', '7', '--out', join(where.folder, 'half')], options);
  assertExit(half, 111);
  assert.match(resultOf(join(where.folder, 'half')).live_alerts.unusable, /prometheus cannot be started .*: apt-get install prometheus$/);
  await assertNothingLeft(where);
});

test('alerts live: both servers and their folder go, whatever ends the drill', async (t) => {
  for (const signal of ['SIGINT', 'SIGKILL']) {
    const where = place(t);
    const before = foldersNow();
    const run = start(where, ['run', drill, '--seed', '7', '--out', where.out], options);
    await until('Prometheus has a folder', () => folders(before).some((name) => existsSync(join(tmpdir(), name, 'prometheus'))), 60_000);
    const mine = folders(before);
    run.child.kill(signal);
    await run.ended;
    await assertNothingLeft(where, 10_000);
    await until('the folder goes', () => mine.every((name) => !existsSync(join(tmpdir(), name))), 10_000);
  }
});

test('alerts live: an attached pair is only read, and routes are called routes', async (t) => {
  // The servers are another drill's, in real time; what is read of them is all that this one knows.
  const where = place(t);
  const before = foldersNow();
  const ports = { prometheus: 19_731, alertmanager: 19_732 };
  const at = join(where.folder, 'ports.yaml');
  writeFileSync(at, `services: { prometheus: { port: ${ports.prometheus} }, alertmanager: { port: ${ports.alertmanager} } }\n`);
  const other = start(where, ['run', drill, '--seed', '7', '--out', join(where.folder, 'other'), '--overlay', at], options);
  await until('Prometheus has a folder', () => folders(before).some((name) => existsSync(join(tmpdir(), name, 'prometheus'))), 60_000);
  const file = join(where.folder, 'attached.yaml');
  writeFileSync(file, `
firedrill: 1
name: game-day
system: { clinic: {} }
services:
  prometheus: { attach: "http://127.0.0.1:${ports.prometheus}" }
  alertmanager: { attach: "http://127.0.0.1:${ports.alertmanager}/" }
traffic: { ready: { rate: 20/s, request: { get: /ready } } }
timeline: [{ watched: 30s }]
expect:
  - { alert: CircuitBreakerOpen, notifies: { during: watched, reaches: slack, spares: pagerduty } }
  - { alert: NoSuchAlert, notifies: { during: watched, reaches: slack } }
`);
  // The other's servers answer a moment after their folder is there.
  await until('it answers', () => existsSync(join(where.folder, 'other', 'events.jsonl')), 60_000);
  const run = await firedrill(where, ['run', file, '--seed', '7', '--out', where.out], options);
  assertExit(run, 99);
  const result = resultOf(where.out);
  assert.equal(result.live_alerts.attached, true);
  assert.deepEqual(result.live_alerts.notices, []);
  const [seen, unknown] = result.expectations;
  assert.equal(seen.verdict, 'pass', JSON.stringify(seen.findings));
  assert.match(seen.findings[0].what, /is routed to slack/);
  assert.match(unknown.findings[0].why, /no rule of this Prometheus defines NoSuchAlert/);
  assertExit(await other.ended, 0);
  await assertNothingLeft(where);
});

test('alerts live: the rule files of the user stay as they are', () => {
  // Copies are made in the folder of the servers; nothing is written beside the scenario.
  const names = readdirSync(resolve(root, 'scenarios/medicalcor/alerts'));
  assert.deepEqual(names.filter((name) => /live|compressed|tmp/.test(name)), []);
});
