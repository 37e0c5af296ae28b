// What the page of the app is asked for: shared by all scripts.

/** The name of the custom element, and the prefix of storage keys. */
export const NAME = "dioptra-queues";

/** Whether the page is the one for an iframe. */
export const isIframe = () => new URLSearchParams(location.search).get("embed") === "1";

/** Whether the path of a screen is the table's. */
export const isTable = (path: string) => /^\/?(queues\/?|index\.html)?(\?|$)/.test(path);

/**
 * The path that the app is served from, with a slash at the end: the page's path up to the screen. Of a
 * path that is no screen of ours it is a guess: up to what looks like one, or the last slash.
 */
export const basePath = (path: string) =>
  (/^(.*?\/)(queues(\/(new|import|drafts(\/\d+)?|\d+(\/(edit|history))?))?|sign-(in|up))\/?$/.exec(
    path,
  ) ||
    /^(.*?\/)(queues|sign-in|sign-up)\//.exec(path) ||
    /^(.*\/)/.exec(path))![1]!;

/** The path of the screen, with its query, in the page of the app that is served from `base`. */
export const screenPath = (base: string) =>
  isIframe() ? location.hash.slice(1) : location.pathname.slice(base.length) + location.search;

/** Sets the theme; anything but "light" and "dark" is the system's. */
export const setTheme = (theme: unknown) => {
  const { dataset } = document.documentElement;
  if (theme === "light" || theme === "dark") dataset.theme = theme;
  else delete dataset.theme;
};
