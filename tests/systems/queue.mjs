// A system that does one thing after the other. Usage: node queue.mjs PORT MS
//
// Every request but /ready takes MS of its only worker; those that come meanwhile wait. So it can do
// 1000 / MS a second, and what has piled up is gone the later the nearer the load is to that.
import { createServer } from 'node:http';

const port = Number(process.argv[2]);
const cost = Number(process.argv[3]);
let free = 0; // when the worker is

const server = createServer((request, response) => {
  if (request.url === '/ready') return response.end('ready');
  const now = performance.now();
  free = Math.max(free, now) + cost;
  return setTimeout(() => response.end('done'), free - now);
});
server.listen(port, '127.0.0.1', () => console.error(`queue: listening on ${port}`));
process.on('SIGTERM', () => process.exit(0));
