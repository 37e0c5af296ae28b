/**
 * Loads the element from where the release is served. It has the origin of Dioptra's API, and its
 * WebAssembly must lie beside it: so it is imported when the page runs, and no bundler touches it.
 */
export function load(base = "/queues-ui/") {
  const folder = new URL(base, document.baseURI);
  // A folder, also without the slash; but no file, and not this page.
  if (base && !/(\/|\.(m?js|html?))$/.test(folder.pathname)) folder.pathname += "/";
  const url = new URL("embed.js", folder).href;
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url);
}
