// `<dioptra-queues>`, and `mount()` for frameworks without custom elements: the app in a shadow root
// of a host document. All elements of a document share one instance of the WebAssembly.

import type { AppModule, EventDetail, Options } from "./contract";
import { keepFocus } from "./focus";
import {
  about,
  AppError,
  chunksFor,
  chunkUrls,
  configure,
  fileError,
  files,
  fileUrl,
  FIRST_ROWS,
  load,
  panicError,
  prefetch,
  releaseInput,
  showPanel,
  toAppError,
  version,
  webUrl,
} from "./load";
import { isTable, NAME } from "./page";

const base = new URL(".", import.meta.url);

interface Instance {
  module: Promise<AppModule>;
  /** The elements whose apps run in it. */
  elements: Set<DioptraQueues>;
}

let instance: Instance | null = null;
let instances = 0;
let styleSheet: Promise<CSSStyleSheet> | null = null;

const getInstance = () => {
  if (!instance) {
    const elements = new Set<DioptraQueues>();
    const fragment = instances++ ? `#${instances}` : "";
    const module = load(base, fragment).then((module) => {
      module.onPanic((message) => {
        console.error(message);
        instance = null;
        elements.forEach((element) => element.fail(panicError(message)));
      });
      return module;
    });
    const created = (instance = { module, elements });
    // A retry needs a new instance.
    module.catch(() => {
      if (instance === created) instance = null;
    });
  }
  return instance;
};

const loadStyleSheet = () =>
  (styleSheet ??= fetch(fileUrl(base, files.css))
    .then((response) => {
      if (!response.ok) throw new Error(`status ${response.status}`);
      return response.text();
    })
    .then((text) => new CSSStyleSheet().replace(text))
    .catch((error) => {
      styleSheet = null;
      throw fileError(fileUrl(base, files.css), error);
    }));

// Puts a chunk into the HTTP cache, beside the first file. A preload link would have to be in the
// host document's head. The body must be read, or the browser may cancel the request.
const prefetchChunk = (chunk: string) =>
  chunkUrls(base, chunk).forEach((url) => {
    fetch(url)
      .then((response) => response.blob())
      .catch(() => {});
  });

type Attribute = string | null;

const urlOf = (text: Attribute) => (text ? webUrl(text, document.baseURI) : undefined);

// Each property with its attribute and the parser of that. An invalid attribute counts as missing.
const OPTIONS = {
  apiBase: ["api-base", (text: Attribute) => text],
  path: ["path", (text: Attribute) => text || "queues"],
  groupId: [
    "group-id",
    (text: Attribute) => (text && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined),
  ],
  pageSize: ["page-size", (text: Attribute) => Number(text) || 25],
  readonly: ["readonly", (text: Attribute) => text !== null && text !== "false"],
  label: ["label", (text: Attribute) => text || "Queues"],
  headingLevel: ["heading-level", (text: Attribute) => Number(text) || 2],
  heading: ["heading", (text: Attribute) => (text === "hidden" ? text : "shown")],
  dashboard: ["dashboard", urlOf],
  home: ["home", urlOf],
  workers: ["workers", urlOf],
  routing: ["routing", (text: Attribute) => (text === "hash" ? text : "memory")],
  theme: ["theme", (text: Attribute) => (text === "light" || text === "dark" ? text : "auto")],
  auth: ["auth", (text: Attribute) => (text === "self" ? text : "host")],
} satisfies Record<string, [string, (text: Attribute) => unknown]>;

type Values = {
  -readonly [Name in keyof typeof OPTIONS]: ReturnType<(typeof OPTIONS)[Name][1]>;
};

// A mounted app can't take up changes of these.
const RESTART = ["api-base", "routing", "heading-level", "workers"];

// The properties that the loop below the class defines.
interface DioptraQueues extends Omit<Values, "path"> {}

class DioptraQueues extends HTMLElement {
  static readonly version = version.version;
  static observedAttributes = Object.values(OPTIONS).map(([attribute]) => attribute);

  // The mounted app, its instance, and its root: null while there is none; each start makes a new
  // root.
  #app: ReturnType<AppModule["mount"]> | null = null;
  #instance: Instance | null = null;
  #root: HTMLElement | null = null;
  // The current screen.
  #path: string | null = null;
  #config: Awaited<ReturnType<typeof configure>> | null = null;
  // Ends what was requested for the app before it ran.
  #starting: AbortController | null = null;
  // How many events of the app are being dispatched: in the middle of its code it can't be freed.
  #dispatching = 0;
  // The host has heard of unsaved text, and not yet that it is gone.
  #isDirty = false;

