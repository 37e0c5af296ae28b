import { computed, ref } from "vue";
import { defineStore } from "pinia";

interface Group {
  id: number;
  name: string;
}
interface User {
  username: string;
  groups: Group[];
}

export const useLoginStore = defineStore("login", () => {
  const loggedInUser = ref<User | "">("");
  const loggedInGroup = computed(() => {
    const groups = loggedInUser.value ? loggedInUser.value.groups : [];
    return groups.length === 1 ? groups[0] : "";
  });
  let asked: Promise<void> | null = null;
  const load = () =>
    (asked ??= fetch("/api/v1/users/current").then(async (response) => {
      if (response.ok) loggedInUser.value = await response.json();
    }));
  return { loggedInUser, loggedInGroup, load };
});
