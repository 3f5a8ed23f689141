// A service that is not the clinic: scores leads with OpenAI through the official client, behind a
// circuit breaker of opossum, and falls back to a rule. Usage: node scoring.mjs PORT
//
// OPENAI_BASE_URL is where OpenAI is. SCORING_DEFECT plants a bug:
//   no-timeout      waits for OpenAI for as long as it takes, and so does the breaker
//   retries         calls again at once when a call has failed, up to three times
//   lying-metrics   its metrics call the breaker closed whatever it does
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../conformance/package.json', import.meta.url));
const { default: OpenAI } = await import(require.resolve('openai'));
const CircuitBreaker = require('opossum');

const port = Number(process.argv[2]);
const defect = process.env.SCORING_DEFECT ?? '';
const patience = defect === 'no-timeout' ? 60_000 : 300;

const client = new OpenAI({
  apiKey: process.env.OPENAI_API_KEY ?? 'sk-test',
  baseURL: process.env.OPENAI_BASE_URL,
  maxRetries: 0,
  timeout: patience,
});

async function askOnce(message, id) {
  const completion = await client.chat.completions.create(
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: message }] },
    { headers: { 'x-correlation-id': id } },
  );
  const { score, confidence } = JSON.parse(completion.choices[0].message.content);
  return { score, confidence, source: 'ai' };
}

async function ask(message, id) {
  for (let left = defect === 'retries' ? 3 : 0; ; left -= 1) {
    try {
      return await askOnce(message, id);
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

const breaker = new CircuitBreaker(ask, {
  name: 'openai',
  timeout: defect === 'no-timeout' ? false : patience + 100,
  errorThresholdPercentage: 50,
  volumeThreshold: 5,
  rollingCountTimeout: 1000,
  rollingCountBuckets: 10,
  resetTimeout: 1000,
});
const counts = { ai: 0, rules: 0 };
breaker.fallback(() => ({ score: 2, confidence: 0.7, source: 'rules' }));
breaker.on('open', () => console.error(JSON.stringify({ level: 'warning', msg: 'breaker opened', dependency: 'openai' })));
breaker.on('close', () => console.error(JSON.stringify({ level: 'info', msg: 'breaker closed', dependency: 'openai' })));

const state = () => (breaker.opened ? 'open' : breaker.halfOpen ? 'halfOpen' : 'closed');

function metrics() {
  const told = defect === 'lying-metrics' ? 'closed' : state();
  const gauges = ['closed', 'halfOpen', 'open'].map((name) => `breaker_state{name="openai",state="${name}"} ${Number(name === told)}`);
  const scored = Object.entries(counts).map(([source, count]) => `leads_scored_total{source="${source}"} ${count}`);
  return ['# TYPE breaker_state gauge', ...gauges, '# TYPE leads_scored_total counter', ...scored, ''].join('\n');
}

function reply(response, status, body, type = 'application/json') {
  const text = type === 'application/json' ? JSON.stringify(body) : body;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function score(request, response) {
  let body = '';
  for await (const part of request) body += part;
  const answer = await breaker.fire(JSON.parse(body).message, request.headers['x-correlation-id'] ?? '');
  counts[answer.source] += 1;
  reply(response, 200, answer);
}

const server = createServer((request, response) => {
  const fail = (error) => reply(response, 500, { error: error.name });
  if (request.method === 'POST' && request.url === '/score') return void score(request, response).catch(fail);
  if (request.url === '/ready') return reply(response, 200, { status: 'ready', components: { openai: { status: state() } } });
  if (request.url === '/breakers') return reply(response, 200, { breakers: { openai: { state: state(), stats: breaker.stats } } });
  if (request.url === '/metrics') return reply(response, 200, metrics(), 'text/plain; version=0.0.4');
  return reply(response, 404, { error: 'nothing here' });
});
server.listen(port, '127.0.0.1', () => console.error(JSON.stringify({ level: 'info', msg: `listening on ${port}` })));
process.on('SIGTERM', () => process.exit(0));
