#!/usr/bin/env node
// Makes the Queues page of Dioptra's dashboard the element <dioptra-queues>.
//
//   node dashboard.mjs [--undo] FRONTEND
//
// FRONTEND is the folder src/frontend of a checkout of Dioptra. The element is loaded from /queues-ui/,
// where install.sh puts it, when the dashboard runs. What is changed is noted in
// .dioptra-queues.json, and --undo takes exactly that back. Again is fine: it changes nothing, or
// brings the page of a newer release. If a place is not found, nothing is written.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VIEW = `<script setup lang="ts">
import { computed, ref } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRoute, useRouter } from "vue-router";
import { useQuasar } from "quasar";
import { useLoginStore } from "@/stores/LoginStore";

type Queues = HTMLElement & { path: string; canLeave(): Promise<boolean> };

const route = useRoute();
const router = useRouter();
const login = useLoginStore();
const $q = useQuasar();
const element = ref<Queues | null>(null);

// The address of the dashboard is that of the element's screen, with a slash before it.
const path = computed(() => route.fullPath.slice(1));
const same = (to: string) => router.resolve("/" + to).fullPath === route.fullPath;
const follow = ({ detail }: CustomEvent<{ path: string; replace: boolean }>) => {
  if (same(detail.path)) return;
  const to = "/" + detail.path;
  if (detail.replace) router.replace(to);
  else router.push(to);
};
const canLeave = () => element.value?.canLeave?.() ?? true;
onBeforeRouteLeave(canLeave);
// The element has gone there by itself, or the browser's buttons lead there.
onBeforeRouteUpdate(({ fullPath }) => router.resolve("/" + element.value?.path).fullPath === fullPath || canLeave());

// Whoever is not signed in signs in at the dashboard's own page; whose session ends in the middle of
// something, in the element's dialog, so that nothing is lost.
const signIn = (event: Event) => {
  if (login.loggedInUser) return;
  event.preventDefault();
  router.push("/login");
};
const group = computed(() => (login.loggedInGroup as { id?: number } | "" | undefined) || undefined);

const SCREENS: [RegExp, string][] = [
  [/^new/, "Create"],
  [/^drafts/, "Drafts"],
  [/^import/, "Import"],
  [/edit$/, "Edit"],
  [/history$/, "History"],
];
const screen = computed(() => {
  const inner = route.path.split("/").slice(2).join("/");
  return inner && (SCREENS.find(([pattern]) => pattern.test(inner))?.[1] ?? "Queue");
});
</script>

<template>
  <h1 v-if="!screen" class="q-mb-none">Queues</h1>
  <nav aria-label="Breadcrumb" class="q-mb-md">
    <q-breadcrumbs>
      <q-breadcrumbs-el label="Home" icon="home" to="/" />
      <q-breadcrumbs-el label="Queues" :to="screen ? '/queues' : undefined" />
      <q-breadcrumbs-el v-if="screen" :label="screen" aria-current="page" />
    </q-breadcrumbs>
  </nav>
  <dioptra-queues
    ref="element"
    heading="hidden"
    heading-level="1"
    dashboard="/jobs/{id}"
    style="--dq-top: 50px"
    :path="path"
    :group-id="group?.id"
    :theme="$q.dark.isActive ? 'dark' : 'light'"
    @dq-route="follow"
    @dq-auth-required="signIn"
  >
    The queues could not be loaded: is the queue manager installed under /queues-ui/?
  </dioptra-queues>
</template>
`;

const fail = (message) => {
  console.error(`dashboard.mjs: ${message}`);
  process.exit(1);
};

const options = process.argv.slice(2);
const undo = options.includes("--undo");
const [folder, ...more] = options.filter((option) => option !== "--undo");
if (!folder || more.length || folder.startsWith("-")) {
  fail("usage: node dashboard.mjs [--undo] FRONTEND");
}
const note = join(folder, ".dioptra-queues.json");
// What files shall hold: written once nothing can fail any more.
const texts = new Map();
const read = (file) => {
  if (texts.has(file)) return texts.get(file);
  const path = join(folder, file);
  if (!existsSync(path)) fail(`${folder} has no ${file}: is it Dioptra's src/frontend?`);
  return readFileSync(path, "utf8");
};

