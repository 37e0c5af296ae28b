// Runs before anything is painted: sets the theme, asks for the first rows while the WebAssembly
// is still on its way, starts the app, and says what is wrong if it does not start. With
// ?embed=1 the page is a frame in another one, and both speak by messages.

const base = new URL(".", document.baseURI);
const root = document.documentElement;
const framed = isFrame();

// Leptos makes elements of markup that is in the app as it was compiled: plain elements. Where
// Trusted Types are enforced, only markup like that may become elements, and no script.
if (window.trustedTypes) {
  trustedTypes.createPolicy("default", {
    createHTML: (markup) => (/<script|<iframe|\son\w+\s*=|javascript:/i.test(markup) ? null : markup),
  });
}

const setTheme = (theme) => {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
};
try {
  setTheme(localStorage.getItem(`${NAME}.theme`));
} catch {
  // Storage is forbidden: as the system.
}
if (framed) root.dataset.frame = "";

// The page must be whole: the app takes the place of what shows until now.
const whole = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done);
});

// Once: what comes after the first trouble comes of it.
let troubled = false;
const show = (trouble) =>
  whole.then(() => {
    if (troubled) return;
    troubled = true;
    document.querySelectorAll(".late").forEach((late) => late.remove());
    // Past the cache, which may hold the very answer that was wrong.
    const fresh = (name) => fetch(url(base, name), { cache: "reload" }).catch(() => {});
    const { js, wasm, late } = files;
    const reload = () => Promise.all([js, wasm, late].map(fresh)).then(() => location.reload());
    panel(document.querySelector(".main") || document.body, trouble, "Reload", reload);
    if (framed) post("error", { code: trouble.code, status: trouble.status, fatal: true });
  });

// What all screens but the table need beside the rest of the app; src/pages/late.rs takes it.
const fetchLate = () => {
  const link = document.createElement("link");
  const href = url(base, files.late);
  document.head.append(Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "", href }));
};

const early = {};
const address = framed ? location.hash.slice(1) : location.pathname.slice(base.pathname.length) + location.search;
const isTable = /^\/?(queues\/?|index\.html)?(\?|$)/.test(address);
if (!isTable) fetchLate();
const config = configure(base).then((config) => {
  const user = `${config.api}/users/current`;
  ask(early, user);
  if (isTable && !address.includes("?")) ask(early, config.api + FIRST_ROWS);
  // Who is not signed in gets to the form for that.
  early[user].then(({ status }) => isTable && status === 401 && fetchLate(), () => {});
  return config;
});

// The parent hears us, and we hear it, if it is of our own site or config.json allows its origin.
let app;
let post = () => {};
const listen = ({ parents }) => {
  let above = location.ancestorOrigins ? location.ancestorOrigins[0] : "";
  try {
    above = above || new URL(document.referrer).origin;
  } catch {
    // The parent does not say where it is from.
  }
  if (parent === window || ![location.origin, ...parents].includes(above)) return;
  post = (type, detail) => parent.postMessage({ v: 1, type, ...detail }, above);
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== above || !data || data.v !== 1) return;
    if (data.type === "theme") setTheme(data.theme);
    if (data.type === "navigate" && typeof data.path === "string" && app) app.navigate(data.path);
    if (data.type === "refresh" && app) app.refresh();
  });
};

const panicked = (words) => {
  console.error(words);
  show(stopped(words));
};

const start = async () => {
  const { api, parents } = await config;
  if (framed) listen({ parents });
  const element = document.getElementById("app");
  const options = {
    place: framed ? "frame" : "page",
    routing: framed ? "hash" : "path",
    base: base.pathname,
    path: "queues",
    api,
    early,
    pageSize: 25,
    readonly: false,
    label: "Queues",
    headingLevel: 1,
    emit: framed ? (name, detail) => (post(name, name === "auth-required" ? {} : detail), true) : undefined,
  };
  const mounted = (embedded) => {
    app = embedded;
    if (framed) {
      new ResizeObserver(() => post("height", { height: Math.ceil(element.getBoundingClientRect().height) }))
        .observe(element);
      post("ready");
    }
  };
  // src/embed.rs takes it from here, as soon as the WebAssembly runs.
  return { root: element, options, mounted, panicked };
};

const ready = Promise.all([config, whole])
  .then(start)
  .then((page) => {
    window.dioptraQueues = page;
  });
// Heard of below.
ready.catch(() => {});
load(base, "", ready).catch((error) => show(as(error)));
