// Shared by boot.ts and embed.ts: finds the configuration, loads the WebAssembly, and shows an error
// panel if the app does not start.

import type { AppModule, Files, Options, Version } from "./contract";
import { isTable, NAME } from "./page";

// esbuild's `define` replaces it.
declare const FILES: Files;
declare const VERSION: Version;

/** The files of this build. embed.ts updates them in place when a new version was deployed. */
export const files = FILES;

/** What this build is; also in version.json. */
export const version = VERSION;

/** The same in words. */
export const about = `Dioptra queues ${version.version} (${version.commit}), tested with Dioptra ${version.dioptra}`;

/** Path of the table's first rows in the API. src/api/queues.rs must build the same one. */
export const FIRST_ROWS = "/queues/?index=0&pageLength=25&sortBy=createdOn&descending=true";

const CONTACT = " If that does not help, tell whoever runs this Dioptra.";

/** Why the app does not start or go on: `code` for programs, `title` and `explanation` to show. */
export class AppError extends Error {
  declare readonly code: string;
  declare readonly title: string;
  declare readonly explanation: string;
  declare readonly status: number | null;

  constructor(
    code: string,
    title: string,
    explanation: string,
    status: number | null = null,
    message = `${title}. ${explanation}`,
  ) {
    super(message);
    Object.assign(this, { code, title, explanation, status });
  }
}

/** The chunks that the screen at a path needs beside the first WebAssembly file. */
export const chunksFor = (path: string): string[] =>
  isTable(path) ? [] : [/^\/?queues\/new(\?|$)/.test(path) ? "form" : "rest"];

/** URL of a file of this build. Another fragment makes it another instance of a module. */
export const fileUrl = (base: URL, file: string, fragment = "") =>
  new URL(file + fragment, base).href;

/** URLs of the WebAssembly files of a chunk. */
export const chunkUrls = (base: URL, chunk: string) =>
  (files.chunks[chunk] ?? []).map((file) => fileUrl(base, file));

interface Configuration {
  /** URL of the API, without a trailing slash. */
  api: string;
  /** As in `Options`. */
  dashboard: string | undefined;
  home: string | undefined;
  workers: string | undefined;
  /** Origins of the host documents that may exchange messages with the iframe. */
  parents: string[];
}

/**
 * Finds the API. The first of these decides: the argument, the page's meta tag, config.json beside
 * the app, the default. The rest of config.json is what no argument says.
 */
export async function configure(base: URL, apiBase?: string | null): Promise<Configuration> {
  const given =
    apiBase || document.querySelector<HTMLMetaElement>('meta[name="dioptra-api-base"]')?.content;
  const file = new URL("config.json", base);
  // A host document that says where the API is says the rest too.
  const config = apiBase ? {} : await readConfig(file);
  const api = given || config.apiBase || "/api/v1";
  const parents = config.parents || [];
  const from = given ? document.baseURI : file;
  if (typeof api !== "string" || !URL.canParse(api, from)) {
    throw configError(file, "apiBase must be a path or a URL");
  }
  if (!Array.isArray(parents) || !parents.every((it) => URL.canParse(it) && new URL(it).host)) {
    throw configError(file, 'parents must be a list of origins like "https://dashboard.example"');
  }
  const url = (name: "dashboard" | "home" | "workers") => {
    const value = config[name];
    if (value === undefined || value === null) return undefined;
    const found = typeof value === "string" ? webUrl(value, file) : undefined;
    if (!found) throw configError(file, `${name} must be a path or a URL`);
    return found;
  };
  return {
    api: new URL(api, from).href.replace(/\/+$/, ""),
    // With a slash at the end it would be equal to no origin.
    parents: parents.map((it) => new URL(it)).map(({ protocol, host }) => `${protocol}//${host}`),
    dashboard: url("dashboard"),
    home: url("home"),
    workers: url("workers"),
  };
}

