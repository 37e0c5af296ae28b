// What has the focus may go: a button with its row, a notice with its "Undo". Then the next thing gets it;
// left alone, it falls to the body, and whoever uses the keyboard begins at the top of the page.

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/** Keeps the focus inside as long as nobody takes it away, and until `signal` ends it. */
export function keepFocus(root: HTMLElement, signal: AbortSignal) {
  // What has it, and what comes behind that, from the inside out.
  let last: Element | null = null;
  let behind: (Element | null)[] = [];
  const remember = ({ target }: Event) => {
    last = target as Element;
    behind = [];
    for (let at: Element | null = last; at && at !== root; at = at.parentElement) {
      behind.push(at.nextElementSibling);
    }
  };
  // Somebody has pressed elsewhere. What is removed loses the focus too, but is not there any more.
  const forget = () =>
    setTimeout(() => {
      const { activeElement } = root.getRootNode() as Document | ShadowRoot;
      if (last?.isConnected && !root.contains(activeElement)) last = null;
    });
  const check = () => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    // Behind an open dialog nothing can have it.
    const place = [...root.querySelectorAll("dialog[open]")].at(-1) ?? root;
    const all = [...place.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (element) => element.tabIndex >= 0 && element.checkVisibility(),
    );
    const next = behind.find((element) => element?.isConnected && place.contains(element));
    const isBehind = (element: Element) =>
      next!.contains(element) ||
      next!.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const found = next ? all.find(isBehind) : undefined;
    (found ?? (place === root ? root.querySelector<HTMLElement>(".main") : all[0]))?.focus();
  };
  // Once the app has placed the focus itself, if it does.
  const later = () => requestAnimationFrame(() => requestAnimationFrame(check));
  const observer = new MutationObserver(() => last && !last.isConnected && later());
  observer.observe(root, { childList: true, subtree: true });
  root.addEventListener("focusin", remember, { signal });
  root.addEventListener("focusout", forget, { signal });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
