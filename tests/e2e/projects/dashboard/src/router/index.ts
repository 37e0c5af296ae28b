import { createRouter, createWebHistory } from "vue-router";
import { useLoginStore } from "@/stores/LoginStore";
import HomeView from "../views/HomeView.vue";

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: HomeView },
    {
      path: "/queues",
      children: [{ path: "", component: () => import("../views/QueuesView.vue"), name: "queues" }],
    },
    { path: "/jobs/:id", component: HomeView },
    { path: "/login", component: () => import("../views/LoginView.vue") },
  ],
});

router.beforeEach(async (to) => {
  const store = useLoginStore();
  await store.load();
  return store.loggedInUser || to.path === "/login" ? true : "/login";
});

export default router;
