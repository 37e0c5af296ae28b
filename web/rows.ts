// Shows names and descriptions of the table's first rows while the WebAssembly still loads, where that
// takes long. Each name is a link, and stands where the app puts it; the rest of a row comes with the app.

import { NAME } from "./page";

interface Queue {
  id: number;
  name: string;
  description: string | null;
}

/** Up to this time nobody has waited long, and what comes is better whole. */
const LONG_MS = 1_000;

/**
 * Fills the table of the static page, which must be there, with responses of `/users/current` and for
 * the first rows, unless `isOver`. The app replaces it.
 */
export async function showFirstRows(
  user: Promise<Response>,
  rows: Promise<Response>,
  isOver: () => boolean,
) {
  const responses = await Promise.all([user, rows]);
  await new Promise((resolve) => setTimeout(resolve, LONG_MS - performance.now()));
  if (isOver() || !responses.every(({ ok }) => ok)) return;
  const [{ id }, { data }] = await Promise.all(
    responses.map(async (it) => JSON.parse(await it.text())),
  );
  if (!data.length) return;
  const table = document.querySelector<HTMLElement>(".first-paint table")!;
  let look = "";
  try {
    // As src/pages/queues/look.rs keeps it.
    look = localStorage.getItem(`${NAME}.look.${id}.0`) || "";
  } catch {
    // Storage is blocked.
  }
  table.className += ` ${look}`;
  const longest = Math.max(...data.map(({ name }: Queue) => [...name].length));
  table.style.setProperty("--name", `${Math.min(longest + 2, 42)}ch`);
  table.removeAttribute("aria-hidden");
  table.setAttribute("role", "table");
  const body = add(table, "tbody", "rowgroup");
  body.className = "early";
  for (const queue of data as Queue[]) {
    const row = add(body, "tr", "row");
    add(row, "td", "cell");
    const link = add(add(row, "th", "rowheader"), "a", "", queue.name);
    link.href = `queues/${queue.id}`;
    const cell = add(row, "td", "cell");
    cell.dataset.label = "Description";
    add(cell, "div", "", queue.description || "").className = "clamp";
  }
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
