// Asks the worker that the page has, as the page does: windows are opened and questions sent as messages.

// Others that scan along are started when a large window is opened; the page is up for longer than this before anybody asks.
const STARTED_MS = 1500;

const HISTOGRAM_STEP_MS = 300_000n;
const MOST = 10;

class PageWorker {
  constructor() {
    this.worker = new Worker("/worker_loader.js");
    this.waiting = new Map();
    this.next = 1;
    this.ready = new Promise((resolve, reject) => {
      const end = (reason) => {
        reject(new Error(reason));
        this.waiting.forEach((call) => call.reject(new Error(reason)));
      };
      this.worker.onerror = ({ message }) => end(message);
      this.worker.onmessage = ({ data }) => {
        if (typeof data === "string" || data.Panicked) {
          end(JSON.stringify(data));
        } else if (data.Ready) {
          resolve();
        } else if (data.Reply) {
          this.waiting.get(data.Reply.id).resolve(data.Reply.reply);
        } else if (data.Failed) {
          this.waiting.get(data.Failed.id).reject(new Error(JSON.stringify(data.Failed.failed)));
        }
      };
    });
  }

  async call(request) {
    await this.ready;
    const id = this.next++;
    const outcome = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.worker.postMessage({ Call: { id, request } });
    return outcome;
  }
}

// Lists cross as postcard: a length, then numbers and texts, whose lengths and numbers are LEB128.
class Packed {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  number() {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte % 128) * factor;
      if (byte < 128) {
        return value;
      }
    }
  }

  skipText() {
    const bytes = this.number();
    this.at += bytes;
  }

  numbers() {
    return Array.from({ length: this.number() }, () => this.number());
  }
}

// A worker that has only opened the window.
async function opened({ log, from, to }) {
  const worker = new PageWorker();
  const dataset = { source: "log-search", log_id: log, query: "" };
  const window = [BigInt(from), BigInt(to)];
  const { view } = await worker.call({ OpenWindow: { dataset, window } });
  await new Promise((resolve) => setTimeout(resolve, STARTED_MS));
  return { worker, view: view.id };
}

function histogram({ from, to }, by) {
  const bounds = [];
  for (let at = BigInt(from); at <= BigInt(to); at += HISTOGRAM_STEP_MS) {
    bounds.push(at);
  }
  return { buckets: { step_ms: HISTOGRAM_STEP_MS, bounds }, by, most: MOST };
}

async function answer({ worker, view }, question, window) {
  const keeps_rows = Boolean(question.rows);
  const answered = await worker.call({
    Ask: {
      view,
      filter: question.filter ?? "",
      keeps_rows,
      question: {
        histogram: question.histogram ? histogram(window, question.by) : undefined,
        top: question.top ? [{ field: question.top, most: MOST }] : [],
        fields: false,
      },
    },
  });
  if (!answered.is_final) {
    throw new Error(`${question.name}: not all of the window was searched`);
  }
  if (keeps_rows) {
    await worker.call({ ReadRows: { view: answered.narrowed.id, first: 0n, limit: question.rows, fields: [] } });
  }
  if (question.histogram) {
    return new Packed(answered.histogram.all).numbers().filter((rows) => rows > 0).length;
  }
  if (question.top) {
    const values = new Packed(answered.top[0].values);
    values.number();
    values.skipText();
    return values.number();
  }
  return Number(answered.matched + answered.provisional);
}

// Each question with its seconds and answer. The first of each kind asks a worker that has nothing at hand.
export async function askAll(questions, window) {
  const lines = [];
  let asked;
  for (const question of questions) {
    if (question.first) {
      asked?.worker.worker.terminate();
      asked = await opened(window);
    }
    const started = performance.now();
    const given = await answer(asked, question, window);
    lines.push({ name: question.name, seconds: (performance.now() - started) / 1000, answer: given });
  }
  return lines;
}
