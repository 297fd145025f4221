// Starts the worker, and reports to the page what keeps it from starting and what ends it.
importScripts("/worker.js");
wasm_bindgen({ module_or_path: "/worker_bg.wasm" }).then(
  ({ memory }) => {
    addEventListener("error", ({ message }) => {
      const grown = Math.round(memory.buffer.byteLength / 1e6);
      postMessage(`${message}, with ${grown} MB of memory in use`);
    });
  },
  (error) => postMessage(`it could not be loaded: ${error}`),
);