/** A URL that a link may lead to, or nothing: no script. */
export function webUrl(text: string, from: URL | string): string | undefined {
  if (!URL.canParse(text, from)) return undefined;
  const { protocol, href } = new URL(text, from);
  // The place of an id is encoded.
  return /^https?:$/.test(protocol) ? href.replace(/%7Bid%7D/gi, "{id}") : undefined;
}

type Config = Partial<Record<"apiBase" | "parents" | "dashboard" | "home" | "workers", unknown>>;

async function readConfig(file: URL): Promise<Config> {
  // One that never arrives must be said, too.
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(file, { credentials: "same-origin", signal }).catch(() => null);
  // The file is optional, but only 404 says that there is none: with the defaults the app would speak
  // to another API than it should.
  if (response?.status === 404) return {};
  if (!response?.ok)
    throw configError(file, response ? `status ${response.status}` : "no response");
  const text = await response.text().catch(() => {
    throw configError(file, "no response");
  });
  // Some servers send an HTML page instead of a 404.
  if (/^\s*</.test(text)) return {};
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    throw configError(file, (error as Error).message);
  }
}

const configError = (file: URL, reason: string) =>
  new AppError(
    "config",
    "The configuration of the app is broken",
    `${file.pathname} can't be used: ${reason}. Whoever runs this Dioptra must correct it.`,
  );

/**
 * Sends a request while the WebAssembly still loads; src/api/http.rs uses the response. `abort` ends
 * it if the app is gone before that.
 */
export function prefetch(
  prefetched: Options["prefetched"],
  url: string,
  abort?: AbortSignal,
): Promise<Response> {
  const controller = new AbortController();
  const endWith = (signal: AbortSignal) =>
    signal.addEventListener("abort", () => controller.abort(), { once: true });
  if (abort) endWith(abort);
  const response = fetch(url, { credentials: "same-origin", signal: controller.signal }).then(
    async (response) => {
      // Read at once: what the app then waits for is there, and the browser paints once instead of
      // after each of them.
      const text = await response.text();
      return Object.assign(response, { text: async () => text });
    },
  );
  // The app handles a failure, if it uses the response at all.
  response.catch(() => {});
  prefetched[url] = (signal) => {
    endWith(signal);
    return response;
  };
  return response;
}

/** A file of the app is missing or broken. */
export const fileError = (url: string, error: unknown) =>
  new AppError(
    "file",
    "A file of the app could not be loaded",
    `${url} is missing, blocked or broken; a new version may have been deployed. (${error})${CONTACT}`,
  );

// The first ones take 100 ms on a slow computer. After the first paint, while the WebAssembly still
// loads, that delays nothing.
const warmUp = () => {
  new Intl.RelativeTimeFormat([], { numeric: "auto" }).format(-1, "day");
  new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "long" }).format(0);
};

// Calls back when three quarters of the first WebAssembly file have arrived. What is requested then
// shares the network with its last quarter only: requested beside it, chunks would delay the file
// that has to run first. Measured at 1.6 Mbit/s: the form shows 100 ms earlier.
const onMostOf = async (response: Response, callback: () => void) => {
  const reader = response.clone().body!.getReader();
  let left = files.wasmBytes * 0.75;
  while (left > 0) {
    const { value, done } = await reader.read();
    if (done) break;
    left -= value.length;
  }
  callback();
  // Read to its end, since unread bytes would be kept in memory.
  while (!(await reader.read()).done);
};

/**
 * Loads the WebAssembly and starts it, once `ready` has resolved. A fragment makes another instance
 * of it, for a retry. Most of it has arrived when `mostLoaded` is called.
 */
