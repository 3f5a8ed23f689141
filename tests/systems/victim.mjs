// A system that tells what is wrong with the machine it runs on. Usage: node victim.mjs PORT [FOLDER]
//
// Each path but /ready looks at one thing and answers 200 while it is as it should be:
//   /echo          nothing at all
//   /open          409 when no file can be opened any more
//   /time          409 when the time of day is not what it was plus the time that has passed
//   /disk          409 when FOLDER has no room for a file, or when somebody fills it
//   /cpu, /memory  409 when a child of the drill uses processors, or holds memory
//   /ask, /stream  502 when the model at OPENAI_BASE_URL answers wrongly, or its stream has no end
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as call } from 'node:http';
import { join } from 'node:path';

const port = Number(process.argv[2]);
const folder = process.argv[3];
const began = { wall: Date.now(), steady: performance.now() };
const mark = process.env.FIREDRILL_RUN;
const seenTicks = new Map();

function opens() {
  closeSync(openSync('/dev/null', 'r'));
  return true;
}

const timely = () => Math.abs(Date.now() - began.wall - (performance.now() - began.steady)) < 30_000;

function hasRoom() {
  const filled = readdirSync(folder).some((name) => name.startsWith('firedrill-fill') && statSync(join(folder, name)).blocks * 512 > 4e6);
  if (filled) return false;
  const file = join(folder, `mine-${process.pid}`);
  try {
    writeFileSync(file, Buffer.alloc(1 << 20));
    return true;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Processes of this drill that press on `what`: [pid, /proc/PID/stat without the name, /proc/PID/status]. */
function pressers(what) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      if (words[1] !== 'pressure' || words[2] !== what) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`FIREDRILL_RUN=${mark}`)) continue;
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /, '').split(' ');
      found.push({ pid, ticks: Number(stat[11]) + Number(stat[12]), status: readFileSync(`/proc/${pid}/status`, 'latin1') });
    } catch (error) {
      if (!['ENOENT', 'ESRCH', 'EACCES'].includes(error.code)) throw error;
    }
  }
  return found;
}

function processorsAreFree() {
  return !pressers('cpu').some(({ pid, ticks }) => {
    const more = ticks > (seenTicks.get(pid) ?? 0);
    seenTicks.set(pid, ticks);
    return more;
  });
}

const memoryIsFree = () => !pressers('memory').some(({ status }) => Number(/RssAnon:\s+(\d+)/.exec(status)[1]) > 8000);

/** Asks the model; `done` gets whether the answer was whole and right. */
function ask(stream, done) {
  const body = JSON.stringify({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: 'hello' }] });
  const headers = { authorization: 'Bearer sk-e2e', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  let finished = false;
  const finish = (good) => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    outgoing.destroy();
    done(good);
  };
  const outgoing = call(`${process.env.OPENAI_BASE_URL}/chat/completions`, { method: 'POST', headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part) => { text += part; });
    answer.on('error', () => finish(false));
    answer.on('close', () => finish(false));
    answer.on('end', () => {
      if (stream) return finish(answer.statusCode === 200 && text.trimEnd().endsWith('data: [DONE]'));
      try {
        finish(answer.statusCode === 200 && Boolean(JSON.parse(text).choices));
      } catch {
        finish(false);
      }
    });
  });
  const timer = setTimeout(() => finish(false), 400);
  outgoing.on('error', () => finish(false));
  outgoing.end(body);
}

const looks = {
  '/echo': () => true, '/ready': () => true, '/open': opens, '/time': timely, '/disk': hasRoom,
  '/cpu': processorsAreFree, '/memory': memoryIsFree,
};

function reply(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const server = createServer((request, response) => {
  if (request.url === '/ask' || request.url === '/stream') {
    return ask(request.url === '/stream', (good) => reply(response, good ? 200 : 502, { good }));
  }
  try {
    const good = looks[request.url]();
    return reply(response, good ? 200 : 409, { good });
  } catch (error) {
    return reply(response, 409, { good: false, code: error.code });
  }
});
if (folder) mkdirSync(folder, { recursive: true });
server.listen(port, '127.0.0.1', () => console.error(`victim: listening on ${port}`));
process.on('SIGTERM', () => process.exit(0));
