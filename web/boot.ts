// Starts the stand-alone app: requests the first data while the WebAssembly still loads, mounts the
// app, and shows an error if it does not start. web/first.ts has run before. With
// ?embed=1 the page is in an iframe and exchanges messages with its host document.

import type { Embedded, Options } from "./contract";
import { keepFocus } from "./focus";
import {
  about,
  AppError,
  chunksFor,
  chunkUrls,
  configure,
  files,
  fileUrl,
  FIRST_ROWS,
  load,
  panicError,
  prefetch,
  showPanel,
  toAppError,
} from "./load";
import { isIframe, isTable, screenPath, setTheme } from "./page";

declare global {
  interface Window {
    // TypeScript's DOM library has no Trusted Types.
    trustedTypes?: {
      createPolicy(name: string, rules: { createHTML(markup: string): string | null }): unknown;
    };
  }
}

const base = new URL(".", document.baseURI);
const html = document.documentElement;
const inIframe = isIframe();

// Leptos and web/form.ts create elements from markup that is compiled into the app. Where Trusted Types are
// enforced, only such plain markup may become elements, and no script.
window.trustedTypes?.createPolicy("default", {
  createHTML: (markup) => (/<script|<iframe|\son\w+\s*=|javascript:/i.test(markup) ? null : markup),
});

const address = screenPath(base.pathname);

// The app and the error panel replace what the document shows until then, so all of it must be
// there.
const parsed = new Promise<void>((resolve) => {
  if (document.readyState !== "loading") resolve();
  else document.addEventListener("DOMContentLoaded", () => resolve());
});

// Only the first error is shown: later ones follow from it.
let failed = false;
const showError = async (error: AppError) => {
  await parsed;
  if (failed) return;
  failed = true;
  early?.end();
  delete html.dataset.screen;
  document.querySelectorAll(".still-loading").forEach((element) => element.remove());
  const main = document.querySelector<HTMLElement>(".main") || document.body;
  if (error.code === "panic") {
    // What shows does nothing any more; what was typed is offered again after the reload.
    document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
    main.replaceChildren();
  }
  showPanel(main, error, "Reload", reload);
  main.querySelector("button")?.focus();
  if (!inIframe) return;
  // Where it can't be known who else may hear of it, the document's own origin does.
  await ready.catch(() => exchangeMessages([]));
  post("error", { code: error.code, status: error.status, fatal: true });
  post("height", { height: Math.ceil(main.getBoundingClientRect().height) });
};

// Bypasses the cache, which may hold the bad response.
const reload = async () => {
  const { js, wasm, rows, form, chunks } = files;
  const all = new Set([js, wasm, rows, form, ...Object.values(chunks).flat()]);
  const fetchAgain = (file: string) =>
    fetch(fileUrl(base, file), { cache: "reload" }).catch(() => {});
  await Promise.all([...all].map(fetchAgain));
  location.reload();
};

// By URL, because chunks share files.
const preloads: Record<string, HTMLLinkElement> = {};
const preload = (chunk: string) => {
  for (const href of chunkUrls(base, chunk)) {
    preloads[href] ??= document.head.appendChild(
      Object.assign(document.createElement("link"), {
        rel: "preload",
        as: "fetch",
        crossOrigin: "",
        href,
      }),
    );
  }
};
const prefetched: Options["prefetched"] = {};
// A link that is pressed before the app runs: it will show that screen.
const follow = ({ href }: HTMLAnchorElement) => {
  history.pushState(null, "", href);
  delete html.dataset.screen;
  preload("rest");
};

/** Up to this time nobody has waited long, and what comes is better whole. */
const LONG_MS = 1_000;
const until = (time: number) =>
  new Promise((resolve) => setTimeout(resolve, time - performance.now()));
const read = async (response: Promise<Response>) => {
  const { ok, text } = await response;
  return ok ? JSON.parse(await text()) : Promise.reject();
};

