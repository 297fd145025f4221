// One measurement: the pages are this script's, everything else is the core's.

import init, { forget, ingest, open } from "/ingest.js";

const LOG_ID = "5f2c1a70-9c1e-4d8b-8f6a-2b7f0c9d1e3a";
const START_MS = 1_700_000_000_000;
const PER_PAGE = 500;

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

async function run({ what, events, rounds }) {
  const wasm = await init();
  if (what === "speed") {
    const pages = await pagesAtHand(events);
    let seconds = Infinity;
    let bytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      await forget(LOG_ID);
      let next = 0;
      const took = await ingest(LOG_ID, events, START_MS, () => pages[next++]);
      seconds = Math.min(seconds, took.seconds);
      bytes = took.bytes;
    }
    return { seconds, bytes };
  }
  if (what === "open") {
    let seconds = Infinity;
    for (let round = 0; round < rounds; round += 1) {
      seconds = Math.min(seconds, await open(LOG_ID, events, START_MS));
    }
    return { seconds };
  }
  await forget(LOG_ID);
  let first = -PER_PAGE;
  const { seconds, bytes } = await ingest(LOG_ID, events, START_MS, async () => {
    first += PER_PAGE;
    return (await fetch(`/page/${events}/${first}`)).arrayBuffer();
  });
  return { seconds, bytes, memory: wasm.memory.buffer.byteLength };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await run(data));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
