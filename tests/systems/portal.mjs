// A system with people in it. Usage: node portal.mjs PORT
//
// /login takes {user}, sets the cookie "session" and gives a token that is good for TOKEN_USES requests;
// /token makes a new one of a refresh token; /me needs both token and cookie. /book gives each slot to the
// first who asks, and 409 to the others. /upload counts bytes. /hop/N redirects N times, setting a cookie.
// PORTAL_LOG names a file that gets one line of JSON a request: what came in, when, and the answer.
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { gzipSync } from 'node:zlib';

const port = Number(process.argv[2]);
const uses = Number(process.env.TOKEN_USES ?? 3);
const tokens = new Map(); // token -> { user, left }
const taken = new Set();
let issued = 0;

function issue(user) {
  const token = `tok-${user}-${++issued}`;
  tokens.set(token, { user, left: uses });
  return { access_token: token, refresh_token: `ref-${user}` };
}

function cookiesOf(request) {
  return Object.fromEntries((request.headers.cookie ?? '').split('; ').filter(Boolean).map((pair) => pair.split('=')));
}

function me(request) {
  const token = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
  if (!token || token.left-- <= 0) return [401, { error: 'token' }];
  if (cookiesOf(request).session !== `s-${token.user}`) return [403, { error: 'cookie' }];
  return [200, { user: token.user }];
}

function book({ slot }) {
  if (!slot) return [400, {}];
  if (taken.has(slot)) return [409, { slot }];
  taken.add(slot);
  return [201, { slot }];
}

function answer(request, body, bytes) {
  const { pathname } = new URL(request.url, 'http://x');
  const json = () => JSON.parse(body);
  if (pathname === '/ready') return [200, {}];
  if (pathname === '/login') return [200, issue(json().user), { 'set-cookie': `session=s-${json().user}; Path=/; HttpOnly` }];
  if (pathname === '/token') return [200, issue(json().refresh_token.replace('ref-', ''))];
  if (pathname === '/me') return me(request);
  if (pathname === '/book') return book(json());
  if (pathname === '/upload') return [200, { bytes }];
  if (pathname === '/echo') return [200, { method: request.method, url: request.url, headers: request.headers, body }];
  if (pathname.startsWith('/hop/')) {
    const left = Number(pathname.slice(5));
    if (left > 0) return [302, {}, { location: `/hop/${left - 1}`, 'set-cookie': `hop${left}=1` }];
    return [200, { cookies: cookiesOf(request) }];
  }
  return [404, {}];
}

function serve(request, response) {
  const at = process.hrtime.bigint();
  const parts = [];
  let bytes = 0;
  request.on('data', (part) => {
    bytes += part.length;
    if (bytes < 1e6) parts.push(part);
  });
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    const [status, json, headers = {}] = answer(request, body, bytes);
    const log = process.env.PORTAL_LOG;
    const seen = { at: Number(at / 1000n), method: request.method, url: request.url, version: request.httpVersion,
      headers: request.headers, bytes, body: body.slice(0, 500), status, client: request.socket.getPeerCertificate?.().subject?.CN };
    if (log && request.url !== '/ready') appendFileSync(log, JSON.stringify(seen) + '\n');
    const plain = Buffer.from(JSON.stringify(json));
    const gzip = /gzip/.test(request.headers['accept-encoding'] ?? '');
    response.writeHead(status, { 'content-type': 'application/json', ...(gzip ? { 'content-encoding': 'gzip' } : {}), ...headers });
    response.end(gzip ? gzipSync(plain) : plain);
  });
}

const tls = process.env.PORTAL_TLS; // folder with ca.pem, server.pem, server.key
const server = tls
  ? createSecureServer({ allowHTTP1: true, requestCert: true, rejectUnauthorized: true,
    ca: readFileSync(`${tls}/ca.pem`), cert: readFileSync(`${tls}/server.pem`), key: readFileSync(`${tls}/server.key`) }, serve)
  : createServer(serve);
server.listen(port, '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
