/**
 * Loads the element from where the release is served. It has the origin of Dioptra's API, and its
 * WebAssembly must lie beside it: so it is imported when the page runs, and no bundler touches it.
 */
export function load(base = "/queues-ui/") {
  const folder = new URL(`${base}`.replace(/\/?$/, "/"), document.baseURI);
  const url = new URL("embed.js", folder).href;
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url);
}
