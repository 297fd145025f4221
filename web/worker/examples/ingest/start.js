// Runs each measurement in a worker of its own, one after the other, and sends the results back.
// Questions go to the page's own worker, others to one that has the core alone.
// A worker of its own, since wasm memory never shrinks.

import { askAll } from "/asks.js";

const measure = (task) =>
  new Promise((resolve, reject) => {
    const worker = new Worker("/measure.js", { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      data.error ? reject(new Error(data.error)) : resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(task);
  });

const result = {};
const run = {
  "?speed": async () => {
    result.speed = await measure({ what: "speed", events: 500_000, rounds: 5 });
  },
  "?memory": async () => {
    result.small = await measure({ what: "memory", events: 500_000 });
    result.large = await measure({ what: "memory", events: 5_000_000 });
  },
  "?open": async () => {
    await measure({ what: "memory", events: 1_000_000 });
    result.open = await measure({ what: "open", events: 1_000_000, rounds: 5 });
  },
  "?ask": async () => {
    const window = await (await fetch("/window.json")).json();
    await measure({ what: "put" });
    result.ask = await askAll(await (await fetch("/questions.json")).json(), window);
  },
  "?parts": async () => {
    result.parts = await measure({ what: "parts", events: 150_000, rounds: 3 });
  },
};
try {
  await run[location.search]();
} catch (error) {
  result.error = String(error);
}
await fetch("/result", { method: "POST", body: JSON.stringify(result) });

