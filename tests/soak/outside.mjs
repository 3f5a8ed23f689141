// What a killed drill may have left, as anybody sees it who looks at the machine.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNothingLeft, processesWith, until } from '../e2e/support.mjs';

function quietly(look, otherwise) {
  try {
    return look();
  } catch (error) {
    if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(error.code)) throw error;
    return otherwise; // it ended while we looked, or is somebody else's
  }
}

/** What is listened on just now: the port of each socket, by the socket's own number. */
function listening() {
  const sockets = new Map();
  for (const line of readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1)) {
    const words = line.trim().split(/\s+/);
    if (words[3] === '0A') sockets.set(`socket:[${words[9]}]`, parseInt(words[1].split(':')[1], 16));
  }
  return sockets;
}

/** The sockets that one of the processes listens on. A port may be somebody else's a moment later; a socket cannot. */
function listenersOf(pids) {
  const sockets = listening();
  const found = new Map();
  for (const pid of pids) {
    for (const fd of quietly(() => readdirSync(`/proc/${pid}/fd`), [])) {
      const socket = quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '');
      if (sockets.has(socket)) found.set(socket, sockets.get(socket));
    }
  }
  return found;
}

/** 'refused', 'connected' or 'silent'. */
export const knock = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1');
  const end = (seen) => { socket.destroy(); done(seen); };
  socket.setTimeout(1000, () => end('silent'));
  socket.on('connect', () => end('connected'));
  socket.on('error', () => end('refused'));
});

/** libfaketime's files of processes that are no more. */
export const fakedClocks = () => readdirSync('/dev/shm')
  .filter((name) => name.includes('faketime') && !existsSync(`/proc/${name.split('_').pop()}`));

/** Processes that work below a folder of a private server: its workers hide their environment. */
const workersIn = (folders) => readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  .filter((pid) => folders.some((folder) => quietly(() => readlinkSync(`/proc/${pid}/cwd`), '').startsWith(folder)));

/** What of this machine the drill is using, while it runs. */
export const inUse = (where) => ({
  sockets: listenersOf(processesWith(where.mark).map(({ pid }) => pid)),
  run: readdirSync(join(where.state, 'firedrill/runs'))[0],
});

/** Nothing of the drill is there any more. @pre whoever heals has had its chance: it gets `within` ms more */
export async function assertNothingOf({ where, disk, clocks, used }, within = 20_000) {
  await assertNothingLeft(where, within);
  const runs = join(where.state, 'firedrill/runs');
  await until('the journal and the folder of the run are gone', () => !existsSync(runs) || readdirSync(runs).length === 0, within);
  const servers = `firedrill-${used.run}-`;
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(servers)).map((name) => join(tmpdir(), name));
  await until('private servers and their folders are gone', () => folders().length === 0, within);
  assert.deepEqual(workersIn([join(tmpdir(), servers)]), [], 'processes of private servers');
  assert.ok(!readFileSync('/proc/self/mountinfo', 'latin1').includes(servers), 'a disk is still mounted');
  assert.deepEqual(readdirSync(disk), [], 'files in the folder that was filled');
  assert.deepEqual(fakedClocks().filter((name) => !clocks.includes(name)), [], 'clocks in memory');
  const still = listening();
  assert.deepEqual([...used.sockets].filter(([socket]) => still.has(socket)), [], 'ports that are still listened on');
}

/** A process's state letter, and how many files it may open. */
export function processState(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
  return {
    stopped: stat.slice(stat.lastIndexOf(')') + 2)[0] === 'T',
    files: limits.split('\n').find((line) => line.startsWith('Max open files')).split(/\s{2,}/).slice(1, 3).join(' '),
    affinity: readFileSync(`/proc/${pid}/status`, 'latin1').match(/^Cpus_allowed_list:\s*(.*)$/m)[1],
    cgroup: readFileSync(`/proc/${pid}/cgroup`, 'latin1'),
  };
}
