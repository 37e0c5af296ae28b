// What boot.js and embed.js have in common; `cargo xtask pack` puts it in front of both. Finds the
// configuration, fetches the WebAssembly, and says what is wrong when the app does not start.

// The files of this build by their hashed names: pack writes them here.
let files = { js: "JS", wasm: "WASM", late: "LATE", css: "CSS" };

const NAME = "dioptra-queues";

// The first rows of the table, as src/api/queues.rs asks for them.
const FIRST_ROWS = "/queues/?index=0&pageLength=25&sortBy=createdOn&descending=true";

const TELL = " If that does not help, tell whoever runs this Dioptra.";

// Why the app does not start or go on: `code` is for programs, the rest for people.
class Trouble extends Error {
  constructor(code, what, why, status = null) {
    super(`${what}. ${why}`);
    Object.assign(this, { code, what, why, status });
  }
}

// Where the API is, as a URL without a slash at the end, and which other sites may frame the app.
// The first that says so: `given`, the page's meta tag, config.json beside the app.
async function configure(base, given) {
  const here = given || document.querySelector('meta[name="dioptra-api-base"]')?.content;
  const file = new URL("config.json", base);
  const config = here && !isFrame() ? {} : await read(file);
  const api = here || config.apiBase || "/api/v1";
  const parents = config.parents || [];
  const from = here ? document.baseURI : file;
  if (typeof api !== "string" || !Array.isArray(parents) || !URL.canParse(api, from)) {
    throw broken(file, "apiBase must be a path or a URL, parents a list of origins");
  }
  return { api: new URL(api, from).href.replace(/\/+$/, ""), parents };
}

// The page is a frame in another one, whose origin config.json may allow.
const isFrame = () => new URLSearchParams(location.search).get("embed") === "1";

async function read(file) {
  const answer = await fetch(file, { credentials: "same-origin" }).catch(() => null);
  // Without the file, or without an answer, all is as usual.
  if (!answer || !answer.ok) return {};
  const text = await answer.text();
  // Some servers answer with a page when there is no such file.
  if (/^\s*</.test(text)) return {};
  try {
    return JSON.parse(text) || {};
  } catch (error) {
    throw broken(file, error.message);
  }
}

function broken(file, why) {
  return new Trouble(
    "config",
    "The configuration of the app is broken",
    `${file.pathname} can't be used: ${why}. Whoever runs this Dioptra must correct it.`,
  );
}

// Asks while the WebAssembly is still on its way; src/api/http.rs takes these answers, each once.
function ask(early, url) {
  const answer = fetch(url, { credentials: "same-origin" });
  // Whoever takes it hears of a failure; if nobody does, nobody needs to.
  answer.catch(() => {});
  early[url] = answer;
}

// A URL of a file of this build. Another fragment makes it another instance of the app.
const url = (base, name, fragment = "") => new URL(name + fragment, base).href;

const lost = (file, error) =>
  new Trouble(
    "file",
    "A file of the app could not be loaded",
    `${file} is missing, blocked or broken; a new version may have been deployed. (${error})${TELL}`,
  );

// The first of these that a page makes costs a slow computer 100 ms: better while the WebAssembly is
// still on its way, once something is painted.
const warmUp = () => new Intl.RelativeTimeFormat([], { numeric: "auto" });

// Fetches the WebAssembly and makes it run. `ready` resolves once it may.
async function load(base, fragment, ready) {
  requestAnimationFrame(() => setTimeout(warmUp));
  if (typeof WebAssembly !== "object") {
    throw new Trouble(
      "no-webassembly",
      "This browser has no WebAssembly",
      "The app needs it. Use a current Firefox, Chrome, Edge or Safari, or switch WebAssembly on.",
    );
  }
  const js = url(base, files.js, fragment);
  const wasm = url(base, files.wasm);
  // Another try goes past the cache, which may hold the very answer that was wrong.
  const options = { credentials: "same-origin", cache: fragment ? "reload" : "default" };
  const file = fetch(wasm, options);
  file.catch(() => {});
  if (fragment) await fetch(js, options).catch(() => {});
  const module = await import(js).catch((error) => {
    throw lost(js, error);
  });
  const answer = await file.catch((error) => {
    throw lost(wasm, error);
  });
  const type = answer.headers.get("Content-Type") || "none";
  if (!answer.ok) {
    throw new Trouble(
      "file",
      "A file of the app is missing",
      `${wasm} answered with status ${answer.status}; a new version may have been deployed.${TELL}`,
      answer.status,
    );
  }
  if (!/^application\/wasm\b/.test(type)) {
    throw new Trouble(
      "type",
      "A file of the app has the wrong type",
      `The server must send ${wasm} as application/wasm, not as ${type}.${TELL}`,
    );
  }
  await ready;
  try {
    await module.default({ module_or_path: answer });
  } catch (error) {
    if (/CompileError/.test(error) && /policy|directive|eval/i.test(error)) {
      throw new Trouble(
        "blocked",
        "The security policy of this site blocks the app",
        `The Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src.${TELL}`,
      );
    }
    throw as(error);
  }
  return module;
}

// Whatever went wrong, as trouble.
const as = (error) =>
  error instanceof Trouble ? error : new Trouble("start", "The app could not start", error + TELL);

// A panic: where and what, and the rest for whoever copies the details.
function stopped(words) {
  const [where, what = ""] = words.split("\n");
  const why = `An error of its own: ${where} ${what} What was saved is saved.`;
  return Object.assign(new Trouble("panic", "The app stopped working", why), { message: words });
}

// What happened, its details to copy, and a way on.
function panel(parent, trouble, name, act) {
  const add = (parent, element, text) => {
    const made = document.createElement(element);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const button = (text, action) => {
    const made = add(box, "button", text);
    made.type = "button";
    made.setAttribute("part", "button");
    made.addEventListener("click", () => action(made));
  };
  const box = add(parent, "div", "");
  box.className = "panel failed";
  box.setAttribute("role", "alert");
  box.setAttribute("part", "error");
  add(box, "h1", trouble.what);
  add(box, "p", trouble.why);
  button(name, act);
  button("Copy details", (made) => {
    const details = `${trouble.message}\n${location.href}\n${navigator.userAgent}`;
    const told = (text) => (made.textContent = text);
    // Not there without HTTPS.
    const copied = navigator.clipboard ? navigator.clipboard.writeText(details) : Promise.reject();
    copied.then(() => told("Copied"), () => told("Select the text above and copy it"));
  });
}