  connectedCallback() {
    // A framework may have set options before the element was defined: as properties, which hide the
    // accessors, or as attributes of the properties' names.
    for (const [option, [attribute]] of Object.entries(OPTIONS)) {
      const set = option === attribute ? null : this.getAttribute(option);
      if (set !== null) {
        this.removeAttribute(option);
        if (!this.hasAttribute(attribute)) this.setAttribute(attribute, set);
      }
      if (Object.hasOwn(this, option)) {
        const own = this as unknown as Record<string, unknown>;
        const value = own[option];
        delete own[option];
        own[option] = value;
      }
    }
    if (this.#root) {
      // Moved: an open dialog has left the top layer.
      for (const dialog of this.shadowRoot!.querySelectorAll<HTMLDialogElement>("dialog[open]")) {
        dialog.close();
        dialog.showModal();
      }
    } else {
      this.#start();
    }
  }

  disconnectedCallback() {
    // A move connects it again in the same task.
    setTimeout(() => this.isConnected || this.destroy());
  }

  attributeChangedCallback(attribute: string, before: Attribute, now: Attribute) {
    if (!this.#root || before === now) return;
    if (attribute === "path") this.#setPath(now || "queues");
    else if (RESTART.includes(attribute)) this.#start();
    else if (this.#config) this.#app?.update(this.#settings(this.#config));
  }

  #options() {
    const entries = Object.entries(OPTIONS).map(([option, [attribute, parse]]) => [
      option,
      parse(this.getAttribute(attribute)),
    ]);
    return Object.fromEntries(entries) as Values;
  }

  // Of these what the attributes leave open is config.json's.
  #settings(config: Awaited<ReturnType<typeof configure>>) {
    const { dashboard = config.dashboard, home = config.home, ...options } = this.#options();
    return { ...options, dashboard, home, workers: options.workers ?? config.workers };
  }