export async function load(
  base: URL,
  fragment: string,
  ready?: Promise<unknown>,
  mostLoaded?: () => void,
): Promise<AppModule> {
  requestAnimationFrame(() => setTimeout(warmUp));
  if (typeof WebAssembly !== "object") {
    throw new AppError(
      "no-webassembly",
      "This browser has no WebAssembly",
      "The app needs it. Use a current Firefox, Chrome, Edge or Safari, or switch WebAssembly on.",
    );
  }
  const js = fileUrl(base, files.js, fragment);
  const wasm = fileUrl(base, files.wasm);
  // A retry bypasses the cache, which may hold the bad response.
  const init: RequestInit = { credentials: "same-origin", cache: fragment ? "reload" : "default" };
  const fetched = fetch(wasm, init);
  if (mostLoaded) fetched.then((response) => onMostOf(response, mostLoaded)).catch(() => {});
  // Handled below, after the import.
  fetched.catch(() => {});
  if (fragment) await fetch(js, init).catch(() => {});
  const module: AppModule = await import(js).catch((error) => {
    throw fileError(js, error);
  });
  const response = await fetched.catch((error) => {
    throw fileError(wasm, error);
  });
  const type = response.headers.get("Content-Type") || "none";
  if (!response.ok) {
    throw new AppError(
      "file",
      "A file of the app is missing",
      `${wasm} answered with status ${response.status}; a new version may have been deployed.${CONTACT}`,
      response.status,
    );
  }
  if (!/^application\/wasm\b/.test(type)) {
    throw new AppError(
      "type",
      "A file of the app has the wrong type",
      `The server must send ${wasm} as application/wasm, not as ${type}.${CONTACT}`,
    );
  }
  await ready;
  try {
    await module.default({ module_or_path: response });
  } catch (error) {
    throw startError(error);
  }
  return module;
}

function startError(error: unknown) {
  if (/CompileError.*(policy|directive|eval)/is.test(String(error))) {
    return new AppError(
      "blocked",
      "The security policy of this site blocks the app",
      `The Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src.${CONTACT}`,
    );
  }
  return toAppError(error);
}

/** Any error as one to show. */
export const toAppError = (error: unknown) =>
  error instanceof AppError
    ? error
    : new AppError("start", "The app could not start", error + CONTACT);

/** A panic: its place and its first line to show, the whole message to copy. */
export function panicError(message: string) {
  const [place, reason = ""] = message.split("\n");
  const explanation = `An error of its own: ${place} ${reason} What was saved is saved.`;
  return new AppError("panic", "The app stopped working", explanation, null, message);
}

/** After a panic: the forms of this page are open no more, see `InputStore` in src/storage.rs. */
export function releaseInput() {
  const page = ` ${Math.trunc(performance.timeOrigin * 1e3)}`;
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(`${NAME}.open.`) && localStorage.getItem(key)!.endsWith(page))
        localStorage.removeItem(key);
  } catch {
    // Storage is blocked: nothing was kept.
  }
}

/** Shows an error, a button to retry, and a button to copy the details. */
export function showPanel(
  parent: HTMLElement,
  error: AppError,
  retryLabel: string,
  retry: () => void,
) {
  const add = <Name extends keyof HTMLElementTagNameMap>(to: Element, name: Name, text: string) => {
    const element = document.createElement(name);
    element.textContent = text;
    to.append(element);
    return element;
  };
  const addButton = (text: string, onClick: (button: HTMLButtonElement) => void) => {
    const button = add(box, "button", text);
    button.type = "button";
    button.setAttribute("part", "button");
    button.addEventListener("click", () => onClick(button));
  };
  const box = add(parent, "div", "");
  box.className = "panel failed";
  box.setAttribute("role", "alert");
  box.setAttribute("part", "error");
  add(box, "h1", error.title);
  add(box, "p", error.explanation);
  addButton(retryLabel, retry);
  addButton("Copy details", (button) => {
    const details = `${error.message}\n${location.href}\n${navigator.userAgent}`;
    const setText = (text: string) => (button.textContent = text);
    // The clipboard exists in secure contexts only.
    const copied = navigator.clipboard ? navigator.clipboard.writeText(details) : Promise.reject();
    copied.then(
      () => setText("Copied"),
      () => setText("Select the text above and copy it"),
    );
  });
}
