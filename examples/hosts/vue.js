// A dashboard as Dioptra's: Vue 3 with Quasar and a router. Written without templates, whose
// compiler a strict content policy forbids; with templates, tell the compiler of the element:
// compilerOptions.isCustomElement = (tag) => tag === "dioptra-queues".
const { createApp, h, ref } = Vue;
const { createRouter, createWebHistory, onBeforeRouteLeave, RouterLink, RouterView } = VueRouter;
const { Dark, QBtn, QHeader, QLayout, QPage, QPageContainer, QToolbar, QToolbarTitle } = Quasar;

const Queues = {
  setup() {
    const element = ref(null);
    const events = ref([]);
    // Unsaved text holds the router back until the user has decided.
    onBeforeRouteLeave(() => element.value?.canLeave?.() ?? true);
    const note = ({ type, detail }) => events.value.push(`${type} ${JSON.stringify(detail)}`);
    const listeners = ["ready", "route", "change", "dirty", "error"].map((name) => [`onDq-${name}`, note]);
    return () =>
      h(QPage, { padding: true }, () => [
        h("dioptra-queues", {
          ref: element,
          theme: Dark.isActive ? "dark" : "light",
          "heading-level": 1,
          ...Object.fromEntries(listeners),
        }),
        h("details", [h("summary", "What the page has heard"), h("pre", { id: "events" }, events.value.join("\n"))]),
      ]);
  },
};

const Jobs = {
  render: () => h(QPage, { padding: true }, () => [h("h1", "Jobs"), h(RouterLink, { to: "/vue.html" }, () => "To the queues")]),
};

const router = createRouter({
  history: createWebHistory("/hosts/"),
  routes: [
    { path: "/vue.html", component: Queues },
    { path: "/jobs", component: Jobs },
  ],
});

const Dashboard = {
  render: () =>
    h(QLayout, { view: "hHh lpR fFf" }, () => [
      h(QHeader, () =>
        h(QToolbar, () => [
          h(QToolbarTitle, () => "Dashboard"),
          h(RouterLink, { to: "/vue.html", class: "q-ma-sm text-white" }, () => "Queues"),
          h(RouterLink, { to: "/jobs", class: "q-ma-sm text-white" }, () => "Jobs"),
          h(QBtn, { flat: true, label: "Dark", onClick: () => Dark.toggle() }),
        ]),
      ),
      h(QPageContainer, () => h(RouterView)),
    ]),
};

createApp(Dashboard)
  .use(Quasar, { config: { brand: { primary: "#00695c" } } })
  .use(router)
  .mount("#app");
