// A system that writes down each job in a list of Redis before it says so. Usage: node jobs.mjs PORT REDIS_PORT
//
// POST /jobs is answered with 202 {"id"}; the list "jobs" then holds {"id", "number"} in the order of arrival.
// LOSE_EVERY=n acknowledges every nth job without writing it down, TWICE_EVERY=n writes every nth down twice.
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [port, redisPort] = process.argv.slice(2).map(Number);
const every = (name, number) => Number(process.env[name] ?? 0) > 0 && number % Number(process.env[name]) === 0;

const waiting = []; // for answers, which come in the order of the commands
const redis = connect(redisPort, '127.0.0.1');
let rest = '';
redis.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\r\n');
  rest = lines.pop();
  for (const line of lines) waiting.shift()(line);
});

function push(job) {
  const words = ['RPUSH', 'jobs', JSON.stringify(job)];
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  redis.write(`*${words.length}\r\n${parts.join('')}`);
  return new Promise((done) => { waiting.push(done); });
}

let jobs = 0;
const server = createServer(async (request, response) => {
  request.resume();
  if (request.method !== 'POST') return response.end('ready');
  const number = ++jobs;
  const job = { id: `job-${number}`, number };
  if (!every('LOSE_EVERY', number)) await push(job);
  if (every('TWICE_EVERY', number)) await push(job);
  response.writeHead(202, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ id: job.id }));
});
redis.on('connect', () => server.listen(port, '127.0.0.1'));
process.on('SIGTERM', () => process.exit(0));
