// Real services of a drill: private ones are gone after it, whoever is killed, and what was done to given ones is
// undone.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertExit, assertNothingLeft, eventsOf, filesBelow, firedrill, place, processesWith, proved, resultOf, root, start, until,
} from './support.mjs';

const isRoot = process.getuid() === 0;

/** A drill against a system that only echoes; `inject` breaks its services. */
function drillFile(where, { services, inject = [], seconds = 20, env = {} }) {
  const file = join(where.folder, 'services.yaml');
  const drill = {
    firedrill: 1,
    name: 'services',
    services,
    system: { command: ['node', join(root, 'tests/systems/echo.mjs'), '${system.port}'], url: 'http://127.0.0.1:${system.port}', env },
    traffic: { echo: { rate: '20/s', request: { get: '/echo' } } },
    timeline: [{ broken: `${seconds}s`, ...(inject.length > 0 ? { inject } : {}) }, { after: '1s' }],
    expect: [{ slo: 'echo.failed.rate < 90%' }],
  };
  writeFileSync(file, JSON.stringify(drill));
  return file;
}

const injectedIn = (where) => eventsOf(where.out).filter(({ kind }) => kind === 'fault_injected');

/** Folders of private services of the run that `where` has going, or had. */
const runOf = (where) => readdirSync(join(where.state, 'firedrill', 'runs'))[0];
const foldersOf = (run) => readdirSync(tmpdir()).filter((name) => name.startsWith(`firedrill-${run}-`)).map((name) => join(tmpdir(), name));

/** Processes that work below one of the folders: PostgreSQL's workers hide their environment. */
function workersIn(folders) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      return folders.some((folder) => cwd.startsWith(folder));
    } catch {
      return false; // it ended while we looked
    }
  });
}

async function assertServicesGone(where, run, folders, within = 8000) {
  await until('servers and folders are gone', () => workersIn(folders).length === 0 && foldersOf(run).length === 0, within);
  for (const folder of folders) assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(folder), 'still mounted');
  await assertNothingLeft(where, 5000);
}

/** Starts the drill and waits until all its faults have happened. */
async function broken(t, options) {
  const where = place(t);
  const run = start(where, ['run', drillFile(where, options), '--out', where.out], { timeout: 120_000 });
  await until('all faults are injected', () => injectedIn(where).length === options.inject.length, 60_000).catch((error) => {
    throw new Error(`${error.message}; it said:\n${run.output}`);
  });
  for (const event of injectedIn(where)) assert.doesNotMatch(event.text, /did not happen/);
  const id = runOf(where);
  return { where, run, id, folders: foldersOf(id) };
}

const both = { postgres: { init: 'init.sql' }, redis: {} };
const initSql = (where) => writeFileSync(join(where.folder, 'init.sql'), 'CREATE TABLE patients (id int);');

/** Kinds that stand each other in one drill. */
const together = [
  ...(isRoot ? [{ service: 'postgres', no_space: { size: '8MiB' } }] : []),
  { service: 'postgres', hold_connections: 5 },
  { service: 'postgres', long_queries: { sessions: 2 } },
  { service: 'postgres', terminate_backends: { every: '200ms' }, hits: 'optional' },
  { service: 'postgres', statement_timeout: '500ms' },
  { service: 'postgres', read_only: true },
  { service: 'postgres', idle_in_transaction: { sessions: 2 } },
  { service: 'redis', memory_full: true },
  { service: 'redis', max_clients: 50, hits: 'optional' },
  { service: 'redis', slow_commands: '20ms' },
  { service: 'redis', client_pause: 'all' },
];
const groups = [
  together,
  [{ service: 'postgres', stop: true }, { service: 'redis', stop: true }],
  [{ service: 'postgres', restart: true }, { service: 'redis', restart: true }, { service: 'redis', evict: true }],
];
const kindsOf = (inject) => inject.map((fault) => `${fault.service}: ${Object.keys(fault)[1]}`);

