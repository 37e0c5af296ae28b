// Runs first, inline in the page: `cargo xtask pack` puts it there, and its hash must be in the policy of
// deploy/nginx.conf. So that it changes with no release, it finds the names of files in the page.
//
// The page may be the response to the address of any screen, under any path. Its links have no URL
// until it is known where the app is: the browser would look for them beside the screen.

import { basePath, isIframe, isTable, NAME, screenPath, setTheme } from "./page";

const { head, documentElement: html } = document;
const add = (tag: string, properties: object): Element =>
  head.appendChild(Object.assign(document.createElement(tag), properties));

const base = basePath(location.pathname);
add("base", { href: base });

const files = document.querySelector<HTMLMetaElement>("meta[name=files]")!.content.split(" ");
const [boot, css, js, wasm] = files;
// The style sheet is in the page. A policy that names the one of another release blocks it; then the file
// serves.
if (!document.querySelector("style")!.sheet)
  add("link", { rel: "stylesheet", blocking: "render", href: css });
add("link", { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "", href: wasm });
add("link", { rel: "modulepreload", href: js });
// If it is missing, the page says that the app is still loading, and what may be wrong.
import(new URL(boot!, document.baseURI).href).catch(console.error);

// What the first paint depends on. Behind the requests: the first look into storage takes time.
try {
  setTheme(localStorage.getItem(`${NAME}.theme`));
  html.style.setProperty("--dq-attention", `${localStorage.getItem(`${NAME}.attention`) ?? 0}px`);
} catch {
  // Storage is blocked: the system's theme stays.
}
if (isIframe()) html.dataset.iframe = "";
// The style sheet shows the static skeleton of the table only with it.
if (isTable(screenPath(base))) html.dataset.screen = "table";
