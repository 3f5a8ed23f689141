// What the end-to-end tests share: running the binary as a user does, and looking for what it left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(root, process.env.FIREDRILL ?? 'build/dev/firedrill');
export const scenario = (name) => join('tests/e2e/scenarios', `${name}.yaml`);
export const openaiOutage = 'scenarios/medicalcor/openai-outage.yaml';

/**
 * A place for one test: a folder that goes with it, a state folder of its own and a mark in the
 * environment by which every process that descends from it is found.
 */
export function place(t) {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-e2e-'));
  const mark = `FIREDRILL_E2E=${randomUUID()}`;
  const state = join(folder, 'state');
  const [name, value] = mark.split('=');
  const env = { ...process.env, [name]: value, XDG_STATE_HOME: state };
  delete env.FIREDRILL_RUN;
  t.after(() => {
    for (const { pid } of processesWith(mark)) killQuietly(pid);
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, out: join(folder, 'out'), state, mark, env };
}

function killQuietly(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Living processes whose environment holds `mark`, as { pid, command }. Zombies have none. */
export function processesWith(mark) {
  const found = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(mark)) continue;
      found.push({ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ') });
    } catch (error) {
      // It ended while we looked, or belongs to somebody else.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    }
  }
  return found;
}

/** Nothing that carries the mark is alive, at the latest `within` ms from now. */
export async function assertNothingLeft(where, within = 2000) {
  const deadline = Date.now() + within;
  let left = processesWith(where.mark);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = processesWith(where.mark);
  }
  assert.deepEqual(left, [], 'processes left behind');
}

/** Starts the binary; the result has the child, its output so far, and `ended`. */
export function start(where, args, { env = {}, timeout = 60_000 } = {}) {
  const child = spawn(binary, args, { cwd: root, env: { ...where.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, stdout: '', stderr: '', get output() { return this.stdout + this.stderr; } };
  child.stdout.setEncoding('utf8').on('data', (text) => { run.stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { run.stderr += text; });
  const began = Date.now();
  run.ended = new Promise((done, fail) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`firedrill ${args.join(' ')}: still running after ${timeout} ms; it said:\n${run.output}`));
    }, timeout);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      run.code = code;
      run.signal = signal;
      run.seconds = (Date.now() - began) / 1000;
      done(run);
    });
  });
  return run;
}

/** Runs the binary to its end. */
export const firedrill = (where, args, options) => start(where, args, options).ended;

/** Asserts the exit code, with the output in the message. */
export function assertExit(run, code) {
  assert.equal(run.code, code, `exit code ${run.code} (signal ${run.signal}), wanted ${code}; output:\n${run.output}`);
}

export async function until(what, condition, within = 20_000) {
  const deadline = Date.now() + within;
  while (Date.now() < deadline) {
    const value = condition();
    if (value) return value;
    await delay(20);
  }
  throw new Error(`not within ${within} ms: ${what}`);
}

export const resultOf = (folder) => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));

/** Whole lines of events.jsonl; a line that a kill cut in two is left out. */
export function eventsOf(folder) {
  const file = join(folder, 'events.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

/** All files below `folder`, with their bytes as text. */
export function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [{ path, text: readFileSync(path, 'latin1') }];
  });
}

/**
 * Writes down that a test has shown something of a kind of fault of faults/kinds.json, for the table in
 * faults/README.md: cells are `injected` (the victim saw it), `counted`, `healed` (traffic is as before) and
 * `killed` (healed after SIGKILL of the runner). Call it after the assertions.
 */
export function proved(fault, cells, test) {
  const path = process.env.FIREDRILL_PROOFS;
  if (!path) return;
  appendFileSync(path, cells.map((cell) => `${JSON.stringify({ fault, cell, test })}\n`).join(''));
}
