// Runs before anything is painted: sets the theme, asks for the first rows while the WebAssembly
// is still on its way, starts the app, and says what is wrong if it does not start.
(function () {
  "use strict";
  const { js, wasm } = document.currentScript.dataset;
  const api = "/api/v1";

  try {
    const theme = localStorage.getItem("dioptra-queues.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden: as the system.
  }

  // src/api/http.rs takes these answers, each once, instead of asking again.
  const early = {};
  const ask = (path) => {
    const answer = fetch(api + path, { credentials: "same-origin" });
    // Whoever takes it hears of a failure; if nobody does, nobody needs to.
    answer.catch(() => {});
    early[api + path] = answer;
  };
  ask("/users/current");
  if (/^\/(queues\/?)?$/.test(location.pathname) && !location.search) {
    ask("/queues/?index=0&pageLength=25&sortBy=createdOn&descending=true");
  }
  window.dioptraQueues = { early };

  const show = (what, why) => {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => show(what, why));
      return;
    }
    const add = (parent, name, text) => {
      const element = document.createElement(name);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    const panel = add(document.querySelector("main") || document.body, "div", "");
    panel.className = "panel failed";
    panel.setAttribute("role", "alert");
    add(panel, "h1", what);
    add(panel, "p", why);
    const button = add(panel, "button", "Reload");
    button.type = "button";
    // Past the cache, which may hold the very answer that was wrong.
    const fresh = (file) => fetch(file, { cache: "reload" }).catch(() => {});
    button.addEventListener("click", () => Promise.all([js, wasm].map(fresh)).then(() => location.reload()));
    document.querySelectorAll(".late").forEach((late) => late.remove());
  };

  const tell = " If reloading does not help, tell whoever runs this Dioptra.";
  const load = async () => {
    if (typeof WebAssembly !== "object") {
      return show(
        "This browser has no WebAssembly",
        "The app needs it. Use a current Firefox, Chrome, Edge or Safari, or switch WebAssembly on.",
      );
    }
    const file = fetch(wasm, { credentials: "same-origin" });
    file.catch(() => {});
    let start;
    try {
      start = (await import(js)).default;
    } catch (error) {
      return show(
        "A file of the app could not be loaded",
        js + " is missing, blocked or broken; a new version may have been deployed. (" + error + ")" + tell,
      );
    }
    let answer;
    try {
      answer = await file;
    } catch (error) {
      return show("A file of the app could not be loaded", wasm + " did not arrive. (" + error + ")" + tell);
    }
    const type = answer.headers.get("Content-Type") || "none";
    if (!answer.ok) {
      return show(
        "A file of the app is missing",
        wasm + " answered with status " + answer.status + "; a new version may have been deployed." + tell,
      );
    }
    if (!/^application\/wasm\b/.test(type)) {
      return show(
        "A file of the app has the wrong type",
        "The server must send " + wasm + " as application/wasm, not as " + type + "." + tell,
      );
    }
    // The page must be whole: the app takes the place of what shows until now.
    if (document.readyState === "loading") {
      await new Promise((whole) => document.addEventListener("DOMContentLoaded", whole));
    }
    try {
      await start({ module_or_path: answer });
    } catch (error) {
      const blocked = /CompileError/.test(error) && /policy|directive|eval/i.test(error);
      show(
        blocked ? "The security policy of this site blocks the app" : "The app could not start",
        (blocked ? "The Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src." : String(error)) + tell,
      );
    }
  };

  // A panic ends the app: what is on the screen no longer answers, so that must be said.
  let stopped = false;
  addEventListener("error", ({ error }) => {
    if (!stopped && error instanceof WebAssembly.RuntimeError) {
      stopped = true;
      show("The app stopped working", "An error of its own: " + error + ". Reload to go on.");
    }
  });
  load();
})();