for (const inject of groups) {
  test(`services: the runner is killed during ${kindsOf(inject).join(', ')}, and nothing is left`, async (t) => {
    const { where, run, id, folders } = await broken(t, { services: { postgres: {}, redis: {} }, inject });
    assert.equal(folders.length, 2);
    if (!inject[0].stop) assert.ok(workersIn(folders).length >= 5, 'both servers and their workers are there to be found');
    run.child.kill('SIGKILL');
    await run.ended;
    await assertServicesGone(where, id, folders);
    await until('the run is forgotten', () => readdirSync(join(where.state, 'firedrill', 'runs')).length === 0);
    for (const kind of kindsOf(inject)) proved(kind, ['killed'], t.name);
  });
}

test('services: with runner and guardian both killed, heal removes them', async (t) => {
  const { where, run, id, folders } = await broken(t, { services: { postgres: {}, redis: {} }, inject: groups[0] });
  const guardian = processesWith(where.mark).find(({ command }) => / guardian /.test(command));
  process.kill(guardian.pid, 'SIGKILL');
  run.child.kill('SIGKILL');
  await run.ended;
  assert.equal(foldersOf(id).length, 2, 'nobody is left to remove them');
  const heal = await firedrill(where, ['heal']);
  assertExit(heal, 0);
  assert.match(heal.stdout, /service postgres: ended the server in/);
  await assertServicesGone(where, id, folders, 500);
  assert.match((await firedrill(where, ['heal'])).stdout, /nothing to heal/);
});

test('services: the system is told where they are, and Ctrl-C removes them', async (t) => {
  const where = place(t);
  initSql(where);
  const env = { SEEN: 'pg=${services.postgres.url} redis=${services.redis.address}' };
  const run = start(where, ['run', drillFile(where, { services: both, env }), '--out', where.out]);
  await until('traffic flows', () => eventsOf(where.out).some(({ event }) => event === 'traffic'), 60_000);
  const id = runOf(where);
  const folders = foldersOf(id);
  const seen = processesWith(where.mark).map(({ pid }) => readFileSync(`/proc/${pid}/environ`, 'latin1')).join('\0');
  assert.match(seen, /SEEN=pg=postgres:\/\/drill@127\.0\.0\.1:\d+\/drill redis=127\.0\.0\.1:\d+/);
  run.child.kill('SIGINT');
  assertExit(await run.ended, 105);
  await assertServicesGone(where, id, folders, 500);
});

test('services: one that is never ready is 113 and says why, and leaves nothing', async (t) => {
  const where = place(t);
  const file = drillFile(where, { services: { postgres: { settings: { max_connections: 'many' } } } });
  const run = await firedrill(where, ['run', file, '--out', where.out]);
  assertExit(run, 113);
  assert.match(run.output, /the service postgres was not ready within 30/);
  assert.match(run.output, /max_connections/);
  await assertNothingLeft(where);
});

