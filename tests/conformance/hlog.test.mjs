// latency.hlog, read by HdrHistogram's own JavaScript, against the result.json beside it. Needs
// RESULT_JSON, as result.test.mjs does.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import * as hdr from 'hdr-histogram-js';

const files = (process.env.RESULT_JSON ?? '').split(':').filter((file) => file !== '');
const kinds = ['response', 'service', 'send_lag'];
const quantiles = { p50_ms: 50, p90_ms: 90, p95_ms: 95, p99_ms: 99, p99_9_ms: 99.9 };

/** Map from tag to the sum of its intervals. */
function histogramsOf(log) {
  const reader = new hdr.HistogramLogReader(log, 64);
  const byTag = new Map();
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram()) {
    if (!byTag.has(next.tag)) {
      byTag.set(next.tag, hdr.build({ lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 }));
    }
    byTag.get(next.tag).add(next);
  }
  return byTag;
}

function assertSame(histogram, times, name) {
  assert.equal(histogram.totalCount, times.count, `${name}: as many values`);
  let compared = 0;
  for (const [key, percentile] of Object.entries(quantiles)) {
    if (times[key] === null) continue;
    ++compared;
    // result.json never leaves [min, max]; the log knows those by their buckets only.
    const ours = histogram.highestEquivalentValue(Math.round(times[key] * 1e3));
    assert.equal(ours, histogram.getValueAtPercentile(percentile), `${name}: ${key}`);
  }
  return compared;
}

test('hlog: RESULT_JSON names at least one file', () => {
  assert.notEqual(files.length, 0, 'RESULT_JSON must name result.json files, separated by colons');
});

let compared = 0;
for (const file of files) {
  const log = join(dirname(file), 'latency.hlog');
  if (!existsSync(log)) continue; // an example among the golden files, not a run
  describe(`hlog ${log}`, () => {
    test('hlog: HdrHistogram reads the percentiles that result.json has', () => {
      const histograms = histogramsOf(readFileSync(log, 'utf8'));
      const result = JSON.parse(readFileSync(file, 'utf8'));
      for (const { stream, whole } of result.traffic) {
        for (const kind of kinds) {
          const tag = `${stream}/${kind}`;
          if (whole[kind].count === 0) {
            assert.equal(histograms.get(tag), undefined, `${tag}: nothing measured, nothing logged`);
          } else {
            compared += assertSame(histograms.get(tag), whole[kind], tag);
          }
        }
      }
    });
  });
}

test('hlog: something was compared', () => {
  assert.ok(compared > 0, 'no result had a latency.hlog beside it with enough samples');
});
