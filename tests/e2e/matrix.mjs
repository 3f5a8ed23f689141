// Every planted defect, alone, on the drill that must catch it, and by which of its expectations. Prints a
// table; exits 1 unless each ends with 99 and fails by the finding named here, and the healthy system ends
// with 0 every time.
//
//   FIREDRILL=build/dev/firedrill node tests/e2e/matrix.mjs [DEFECT…] [--healthy N] [--at-once N]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, root } from './support.mjs';

const drills = {
  breaker: 'tests/e2e/scenarios/breaker.yaml',
  throttled: 'scenarios/medicalcor/openai-throttled.yaml',
  revoked: 'scenarios/medicalcor/openai-key-revoked.yaml',
  hangs: 'scenarios/medicalcor/openai-hangs.yaml',
  evidence: 'tests/e2e/scenarios/evidence.yaml',
  alerts: 'scenarios/medicalcor/openai-outage-alerts.yaml',
  signatures: 'scenarios/revrx/webhook-signatures.yaml',
  letters: 'scenarios/medicalcor/webhooks-dead-letters.yaml',
  rivals: 'scenarios/patientflow/rival-bookings.yaml',
  cost: 'scenarios/medicalcor/ai-cost.yaml',
  audit: 'scenarios/revrx/audit.yaml',
  privacy: 'scenarios/medicalcor/privacy.yaml',
  soak: 'scenarios/medicalcor/soak-memory.yaml',
  reminders: 'scenarios/medicalcor/reminders.yaml',
};

// defect: [drill, how the finding that catches it, or its expectation, begins, what its reason must say]
const catches = {
  'no-fallback': ['breaker', 'fallback of score', /the fallback answered/],
  'leaks-5xx': ['breaker', 'score.status_5xx.count', /./],
  'fallback-wrong-confidence': ['breaker', 'fallback of score', /the fallback answered/],
  'fallback-for-everyone': ['revoked', 'fallback of score', /the fallback answered/],
  'breaker-never-opens': ['breaker', 'opens after', /never opened/],
  'breaker-opens-late': ['breaker', 'opens after', /opened late|not within/],
  'breaker-opens-early': ['throttled', 'stays closed', /it opened at/],
  'breaker-never-closes': ['breaker', 'closes', /still open/],
  'breaker-half-open-stampede': ['breaker', 'trials in half-open', /before the trial was answered/],
  'breaker-stuck-half-open': ['breaker', 'survives a hung trial', /blocks the breaker/],
  'breaker-flaps': ['throttled', 'does not flap', /it flaps/],
  'calls-while-open': ['breaker', 'calls to openai while open', /while the breaker was open/],
  'slow-when-open': ['breaker', 'while open: ', /./],
  'herd-after-close': ['breaker', 'no herd after it closed', /times as many/],
  'slow-recovery': ['breaker', 'closes', /after the fault was healed/],
  metastable: ['breaker', 'closes', /metastable/],
  'retry-storm': ['throttled', 'tries for one request', /led to more than 3 calls/],
  'ignores-retry-after': ['throttled', 'honours Retry-After', /too soon/],
  'no-jitter': ['throttled', 'spread of the waits', /nearly the same time/],
  'correlation-lost': ['throttled', 'calls that carry the id', /lost on the way/],
  'breaker-endpoint-lies': ['evidence', "the breaker's telemetry", /breakers says closed, behaviour says open/],
  'breaker-metric-lies': ['evidence', "the breaker's telemetry", /metrics says closed, behaviour says open/],
  'fallback-counter-lies': ['evidence', 'the counter of fallbacks', /lead_scoring_fallback_total says/],
  'alert-counter-born-late': ['alerts', 'alert AIFallbackRateHigh: its counters are born at 0', /expose the series with 0 from the start/],
  'ready-lies': ['evidence', 'readiness', /never/],
  'retries-unsafe': ['revoked', 'does not repeat what was refused', /such as 401/],
  'swallows-401': ['revoked', 'stays closed', /it opened at/],
  'no-deadline': ['hangs', 'gives up a call', /still waited for/],
  'no-bulkhead': ['hangs', 'calls at a time', /at the same time/],
  'unsigned-accepted': ['signatures', 'unsigned ones', /./],
  'stale-accepted': ['signatures', 'stale ones', /./],
  'dlq-drops': ['letters', 'none lost', /never processed/],
  'duplicate-effects': ['letters', 'none twice', /./],
  'double-booking': ['rivals', 'rows of bookings', /./],
  'cost-undercounted': ['cost', 'completion tokens of openai', /./],
  'audit-gap': ['audit', 'each request is in trail', /./],
  'phi-in-logs': ['privacy', 'nothing in the log', / in /],
  'phi-to-third-party': ['privacy', 'the AI does not learn who it is', / in /],
  'memory-leak': ['soak', 'memory does not grow', /grew/],
  'cron-silent': ['reminders', 'Twilio is told', /none came for/],
};

