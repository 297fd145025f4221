// One measurement: the pages are this script's, everything else is the core's.

import init, { forget, forget_index, ingest, open, put } from "/ingest.js";

const LOG_ID = "5f2c1a70-9c1e-4d8b-8f6a-2b7f0c9d1e3a";
const START_MS = 1_700_000_000_000;
const PER_PAGE = 500;
// Events of one of many small parts: a page each.
const PER_PART = 30;

// All pages of the log, fetched beforehand: each is copied into wasm when it is asked for, as the answer of a fetch would be.
async function pagesAtHand(events) {
  const buffer = await (await fetch(`/pages/${events}`)).arrayBuffer();
  const lengths = new DataView(buffer);
  const pages = [];
  for (let at = 0; at < buffer.byteLength; ) {
    const length = lengths.getUint32(at, true);
    pages.push(new Uint8Array(buffer, at + 4, length));
    at += 4 + length;
  }
  return pages;
}

// A page of a small part.
function smallPage(first, events) {
  const made = [];
  for (let number = first; number < first + PER_PART; number += 1) {
    const sequence = 2305843009213693952n + BigInt(number) * 4096n;
    const timestamp = START_MS + Math.floor(number / 3);
    made.push(
      `{"timestamp":${timestamp},"sequence_number":${sequence},"log_id":"${LOG_ID}","message":"number=${number}","labels":[]}`,
    );
  }
  const after = first + PER_PART;
  const href = `https://eu.rest.logs.insight.rapid7.com/query/page${after}`;
  const links = after < events ? `,"links":[{"rel":"Next","href":"${href}"}]` : "";
  return new TextEncoder().encode(`{"events":[${made.join(",")}]${links}}`);
}

async function best(rounds, measure) {
  let seconds = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    seconds = Math.min(seconds, await measure());
  }
  return seconds;
}

async function run({ what, events, rounds }) {
  const wasm = await init();
  if (what === "speed") {
    const pages = await pagesAtHand(events);
    let seconds = Infinity;
    let bytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      await forget(LOG_ID);
      let next = 0;
      const took = await ingest(LOG_ID, events, START_MS, () => pages[next++], 0);
      seconds = Math.min(seconds, took.seconds);
      bytes = took.bytes;
    }
    return { seconds, bytes };
  }
  if (what === "put") {
    const paths = (await (await fetch("/cache")).text()).split("\n");
    for (const path of paths.filter((path) => path.endsWith(".parquet"))) {
      const bytes = await (await fetch(`/cache/${path}`)).arrayBuffer();
      await put(path, new Uint8Array(bytes));
    }
    return {};
  }
  const opening = () => open(LOG_ID, events, START_MS);
  if (what === "open") {
    return { seconds: await best(rounds, opening) };
  }
  if (what === "parts") {
    await forget(LOG_ID);
    let first = -PER_PART;
    const next = () => {
      first += PER_PART;
      return smallPage(first, events);
    };
    await ingest(LOG_ID, events, START_MS, next, PER_PART / 2);
    const indexed = await best(rounds, opening);
    await forget_index(LOG_ID);
    const plain = await best(rounds, opening);
    await forget(LOG_ID);
    return { parts: events / PER_PART, indexed, plain };
  }
  await forget(LOG_ID);
  let first = -PER_PAGE;
  const { seconds, bytes } = await ingest(LOG_ID, events, START_MS, async () => {
    first += PER_PAGE;
    return (await fetch(`/page/${events}/${first}`)).arrayBuffer();
  }, 0);
  return { seconds, bytes, memory: wasm.memory.buffer.byteLength };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await run(data));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
