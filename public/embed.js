// `<dioptra-queues>`, and `mount()` for pages without custom elements: the app in somebody else's
// page, in a shadow root. One instance of the WebAssembly serves all elements of a page.

const base = new URL(".", import.meta.url);

let instance = null;
let instances = 0;
let sheet = null;

// The instance, and the elements whose apps live in it.
const open = () => {
  if (!instance) {
    const elements = new Set();
    const fragment = instances++ ? `#${instances}` : "";
    const module = load(base, fragment).then((module) => {
      module.onPanic((words) => {
        console.error(words);
        instance = null;
        elements.forEach((element) => element.fail(stopped(words)));
      });
      return module;
    });
    // A later try begins anew.
    const made = { module, elements };
    module.catch(() => instance === made && (instance = null));
    instance = made;
  }
  return instance;
};

const styles = () =>
  (sheet ||= fetch(url(base, files.css))
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(`status ${answer.status}`))))
    .then((text) => new CSSStyleSheet().replace(text))
    .catch((error) => {
      sheet = null;
      throw lost(url(base, files.css), error);
    }));

// Each property with its attribute and what the attribute's text means; what can't be read is as if
// it were not there.
const OPTIONS = {
  apiBase: ["api-base", (text) => text],
  path: ["path", (text) => text || "queues"],
  groupId: ["group-id", (text) => (/^[1-9]\d*$/.test(text) ? Number(text) : undefined)],
  pageSize: ["page-size", (text) => Number(text) || 25],
  readonly: ["readonly", (text) => text !== null && text !== "false"],
  label: ["label", (text) => text || "Queues"],
  headingLevel: ["heading-level", (text) => Number(text) || 2],
  routing: ["routing", (text) => (text === "hash" ? text : "memory")],
  theme: ["theme", (text) => (text === "light" || text === "dark" ? text : "auto")],
  auth: ["auth", (text) => (text === "self" ? text : "host")],
};
// What a running app can't take up.
const ANEW = ["api-base", "routing", "heading-level"];

class DioptraQueues extends HTMLElement {
  static observedAttributes = Object.values(OPTIONS).map(([attribute]) => attribute);

  // The app, once it runs, the instance that it runs in, and what it stands in: null when there is
  // none, another one whenever it begins anew.
  #app = null;
  #instance = null;
  #root = null;
  // The screen that shows.
  #path = null;

  connectedCallback() {
    // A framework may have set properties before this class was there.
    for (const option in OPTIONS) {
      if (Object.hasOwn(this, option)) {
        const value = this[option];
        delete this[option];
        this[option] = value;
      }
    }
    if (this.#root) {
      // Moved: a dialog that was open has lost its place above the page.
      for (const dialog of this.shadowRoot.querySelectorAll("dialog[open]")) {
        dialog.close();
        dialog.showModal();
      }
    } else {
      this.#start();
    }
  }

  disconnectedCallback() {
    // Whoever moves it puts it back in the same task.
    setTimeout(() => this.isConnected || this.destroy());
  }

  attributeChangedCallback(attribute, before, now) {
    if (!this.#root || before === now) return;
    if (attribute === "path") this.navigate(now || "queues");
    else if (ANEW.includes(attribute)) this.#start();
    else this.#app?.update(this.#options());
  }

  #options() {
    const entries = Object.entries(OPTIONS);
    return Object.fromEntries(entries.map(([option, [name, parse]]) => [option, parse(this.getAttribute(name))]));
  }

  // Puts an empty element in the place of whatever there is.
  #clear() {
    this.#instance?.elements.delete(this);
    this.#app?.destroy();
    this.#app?.free();
    this.#app = null;
    this.#root = document.createElement("div");
    (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(this.#root);
    return this.#root;
  }

  async #start() {
    const root = this.#clear();
    const options = this.#options();
    this.#path ??= options.path;
    const early = {};
    try {
      const { module, elements } = (this.#instance = open());
      const config = configure(base, options.apiBase).then((config) => {
        ask(early, `${config.api}/users/current`);
        const isTable = /^\/?(queues\/?)?$/.test(this.#path);
        if (isTable && options.pageSize === 25 && !options.groupId) ask(early, config.api + FIRST_ROWS);
        return config;
      });
      const [{ mount }, { api }, sheet] = await Promise.all([module, config, styles()]);
      // Taken away or begun anew meanwhile.
      if (this.#root !== root) return;
      this.shadowRoot.adoptedStyleSheets = [sheet];
      elements.add(this);
      this.#app = mount(root, {
        ...this.#options(),
        place: "element",
        path: this.#path,
        base: base.href,
        api,
        early,
        emit: (name, detail) => this.#emit(name, detail),
      });
      this.#dispatch("ready", {});
    } catch (error) {
      if (this.#root === root) this.fail(as(error));
    }
  }

  #emit(name, detail) {
    if (name === "route") this.#path = detail.path;
    // Who looks after signing in by itself hears nothing of it.
    return (name === "auth-required" && this.auth === "self") || this.#dispatch(name, detail);
  }

  #dispatch(name, detail) {
    const init = { detail, bubbles: true, composed: true, cancelable: name === "auth-required" };
    return this.dispatchEvent(new CustomEvent(`dq-${name}`, init));
  }

  // The app does not start, or can't go on. Not for the page to call.
  fail(trouble) {
    // What has panicked is not to be called again.
    if (trouble.code === "panic") this.#app = null;
    const root = this.#clear();
    root.className = "app";
    // It may lack its style, but not its words.
    styles().then((sheet) => (this.shadowRoot.adoptedStyleSheets = [sheet]), () => {});
    panel(root, trouble, "Try again", () => this.#again());
    this.#dispatch("error", { code: trouble.code, status: trouble.status, fatal: true });
  }

  // A new version may have other files: this script knows them, past every cache.
  async #again() {
    try {
      files = (await import(`${import.meta.url.split("?")[0]}?${Date.now()}`)).files;
    } catch {
      // Then with those that we know.
    }
    if (this.#root) this.#start();
  }

  navigate(path) {
    if (this.#app) this.#app.navigate(String(path));
    else this.#path = String(path);
  }

  refresh() {
    this.#app?.refresh();
  }

  async canLeave() {
    return this.#app ? this.#app.canLeave() : true;
  }

  focus() {
    if (this.#app) this.#app.focus();
    else this.#root?.querySelector("button")?.focus();
  }

  destroy() {
    if (!this.#root) return;
    this.#clear().remove();
    this.#root = null;
    this.#path = null;
  }

  get path() {
    return this.#path ?? this.#options().path;
  }

  set path(path) {
    this.setAttribute("path", path);
  }
}

for (const option in OPTIONS) {
  const [attribute, parse] = OPTIONS[option];
  if (option === "path") continue;
  Object.defineProperty(DioptraQueues.prototype, option, {
    get() {
      return parse(this.getAttribute(attribute));
    },
    set(value) {
      if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value === true ? "" : value);
    },
  });
}

// For pages whose framework does not know custom elements. Options are named as the properties.
function mount(parent, options = {}) {
  const element = document.createElement(NAME);
  const update = (changes) => void Object.assign(element, changes);
  update(options);
  parent.append(element);
  return {
    update,
    navigate: (path) => element.navigate(path),
    refresh: () => element.refresh(),
    canLeave: () => element.canLeave(),
    destroy() {
      element.destroy();
      element.remove();
    },
  };
}

// The script may be there twice; the first one's element stays.
if (!customElements.get(NAME)) customElements.define(NAME, DioptraQueues);

export { files, mount };