let early: ReturnType<(typeof import("./form"))["showForm"]>;
// What can be used before the app runs. An iframe's links lead elsewhere.
const showEarly = async (
  user: Promise<Response>,
  rows: Promise<Response> | undefined,
  api: string,
) => {
  const isForm = address === "queues/new";
  if (inIframe || !(rows || isForm)) return;
  await until(LONG_MS - 400);
  if (app || failed) return;
  const [code, who, first] = await Promise.all([
    import(fileUrl(base, isForm ? files.form : files.rows)),
    read(user),
    rows && read(rows),
    parsed,
    until(LONG_MS),
  ]);
  if (app || failed) return;
  if (isForm) early = (code as typeof import("./form")).showForm(who, api);
  else (code as typeof import("./rows")).showFirstRows(who.id, first.data, follow);
};

const config = configure(base).then((config) => {
  const user = prefetch(prefetched, `${config.api}/users/current`);
  const hasRows = isTable(address) && !address.includes("?");
  const rows = hasRows ? prefetch(prefetched, config.api + FIRST_ROWS) : undefined;
  // What can't be read here the app explains.
  showEarly(user, rows, config.api).catch(() => {});
  user.then(
    // The sign-in screen comes next.
    ({ status }) => status === 401 && preload("rest"),
    () => {},
  );
  return config;
});

let app: Embedded | undefined;

// Messages go to and come from a host document of our own origin, or of one that config.json
// allows, and no other.
let post: (type: string, detail?: object) => void = () => {};
const exchangeMessages = (allowed: string[]) => {
  let target = "";
  try {
    // Firefox has no ancestorOrigins.
    target = location.ancestorOrigins?.[0] || new URL(document.referrer).origin;
  } catch {
    // The browser hides the origin of the host document.
  }
  if (parent === window || ![location.origin, ...allowed].includes(target)) return;
  post = (type, detail) => parent.postMessage({ v: 1, type, ...detail }, target);
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== target || data?.v !== 1) return;
    if (data.type === "theme") setTheme(data.theme);
    if (data.type === "navigate" && typeof data.path === "string") app?.navigate(data.path, false);
    if (data.type === "refresh") app?.refresh();
  });
};

const emit: Options["emit"] = (name, detail) => {
  // Its detail is a function, which a message can't carry.
  post(name, name === "auth-required" ? {} : detail);
  return true;
};

// Before the app runs: the host document must hear of an error while it loads.
const ready = Promise.all([config, parsed]).then(([config]) => {
  if (inIframe) exchangeMessages(config.parents);
  return config;
});
// `load` passes a failure on, but perhaps not at once.
ready.catch(() => {});

const start = async () => {
  const chunks = chunksFor(address);
  const preloadChunks = chunks.length ? () => chunks.forEach(preload) : undefined;
  // At the latest now: behind a first file that hangs nothing else may wait.
  if (preloadChunks) setTimeout(preloadChunks, 700);
  const module = await load(base, "", ready, preloadChunks);
  const { api, dashboard, home, workers } = await ready;
  module.onPanic((message) => {
    console.error(message);
    showError(panicError(message));
  });
  const root = early?.next() ?? document.getElementById("app")!;
  const names = () => [...root.querySelectorAll<HTMLElement>("tbody th a")];
  const focused = names().indexOf(document.activeElement as HTMLElement);
  app = module.mount(root, {
    placement: inIframe ? "iframe" : "standalone",
    routing: inIframe ? "hash" : "path",
    base: base.pathname,
    path: "queues",
    api,
    prefetched,
    pageSize: 25,
    readonly: false,
    label: "Queues",
    headingLevel: 1,
    heading: "shown",
    dashboard,
    home,
    workers,
    about,
    emit: inIframe ? emit : undefined,
  });
  // The app's rows are in the place of the first ones, in the same frame.
  requestAnimationFrame(() => names()[focused]?.focus());
  keepFocus(root, new AbortController().signal);
  if (!inIframe) return;
  const postHeight = () =>
    post("height", { height: Math.ceil(root.getBoundingClientRect().height) });
  new ResizeObserver(postHeight).observe(root);
  post("ready");
};

start().catch((error) => showError(toAppError(error)));