  // Frees the app, and replaces the root with an empty one.
  #clear() {
    this.#starting?.abort();
    this.#starting = null;
    this.#instance?.elements.delete(this);
    const app = this.#app;
    this.#app = null;
    app?.destroy();
    app?.free();
    this.#root = document.createElement("div");
    (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(this.#root);
    return this.#root;
  }

  async #start() {
    if (this.#dispatching) return queueMicrotask(() => this.#start());
    const root = this.#clear();
    const options = this.#options();
    this.#path ??= options.path;
    const prefetched: Options["prefetched"] = {};
    const { signal } = (this.#starting = new AbortController());
    // What starts quickly says nothing.
    const slow = setTimeout(() => (root.textContent = "Loading…"), 300);
    signal.addEventListener("abort", () => clearTimeout(slow), { once: true });
    try {
      const { module, elements } = (this.#instance = getInstance());
      chunksFor(this.#path).forEach(prefetchChunk);
      const config = configure(base, options.apiBase).then((config) => {
        if (signal.aborted) return config;
        prefetch(prefetched, `${config.api}/users/current`, signal);
        // A fragment may name another screen.
        const isDefault = options.pageSize === 25 && !options.groupId && options.routing !== "hash";
        if (isDefault && this.#path !== null && isTable(this.#path) && !this.#path.includes("?")) {
          prefetch(prefetched, config.api + FIRST_ROWS, signal);
        }
        return config;
      });
      const [{ mount }, found, sheet] = await Promise.all([module, config, loadStyleSheet()]);
      // Removed or restarted meanwhile.
      if (this.#root !== root) return;
      clearTimeout(slow);
      this.shadowRoot!.adoptedStyleSheets = [sheet];
      elements.add(this);
      this.#config = found;
      this.#app = mount(root, {
        ...this.#settings(found),
        placement: "element",
        path: this.#path,
        base: base.href,
        api: found.api,
        prefetched,
        about,
        emit: (name, detail) => this.#emit(name, detail),
      });
      keepFocus(root, signal);
      this.#dispatch("ready", { version: version.version });
    } catch (error) {
      if (this.#root === root) this.fail(toAppError(error));
    }
  }

  #emit(name: string, detail: EventDetail) {
    if (name === "route") this.#path = detail.path as string;
    if (name === "dirty") this.#isDirty = detail.dirty as boolean;
    // With auth="self" the app signs in by itself, so the host document gets no event.
    if (name === "auth-required" && this.auth === "self") return true;
    this.#dispatching++;
    try {
      return this.#dispatch(name, detail);
    } finally {
      this.#dispatching--;
    }
  }

  #dispatch(name: string, detail: EventDetail) {
    const init = { detail, bubbles: true, composed: true, cancelable: name === "auth-required" };
    return this.dispatchEvent(new CustomEvent(`dq-${name}`, init));
  }

  /** Replaces the app with an error panel. Not part of the public API. */
  fail(error: AppError) {
    // Code that has panicked must not be called again. What was typed in it is left for the next one.
    if (error.code === "panic") {
      if (this.#isDirty) this.#dispatch("dirty", { dirty: (this.#isDirty = false) });
      this.#app = null;
      releaseInput();
    }
    const root = this.#clear();
    root.className = "app";
    // The panel is readable without its style sheet.
    loadStyleSheet().then(
      (sheet) => (this.shadowRoot!.adoptedStyleSheets = [sheet]),
      () => {},
    );
    showPanel(root, error, "Try again", () => this.#retry());
    this.#dispatch("error", { code: error.code, status: error.status, fatal: true });
  }

  // A new version may have other files. Its embed.js has their names; the query bypasses each cache.
  async #retry() {
    const root = this.#root;
    try {
      const fresh = (await import(`${import.meta.url.split("?")[0]}?${Date.now()}`)).files;
      if (fresh.css !== files.css) styleSheet = null;
      Object.assign(files, fresh);
    } catch {
      // Retry with the known files.
    }
    // Whoever presses the button twice starts it once; it may also be gone by now.
    if (root && this.#root === root) this.#start();
  }

  navigate(path: string) {
    if (this.#app) this.#app.navigate(String(path), false);
    else this.#path = String(path);
  }

  // A host document that sets the path has an entry of the history for it, unless the app keeps the
  // history itself.
  #setPath(path: string) {
    if (this.#app) this.#app.navigate(path, this.routing === "memory");
    else this.#path = path;
  }

  refresh() {
    this.#app?.refresh();
  }

  async canLeave() {
    const signal = this.#starting?.signal;
    if (!this.#app || !signal) return true;
    // What goes while somebody is asked has nothing to lose any more.
    const gone = new Promise<boolean>((resolve) =>
      signal.addEventListener("abort", () => resolve(true), { once: true }),
    );
    return Promise.race([this.#app.canLeave(), gone]);
  }

  override focus() {
    if (this.#app) this.#app.focus();
    else this.#root?.querySelector("button")?.focus();
  }

  destroy() {
    if (this.#dispatching) return queueMicrotask(() => this.destroy());
    if (!this.#root) return;
    this.#clear().remove();
    this.#root = null;
    this.#path = null;
  }

  get path() {
    return this.#path ?? this.#options().path;
  }

  // The attribute may say so already though another screen shows.
  set path(path: string | null | undefined) {
    if (path === null || path === undefined) this.removeAttribute("path");
    else if (this.getAttribute("path") === path) this.#setPath(path);
    else this.setAttribute("path", path);
  }
}

for (const [option, [attribute, parse]] of Object.entries(OPTIONS)) {
  if (option === "path") continue;
  Object.defineProperty(DioptraQueues.prototype, option, {
    get(this: DioptraQueues) {
      return parse(this.getAttribute(attribute));
    },
    set(this: DioptraQueues, value: unknown) {
      if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value === true ? "" : (value as string));
    },
  });
}

declare global {
  interface HTMLElementTagNameMap {
    "dioptra-queues": DioptraQueues;
  }
}

/** For frameworks without custom elements. The options have the names of the properties. */
function mount(parent: ParentNode, options: Partial<Values> = {}) {
  const element = document.createElement(NAME);
  const update = (changes: Partial<Values>) => void Object.assign(element, changes);
  update(options);
  parent.append(element);
  return {
    update,
    navigate: (path: string) => element.navigate(path),
    refresh: () => element.refresh(),
    canLeave: () => element.canLeave(),
    destroy() {
      element.destroy();
      element.remove();
    },
  };
}

// If the document loads the script twice, the first definition stays.
if (!customElements.get(NAME)) customElements.define(NAME, DioptraQueues);

const { version: number } = version;
export { files, mount, number as version };