/** The text from the bracket at an index to the one that closes it; strings and comments count as text. */
const bracketed = (text, start) => {
  const pairs = { "{": "}", "[": "]", "(": ")" };
  const open = [];
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if ('\'"`'.includes(char)) {
      while (++at < text.length && text[at] !== char) if (text[at] === "\\") at++;
    } else if (char === "/" && text[at + 1] === "/") {
      at = text.indexOf("\n", at);
    } else if (pairs[char]) {
      open.push(pairs[char]);
    } else if (char === open.at(-1)) {
      open.pop();
      if (!open.length) return text.slice(start, at + 1);
    }
  }
  return null;
};

/** Each place: the file, what stands there, and what shall. Fails if one is not found. */
const places = () => {
  const found = [];
  const replace = (file, before, after) => found.push({ file, before, after });
  const missing = (file, what) => fail(`${file} has no ${what}: nothing was changed`);

  const vite = read("vite.config.ts");
  const template = /\bvue\(\s*\{\s*template:\s*\{/.exec(vite)?.[0];
  const bare = /\bvue\(\s*\)/.exec(vite)?.[0];
  const compiler = "compilerOptions: { isCustomElement: (tag) => tag === 'dioptra-queues' }";
  if (/isCustomElement|compilerOptions/.test(vite)) {
    fail("vite.config.ts has compilerOptions already: add the tag 'dioptra-queues' to isCustomElement by hand");
  } else if (template) {
    replace("vite.config.ts", template, `${template} ${compiler},`);
  } else if (bare) {
    replace("vite.config.ts", bare, `vue({ template: { ${compiler} } })`);
  } else {
    missing("vite.config.ts", "plugin vue() or vue({ template: { … } })");
  }

  const page = read("index.html");
  const head = /[ \t]*<\/head>/.exec(page)?.[0] ?? missing("index.html", "</head>");
  const script = '<script type="module" src="/queues-ui/embed.js" vite-ignore></script>';
  replace("index.html", head, `    ${script}\n${head}`);

  const router = read("src/router/index.ts");
  const path = /\{\s*path:\s*['"]\/queues['"]/.exec(router);
  const routes = path && bracketed(router, path.index);
  if (!routes) missing("src/router/index.ts", "route for '/queues'");
  replace(
    "src/router/index.ts",
    routes,
    `{
      path: '/queues/:screen(.*)*',
      component: () => import('../views/QueuesView.vue'),
      // One page for all screens: App.vue must not make it anew at each.
      meta: { key: 'queues' },
      name: 'queues',
    }`,
  );

  const app = read("src/App.vue");
  const key = /:key="route\.path"/.exec(app)?.[0] ?? missing("src/App.vue", ':key="route.path"');
  replace("src/App.vue", key, ':key="String(route.meta.key ?? route.path)"');

  replace("src/views/QueuesView.vue", read("src/views/QueuesView.vue"), VIEW);
  return found;
};

/** Takes back what is noted. Fails if somebody has changed a place since. */
const takeBack = () => {
  const noted = JSON.parse(readFileSync(note, "utf8"));
  for (const { file, before, after } of noted) {
    const text = read(file);
    if (!text.includes(after)) {
      fail(`${file} was changed since, at what was written there: take this back by hand first\n${after}`);
    }
    texts.set(file, text.replace(after, () => before));
  }
};

const write = () => texts.forEach((text, file) => writeFileSync(join(folder, file), text));

const wasThere = existsSync(note);
if (undo && !wasThere) fail(`nothing to undo: ${folder} has no .dioptra-queues.json`);
if (wasThere) takeBack();
if (undo) {
  write();
  rmSync(note);
  console.log("Taken back: the Queues page is Dioptra's own again.");
} else {
  const found = places();
  for (const { file, before, after } of found) {
    console.log(`* ${file}`);
    texts.set(file, read(file).replace(before, () => after));
  }
  write();
  writeFileSync(note, `${JSON.stringify(found, null, 2)}\n`);
  console.log("Done: build the dashboard as always, and serve the queue manager under /queues-ui/.");
}
