// A system that answers. Usage: node echo.mjs PORT
//
// Everything but /ready is answered with what came in, headers included, and logged the same way: a
// careless system, so that tests can see whether secrets stay hidden. ECHO_LOG names a file that gets one
// line of JSON a request. /hang is never answered; /redirect sends the caller to REDIRECT_TO; /ask asks the mock at OPENAI_BASE_URL.
import { appendFileSync } from 'node:fs';
import { createServer, get } from 'node:http';

const port = Number(process.argv[2]);

function reply(response, status, body, headers = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

function ask(response) {
  const options = { headers: { authorization: 'Bearer sk-e2e' } };
  const call = get(`${process.env.OPENAI_BASE_URL}/models`, options, (answer) => {
    answer.resume();
    answer.on('end', () => reply(response, answer.statusCode === 200 ? 200 : 502, { upstream: answer.statusCode }));
    answer.on('error', () => reply(response, 502, { upstream: 'broken' }));
  });
  call.setTimeout(1000, () => call.destroy());
  call.on('error', () => reply(response, 502, { upstream: 'error' }));
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    if (request.url === '/ready') return reply(response, 200, { ready: true });
    const seen = { method: request.method, url: request.url, headers: request.headers, body };
    console.log(JSON.stringify(seen));
    if (process.env.ECHO_LOG) appendFileSync(process.env.ECHO_LOG, JSON.stringify(seen) + '\n');
    if (request.url === '/redirect') return reply(response, 302, {}, { location: process.env.REDIRECT_TO });
    if (request.url === '/hang') return;
    if (request.url === '/ask') return ask(response);
    return reply(response, 200, seen);
  });
});
server.listen(port, '127.0.0.1', () => console.error(`echo: listening on ${port}`));
process.on('SIGTERM', () => process.exit(0));
