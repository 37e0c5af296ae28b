// Shows the form "Create queue" while the WebAssembly still loads, where that takes long. What is typed,
// chosen and pressed in it goes on in the app's form, which takes its place in one frame.

import { NAME } from "./page";

/** What `/users/current` says, as far as the form needs it. */
export interface User {
  id: number;
  groups?: { id: number; name: string }[];
}

/** What src/pages/queue_form shows; tests/e2e/src/early.rs compares the two. */
const MARKUP = `<div class="early">
<h1><bdi>Create queue</bdi></h1>
<div class="split">
<form novalidate class="form">
<p class="hint"><span aria-hidden="true" class="required">*</span> means required</p>
<div>
<div class="field">
<label for="name">Name<span class="required" aria-hidden="true"> *</span></label>
<div class="hint" id="name-hint">A worker must listen to exactly this name. Letters, numbers, spaces, dots, hyphens and underscores.</div>
<input part="input" id="name" name="name" autocomplete="off" autocapitalize="none" spellcheck="false" required aria-describedby="name-hint">
<div class="suggestions">
<p class="hint" id="environments">Worker environments that Dioptra ships:</p>
<ul class="chips" aria-labelledby="environments"></ul>
</div>
</div>
</div>
<div class="field">
<label for="group">Group<span class="required" aria-hidden="true"> *</span></label>
<div class="hint" id="group-hint">Owns the queue and controls who may use it.</div>
<select part="input" id="group" name="group" required aria-describedby="group-hint"><option value="">Select a group</option></select>
</div>
<div class="field">
<label for="description">Description<span class="required" aria-hidden="true"> *</span></label>
<div class="hint" id="description-hint">What the queue is for: its machines, its users, its limits.</div>
<textarea part="input" id="description" name="description" rows="5" dir="auto" required aria-describedby="description-hint"></textarea>
</div>
<div class="row"><button class="primary" part="button">Create queue</button><button part="button" type="button">Save as draft</button><a class="button" part="button" href="queues">Cancel</a><span role="status"></span></div>
</form>
</div>
</div>`;

/** As src/domain/suggest.rs has them. */
const ENVIRONMENTS = ["tensorflow-cpu", "tensorflow-gpu", "pytorch-cpu", "pytorch-gpu"];

/** All that one can use in a form, in an order that both forms have. */
const controls = (form: Element) => [
  ...form.querySelectorAll<HTMLElement>("input, select, textarea, button, a"),
];

/**
 * Shows the form for a user in the static page, which must be there, unless input for it is stored, which
 * the app restores. `api` is the URL of the API.
 */
export function showForm({ id, groups }: User, api: string) {
  // As src/storage.rs names them.
  const place = `${NAME}.new-queue.${id}.0.${api}#`;
  const isStored = Object.keys(localStorage).some((key) => key.startsWith(place));
  if (!groups?.length || isStored) return undefined;
  const page = document.getElementById("app")!;
  page.querySelector(".main")!.insertAdjacentHTML("afterbegin", MARKUP);
  const form = page.querySelector("form")!;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
  for (const name of ENVIRONMENTS) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: name });
    button.setAttribute("part", "button");
    button.addEventListener("click", () => (field("name").value = name));
    const item = document.createElement("li");
    item.append(button);
    form.querySelector(".chips")!.append(item);
  }
  const group = form.querySelector("select")!;
  for (const { id, name } of groups) group.append(new Option(name, `${id}`));
  // One group alone is chosen already.
  if (groups.length === 1) group.selectedIndex = 1;
  const row = form.querySelector(".row")!;
  let pressed = -1;
  form.addEventListener("click", (event) => {
    const at = controls(form).indexOf(event.target as HTMLElement);
    if (at < 0 || !row.contains(event.target as Node)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    pressed = at;
    row.querySelector("[role=status]")!.textContent = "Loading…";
  });
  let isComposing = false;
  for (const type of ["compositionstart", "compositionend"]) {
    form.addEventListener(type, () => {
      isComposing = type === "compositionstart";
      check();
    });
  }

  // Whoever leaves, or reloads, finds it in the next form.
  const key = `${place}${Math.trunc(Math.random() * 1e15)}`;
  const store = () => {
    const typed = Object.fromEntries(new FormData(form));
    try {
      if (typed.name || typed.description)
        localStorage.setItem(key, JSON.stringify({ ...typed, base: "" }));
    } catch {
      // Storage is full.
    }
  };
  addEventListener("pagehide", store);

  const app = document.createElement("div");
  const path = location.pathname;
  const show = () => {
    removeEventListener("pagehide", store);
    observer.disconnect();
    page.remove();
    app.hidden = false;
  };
  const check = () => {
    const next = app.querySelector("form");
    // In the midst of a word it can't go on elsewhere.
    if (next && !isComposing) goOn(next);
    // The app shows something else: what is wrong, or another screen.
    else if (app.querySelector(".failed") || location.pathname !== path) end();
  };
  const observer = new MutationObserver(check);
  const goOn = (next: HTMLFormElement) => {
    const [from, to] = [controls(form), controls(next)];
    const focused = from.indexOf(document.activeElement as HTMLElement);
    const { selectionStart, selectionEnd, scrollTop } = document.activeElement as HTMLInputElement;
    show();
    localStorage.removeItem(key);
    for (const old of from) {
      const now = to[from.indexOf(old)]!;
      if (!("value" in old) || !("value" in now) || now.value === old.value) continue;
      now.value = old.value;
      for (const type of ["input", "change"]) now.dispatchEvent(new Event(type, { bubbles: true }));
    }
    const now = to[focused] as HTMLInputElement | undefined;
    now?.focus({ preventScroll: true });
    if (now && typeof selectionStart === "number") {
      now.setSelectionRange(selectionStart, selectionEnd);
      now.scrollTop = scrollTop;
    }
    // Once the app has noticed what was typed.
    if (pressed >= 0) setTimeout(() => to[pressed]!.click());
  };
  const end = () => {
    store();
    if (app.isConnected) show();
    else page.querySelector(".early")!.remove();
  };
  return {
    /** Where the app is to be mounted: out of sight until it has a form. */
    next() {
      page.removeAttribute("id");
      app.id = "app";
      app.hidden = true;
      page.after(app);
      observer.observe(app, { childList: true, subtree: true });
      return app;
    },
    /** Stores what was typed, and makes place for something else. */
    end,
  };
}