// Those of the database need a real PostgreSQL, and have tests of their own.
const elsewhere = {
  'pool-leak': 'pool.test.mjs',
  'unbounded-pool-wait': 'pool.test.mjs',
};

/** The defects that can be planted, as `firedrill list` has them. */
function planted() {
  const text = execFileSync(binary, ['list'], { cwd: root, encoding: 'utf8' });
  const [, section = ''] = text.split('planted defects of the clinic\n');
  return section.split('\n\n')[0].split('\n').map((line) => line.trim().split(' ')[0]).filter((name) => name !== '');
}

function run(drill, defects, out) {
  const args = ['run', drills[drill], '--quiet', '--out', out];
  if (defects.length > 0) args.push('--set', `system.clinic.defect=[${defects}]`);
  return new Promise((done, fail) => {
    const child = spawn(binary, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (data) => { text += data; });
    child.stderr.on('data', (data) => { text += data; });
    child.on('error', fail);
    child.on('close', (code) => done({ code, text }));
  });
}

const findingsOf = (out) =>
  JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')).expectations.flatMap((expectation) =>
    expectation.findings.map((finding) => ({ ...finding, expectation: expectation.name })));

const short = (finding) => `${finding.what}: ${finding.verdict}, ${finding.observed}${finding.why ? ` (${finding.why})` : ''}`;

async function tryDefect(defect, folder) {
  const [drill, what, why] = catches[defect];
  const out = join(folder, defect);
  const { code, text } = await run(drill, [defect], out);
  const row = { defect, drill, by: '', ok: false, said: '' };
  let findings = [];
  try {
    findings = findingsOf(out);
  } catch {
    row.said = text.slice(-2000);
  }
  const caught = findings.find((f) => f.verdict === 'fail' && (f.what.startsWith(what) || f.expectation.startsWith(what)) && why.test(f.why ?? ''));
  row.ok = code === 99 && caught !== undefined;
  if (caught) row.by = `${caught.expectation}: ${caught.what}`;
  if (!row.ok) row.said ||= `exit ${code}\n` + findings.filter((f) => f.verdict !== 'pass').map((f) => `    ${short(f)}`).join('\n');
  return row;
}

async function tryHealthy(drill, times, folder) {
  const row = { defect: '(healthy)', drill, by: `0, ${times} times`, ok: true, said: '' };
  for (let i = 0; i < times && row.ok; ++i) {
    const out = join(folder, `healthy-${drill}-${i}`);
    const { code, text } = await run(drill, [], out);
    if (code === 0) continue;
    row.ok = false;
    row.by = '';
    try {
      row.said = `exit ${code}\n` + findingsOf(out).filter((f) => f.verdict !== 'pass').map((f) => `    ${short(f)}`).join('\n');
    } catch {
      row.said = text.slice(-2000);
    }
  }
  return row;
}

/** Runs the jobs, `width` at a time, in order; each row is printed as soon as it is there. */
async function inTurn(jobs, width) {
  const rows = [];
  const worker = async () => {
    while (jobs.length > 0) {
      const row = await jobs.shift()();
      rows.push(row);
      console.log(`${row.ok ? 'ok    ' : 'FAILED'}  ${row.defect.padEnd(27)} ${row.drill.padEnd(10)} ${row.by || row.said}`);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return rows;
}

const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : Number(args.splice(at, 2)[1]);
};
const healthy = option('--healthy', 5);
const atOnce = option('--at-once', 2);
const wanted = args.length > 0 ? args : Object.keys(catches);
const unknown = wanted.filter((defect) => !(defect in catches));
if (unknown.length > 0) throw new Error(`no drill for ${unknown}; known: ${Object.keys(catches).join(', ')}`);

const uncaught = planted().filter((defect) => !(defect in catches) && !(defect in elsewhere));
if (uncaught.length > 0) throw new Error(`no drill catches ${uncaught}`);

const folder = mkdtempSync(join(tmpdir(), 'firedrill-matrix-'));
try {
  console.log(`        ${'defect'.padEnd(27)} ${'drill'.padEnd(10)} caught by`);
  const jobs = wanted.map((defect) => () => tryDefect(defect, folder));
  if (healthy > 0) {
    for (const drill of new Set(wanted.map((defect) => catches[defect][0]))) jobs.push(() => tryHealthy(drill, healthy, folder));
  }
  const rows = await inTurn(jobs, atOnce);
  for (const [defect, where] of Object.entries(elsewhere)) console.log(`        ${defect.padEnd(27)} ${''.padEnd(10)} see tests/e2e/${where}`);
  const bad = rows.filter((row) => !row.ok);
  console.log(`${rows.length - bad.length} of ${rows.length} as they should be`);
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
