// Shows names and descriptions of the table's first rows while the WebAssembly still loads. Each name is a
// link, and stands where the app puts it; the rest of a row comes with the app.

import { NAME } from "./page";

interface Queue {
  id: number;
  name: string;
  description: string | null;
}

/** The most characters that a row shows, as in src/pages/queues/columns.rs. */
const MAX_NAME = 40;
const MAX_CHARS = 160;

/**
 * Fills the table of the static page, which must be there, for a user with the first rows. The app replaces
 * it. `follow` hears of a pressed link.
 */
export function showFirstRows(
  user: number,
  rows: Queue[],
  follow: (link: HTMLAnchorElement) => void,
) {
  if (!rows.length) return;
  const table = document.querySelector<HTMLElement>(".first-paint table")!;
  let look = "";
  try {
    // As src/pages/queues/look.rs keeps it.
    look = localStorage.getItem(`${NAME}.look.${user}.0`) || "";
  } catch {
    // Storage is blocked.
  }
  // Another class might hide the table.
  table.classList.add(...look.split(" ").filter((name) => /^(compact|no-[a-z]+)$/.test(name)));
  const longest = Math.max(...rows.map(({ name }) => Math.min(name.length, MAX_NAME)));
  table.style.setProperty("--name", `${longest + 2}ch`);
  const body = add(table, "tbody", "rowgroup");
  body.className = "early";
  for (const queue of rows) {
    const row = add(body, "tr", "row");
    add(row, "td", "cell");
    const { name } = queue;
    const end = Math.floor(MAX_NAME / 3);
    // Its middle is left out: the ends of names tell them apart.
    const shown =
      name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - end - 1)}…${name.slice(-end)}` : name;
    const link = add(add(row, "th", "rowheader"), "a", "", shown);
    link.href = `queues/${queue.id}`;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      follow(link);
    });
    const cell = add(row, "td", "cell");
    cell.dataset.label = "Description";
    // Of a description of a megabyte too.
    const start = [...(queue.description || "").slice(0, 2 * MAX_CHARS)]
      .slice(0, MAX_CHARS)
      .join("");
    add(cell, "div", "", start).className = "clamp";
  }
  // Where the style sheet shows them.
  if (!body.checkVisibility()) return;
  table.removeAttribute("aria-hidden");
  for (const [name, value] of [
    ["role", "table"],
    ["aria-label", "Queues"],
    ["aria-busy", "true"],
  ])
    table.setAttribute(name!, value!);
}

/** Appends an element; one with a text has the direction of its text. */
function add<Name extends keyof HTMLElementTagNameMap>(
  to: Element,
  name: Name,
  role: string,
  text?: string,
) {
  const element = document.createElement(name);
  if (role) element.setAttribute("role", role);
  if (text !== undefined) Object.assign(element, { dir: "auto", textContent: text });
  to.append(element);
  return element;
}
