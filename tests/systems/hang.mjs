// A system that says it is ready and then never answers anything. Usage: node hang.mjs PORT
import { createServer } from 'node:http';

createServer((request, response) => {
  if (request.url === '/ready') response.end('ready');
}).listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
