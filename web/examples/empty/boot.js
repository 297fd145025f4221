import start from "/page.js";

await start({ module_or_path: "/page_bg.wasm" });