test('services: one whose program is not there is 113 and says what installs it', async (t) => {
  const where = place(t);
  const run = await firedrill(where, ['run', drillFile(where, { services: { redis: {} } }), '--out', where.out], { env: { PATH: where.folder } });
  assertExit(run, 113);
  assert.match(run.output, /cannot start 'redis-server': No such file or directory; Debian's package of it is redis-server/);
  await assertNothingLeft(where);
});

test('services: SQL that fails is 113, with the file and the reason', async (t) => {
  const where = place(t);
  writeFileSync(join(where.folder, 'init.sql'), 'CREATE TABLE a (b nothing);');
  const run = await firedrill(where, ['run', drillFile(where, { services: { postgres: { init: 'init.sql' } } }), '--out', where.out]);
  assertExit(run, 113);
  assert.match(run.output, /init\.sql: type "nothing" does not exist/);
  await assertNothingLeft(where);
});

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

test('services: what was done to servers that are given is undone when the runner is killed', async (t) => {
  // One drill has a private PostgreSQL, which is given to the other.
  const holder = place(t);
  const [port, redisPort] = [await freePort(), await freePort()];
  const holding = start(holder, ['run', drillFile(holder, { services: { postgres: { port } }, seconds: 100 }), '--out', holder.out], { timeout: 150_000 });
  const password = 'canary-of-redis-7';
  const redis = spawn('redis-server', ['--port', redisPort, '--bind', '127.0.0.1', '--requirepass', password, '--save', '', '--dir', holder.folder], { stdio: 'ignore' });
  t.after(() => { redis.kill('SIGKILL'); });
  await until('the holder runs', () => eventsOf(holder.out).some(({ event }) => event === 'traffic'), 60_000);

  const psql = (sql) => execFileSync('psql', ['-h', '127.0.0.1', '-p', port, '-U', 'firedrill_admin', '-d', 'drill', '-Atc', sql], { encoding: 'utf8' }).trim();
  const cli = (...words) => execFileSync('redis-cli', ['-p', redisPort, '--no-auth-warning', '-a', password, ...words], { encoding: 'utf8' }).trim();
  const state = () => [
    psql('SHOW default_transaction_read_only'), psql('SHOW statement_timeout'),
    psql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'firedrill/%'"),
    cli('CONFIG', 'GET', 'maxmemory'), cli('CONFIG', 'GET', 'maxclients'), cli('DBSIZE'), cli('PING'),
  ];
  const before = state();
  const inject = [
    { service: 'postgres', read_only: true },
    { service: 'postgres', statement_timeout: '800ms' },
    { service: 'postgres', idle_in_transaction: { sessions: 2 } },
    { service: 'postgres', long_queries: { sessions: 2 } },
    { service: 'redis', memory_full: true },
    { service: 'redis', max_clients: 50, hits: 'optional' },
    { service: 'redis', client_pause: 'writes' },
  ];
  const services = {
    postgres: { url: `postgres://firedrill_admin@127.0.0.1:${port}/drill` },
    redis: { url: `redis://:\${env.REDIS_SECRET}@127.0.0.1:${redisPort}` },
  };
  process.env.REDIS_SECRET = password;
  const { where, run, id } = await broken(t, { services, inject });
  delete process.env.REDIS_SECRET;
  assert.notDeepEqual(state(), before);
  const journal = readFileSync(join(where.state, 'firedrill', 'runs', id, 'leases.jsonl'), 'utf8');
  assert.equal(journal.trim().split('\n').length, inject.length);
  assert.ok(!journal.includes(password), 'no password in the journal');
  for (const { path, text } of filesBelow(where.out)) assert.ok(!text.includes(password), `the password is in ${path}`);

  run.child.kill('SIGKILL');
  await run.ended;
  await until('the guardian has healed all', () => !existsSync(join(where.state, 'firedrill', 'runs', id)), 15_000);
  assert.deepEqual(state(), before);
  await assertNothingLeft(where);
  holding.child.kill('SIGINT');
  assertExit(await holding.ended, 105);
});

test('services: faults of given servers heal within a drill, and are counted', async (t) => {
  const where = place(t);
  const port = await freePort();
  const redis = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', where.folder], { stdio: 'ignore' });
  t.after(() => { redis.kill('SIGKILL'); });
  const inject = [{ service: 'redis', memory_full: true }, { service: 'redis', slow_commands: '20ms' }];
  const file = drillFile(where, { services: { redis: { url: `redis://127.0.0.1:${port}` } }, inject, seconds: 2 });
  assertExit(await firedrill(where, ['run', file, '--out', where.out]), 0);
  for (const fault of resultOf(where.out).faults) {
    assert.ok(fault.hits > 0, fault.name);
    assert.notEqual(fault.healed_at_s, null);
  }
  assert.equal(execFileSync('redis-cli', ['-p', port, 'DBSIZE'], { encoding: 'utf8' }).trim(), '0');
});
