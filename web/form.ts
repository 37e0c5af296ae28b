// Shows the form "Create queue" while the WebAssembly still loads, where that takes long. What is typed,
// chosen and pressed in it goes on in the app's form, which takes its place in one frame.

import { NAME } from "./page";

interface Group {
  id: number;
  name: string;
}

/** What `/users/current` says, as far as the form needs it. */
export interface User {
  id: number;
  username: string;
  groups?: Group[];
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

/** All that one can use in a form, in an order that both forms have, without what comes and goes in one. */
const controls = (form: Element) => [
  ...form.querySelectorAll<HTMLElement>(
    ":is(input, select, textarea, button, a):not(.meant *, .problem *)",
  ),
];

const isText = (control: HTMLElement) => control.matches("input, textarea");

/** Brings the form into the static page, which must be there. */
function bring(page: Element, groups: Group[]): HTMLFormElement {
  page.querySelector(".main")!.insertAdjacentHTML("afterbegin", MARKUP);
  const form = page.querySelector("form")!;
  const group = form.querySelector("select")!;
  for (const { id, name } of groups) group.append(new Option(name, `${id}`));
  // One group alone is chosen already.
  if (groups.length === 1) group.selectedIndex = 1;
  for (const name of ENVIRONMENTS) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: name });
    button.setAttribute("part", "button");
    const item = document.createElement("li");
    item.append(button);
    form.querySelector(".chips")!.append(item);
  }
  return form;
}

/** Puts what is typed, chosen and focused in the controls of one form into those of another. */
function copy(from: HTMLElement[], to: HTMLElement[]) {
  from.forEach((old, at) => {
    const now = to[at] as HTMLInputElement;
    const { value } = old as HTMLInputElement;
    if (isText(old)) now.style.cssText = old.style.cssText;
    if (now.value !== value) {
      now.value = value;
      for (const type of ["input", "change"]) now.dispatchEvent(new Event(type, { bubbles: true }));
    }
    if (old !== document.activeElement) return;
    now.focus({ preventScroll: true });
    if (!isText(old)) return;
    const { selectionStart, selectionEnd, selectionDirection } = old as HTMLInputElement;
    now.setSelectionRange(selectionStart, selectionEnd, selectionDirection!);
    now.scrollTop = old.scrollTop;
  });
}

/** Stores what is typed. */
function keep(form: HTMLFormElement, key: string) {
  const typed = Object.fromEntries(new FormData(form));
  try {
    if (typed.name || typed.description)
      localStorage.setItem(key, JSON.stringify({ ...typed, base: "" }));
  } catch {
    // Storage is full.
  }
}

/** A press that takes longer is none that ends here: a menu, or a bar that scrolls, has taken it. */
const LONGEST_PRESS_MS = 3_000;
/** Some browsers click this long after the finger has gone. */
const CLICK_MS = 100;

/**
 * Shows the form for a user, unless input for it is stored, which the app restores. `api` is the URL of the
 * API.
 */
export function showForm({ id, username, groups }: User, api: string) {
  // As src/storage.rs names them.
  const place = `${NAME}.new-queue.${id}.0.${api}#`;
  const isStored = Object.keys(localStorage).some((key) => key.startsWith(place));
  if (!groups?.length || isStored) return undefined;
  const page = document.getElementById("app")!;
  const form = bring(page, groups);
  const row = form.querySelector(".row")!;
  document.title = "Create queue – Dioptra";

  const over = new AbortController();
  const on = (target: EventTarget, types: string, act: (event: Event) => void) =>
    types.split(" ").forEach((type) => target.addEventListener(type, act, { signal: over.signal }));

  // The place of the button that was pressed last. Whoever types after that has to press again.
  let pressed = -1;
  const press = (at: number) => {
    pressed = at;
    row.querySelector("[role=status]")!.textContent = at < 0 ? "" : "Loading…";
  };
  on(form, "input", () => press(-1));
  on(form, "click", (event) => {
    const { ctrlKey, metaKey, shiftKey, altKey, target } = event as MouseEvent;
    const control = (target as Element).closest<HTMLElement>("button, a");
    if (!control || (control.matches("a") && (ctrlKey || metaKey || shiftKey || altKey))) return;
    event.preventDefault();
    if (row.contains(control)) return press(controls(form).indexOf(control));
    (form.elements.namedItem("name") as HTMLInputElement).value = control.textContent;
    press(-1);
  });

  // Nothing is taken from under a hand: a press, a list that is open, a word that is composed. Somebody who
  // has pressed a button has done with the word.
  let heldUntil = 0;
  let isComposing = false;
  on(window, "pointerdown keydown", ({ target, timeStamp }) => {
    heldUntil = (target as Element).matches?.("select") ? 0 : timeStamp + LONGEST_PRESS_MS;
  });
  on(window, "pointerup pointercancel keyup blur", ({ timeStamp }) => {
    heldUntil = timeStamp + CLICK_MS;
  });
  on(form, "compositionstart compositionend", ({ type }) => (isComposing = type.endsWith("start")));
  // Inside of `:is` an older browser need not know `:open`.
  const isInUse = () =>
    performance.now() < heldUntil ||
    (isComposing && pressed < 0) ||
    !!form.querySelector(":is(select:open)");

  // Whoever leaves, or reloads, finds it in the next form.
  const key = `${place}${Math.trunc(Math.random() * 1e15)}`;
  const store = () => keep(form, key);
  on(window, "pagehide", store);
  on(window, "pageshow", () => localStorage.removeItem(key));

  const app = document.createElement("div");
  const path = location.pathname;
  let timer = 0;
  const check = () => {
    clearTimeout(timer);
    const next = app.querySelector<HTMLFormElement>(".main form.form");
    const dialog = app.querySelector("dialog[open]");
    const user = app.querySelector("header bdi")?.textContent;
    if (location.pathname !== path || (next && user !== username)) end();
    else if (next && !dialog && isInUse()) {
      timer = setTimeout(check, 50);
      // It is ready, and waits.
      page.querySelector(".still-loading")?.remove();
    } else if (next) goOn(next, !dialog);
    // What is wrong, or a question.
    else if (dialog || app.querySelector(".failed")) end();
  };
  const observer = new MutationObserver(check);

  const goOn = (next: HTMLFormElement, mayPress: boolean) => {
    const [from, to] = [controls(form), controls(next)];
    // The app has restored what was stored meanwhile.
    if (to.some((control) => isText(control) && (control as HTMLInputElement).value)) return end();
    const top = form.getBoundingClientRect().top;
    app.hidden = false;
    copy(from, to);
    hide();
    // The app's header may be higher.
    scrollBy(0, next.getBoundingClientRect().top - top);
    // Once the app has noticed what was typed.
    const button = to[pressed];
    if (button && mayPress) setTimeout(() => button.click());
  };
  const hide = () => {
    over.abort();
    observer.disconnect();
    clearTimeout(timer);
    page.remove();
    app.hidden = false;
    // It was opened out of sight.
    app.querySelector<HTMLElement>("dialog[open] :is(input, button)")?.focus();
  };
  const end = () => {
    if (over.signal.aborted) return;
    store();
    if (app.isConnected) return hide();
    over.abort();
    page.querySelector(".early")!.remove();
  };
  return {
    /** Where the app is to be mounted: out of sight until it has a form. */
    next() {
      page.removeAttribute("id");
      app.id = "app";
      app.hidden = true;
      page.after(app);
      observer.observe(app, { childList: true, subtree: true, attributeFilter: ["open"] });
      return app;
    },
    /** Stores what was typed, and makes place for something else. */
    end,
  };
}
