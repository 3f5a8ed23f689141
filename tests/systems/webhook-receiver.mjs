// A system that receives webhooks of Stripe and takes only those that are signed. Usage: node
// webhook-receiver.mjs PORT
//
// STRIPE_WEBHOOK_SECRET is what they must be signed with. RECEIVER_LOG names a file that gets one line of
// JSON for each: its event's id, whether it was taken, and why not. The first FAIL_FIRST deliveries are
// answered with 503, whatever they are.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const port = Number(process.argv[2]);
const secret = process.env.STRIPE_WEBHOOK_SECRET;
let failing = Number(process.env.FAIL_FIRST ?? 0);

/** What is wrong with a delivery; "" when nothing is. */
function refusal(header, body) {
  if (!header) return 'missing';
  const parts = new Map(header.split(',').map((part) => part.split('=')));
  const time = parts.get('t');
  const expected = Buffer.from(createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex'));
  const given = Buffer.from(parts.get('v1') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'signature';
  return Date.now() / 1000 - Number(time) > 300 ? 'timestamp' : '';
}

function idOf(body) {
  try {
    return JSON.parse(body).id;
  } catch {
    return null;
  }
}

const server = createServer((request, response) => {
  const answer = (status) => response.writeHead(status, { 'content-length': 0 }).end();
  if (request.url === '/ready') return answer(200);
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const why = failing-- > 0 ? 'failing' : refusal(request.headers['stripe-signature'], body);
    appendFileSync(process.env.RECEIVER_LOG, JSON.stringify({ id: idOf(body), taken: why === '', why }) + '\n');
    answer({ '': 200, failing: 503 }[why] ?? 400);
  });
});
server.listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
