// Starts the page, and says so where that cannot be done.
const theme = (() => {
  try {
    return JSON.parse(localStorage.getItem("windrow.remembered") ?? "{}").theme;
  } catch {
    return "";
  }
})();
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset.theme = theme;
}

try {
  const { default: start } = await import("/page.js");
  await start({ module_or_path: "/page_bg.wasm" });
} catch (error) {
  const text = document.createElement("p");
  text.className = "boot-failed";
  text.textContent = `Windrow could not start in this browser (${error}). Reload the page; if that does not help, use a current Chromium or Firefox.`;
  document.body.append(text);
}
