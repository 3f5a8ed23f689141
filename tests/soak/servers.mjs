// A PostgreSQL and a Redis that are there before the drills and after them. The PostgreSQL is a private one of a drill
// that does nothing but hold it.
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventsOf, place, root, start, until } from '../e2e/support.mjs';

export const password = 'canary-of-redis-9';

export const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** Ends in good order, before the hooks of its place kill what is left: the private server goes with its drill. */
async function startPostgres(t, port) {
  const where = place(t);
  const file = join(where.folder, 'holder.yaml');
  writeFileSync(file, JSON.stringify({
    firedrill: 1,
    name: 'holder',
    services: { postgres: { port, within: '60s' } },
    system: { command: ['node', join(root, 'tests/systems/echo.mjs'), '${system.port}'], url: 'http://127.0.0.1:${system.port}' },
    traffic: { echo: { rate: '1/s', request: { get: '/echo' } } },
    timeline: [{ held: '2h' }],
    expect: [{ slo: 'echo.failed.rate < 100%' }],
  }));
  const holder = start(where, ['run', file, '--out', where.out], { timeout: 7_200_000 });
  const stop = async () => {
    holder.child.kill('SIGINT');
    await holder.ended;
  };
  try {
    await until('PostgreSQL is there', () => eventsOf(where.out).some(({ event }) => event === 'traffic'), 120_000);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}; it said:\n${holder.output}`);
  }
  return stop;
}

/** Both servers until `stop()`; see `state()` for what must stay the same. */
export async function startServers(t) {
  const [port, redisPort] = [await freePort(), await freePort()];
  const stop = await startPostgres(t, port);
  const redis = spawn('redis-server', ['--port', redisPort, '--bind', '127.0.0.1', '--requirepass', password, '--save', ''], { stdio: 'ignore' });
  t.after(() => { redis.kill('SIGKILL'); });
  const psql = (sql) => execFileSync('psql', ['-h', '127.0.0.1', '-p', port, '-U', 'firedrill_admin', '-d', 'drill', '-Atc', sql], { encoding: 'utf8' }).trim();
  const cli = (...words) => execFileSync('redis-cli', ['-p', redisPort, '--no-auth-warning', '-a', password, ...words], { encoding: 'utf8' }).trim();
  psql('CREATE TABLE sweep (id int)');
  await until('Redis is there', () => cli('PING') === 'PONG');
  const state = () => ({
    readOnly: psql('SHOW default_transaction_read_only'),
    timeout: psql('SHOW statement_timeout'),
    settings: psql('SELECT count(*) FROM pg_file_settings'),
    sessions: psql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'firedrill/%'"),
    locks: psql("SELECT count(*) FROM pg_locks WHERE relation = 'sweep'::regclass"),
    memory: cli('CONFIG', 'GET', 'maxmemory*'),
    clients: cli('CONFIG', 'GET', 'maxclients'),
    write: cli('SET', 'sweep', '1'), // before they are counted: a fault may have evicted it, as it should
    keys: cli('DBSIZE'),
    ping: cli('PING'),
  });
  return {
    port,
    redisPort,
    state,
    stop,
    services: {
      postgres: { url: `postgres://firedrill_admin@127.0.0.1:${port}/drill` },
      redis: { url: `redis://:\${env.REDIS_SECRET}@127.0.0.1:${redisPort}` },
    },
  };
}
