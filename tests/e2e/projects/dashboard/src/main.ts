import { createApp } from "vue";
import { createPinia } from "pinia";
import { Quasar } from "quasar";
import "quasar/dist/quasar.css";
import App from "./App.vue";
import router from "./router";

createApp(App).use(Quasar, {}).use(createPinia()).use(router).mount("#app");
