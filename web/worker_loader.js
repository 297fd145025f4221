// Starts the engine's worker, and tells the page where that cannot be done.
importScripts("/worker.js");
wasm_bindgen({ module_or_path: "/worker_bg.wasm" }).catch((error) => {
  postMessage({ Dying: { place: `while it was loaded (${error})` } });
});
