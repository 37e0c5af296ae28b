// What compiles and what does not: each line behind @ts-expect-error must be an error.
import { load } from "dioptra-queues";
import type { DioptraQueues } from "dioptra-queues";

const element = document.createElement("dioptra-queues");
element.pageSize = 50;
element.heading = "hidden";
element.groupId = undefined;
element.navigate("queues/new");
const may: Promise<boolean> = element.canLeave();
element.addEventListener("dq-route", ({ detail }) => {
  const path: string = detail.path;
  // @ts-expect-error: no such detail
  detail.nothing;
  return path;
});
element.addEventListener("click", (event) => event.button);
document.querySelector<DioptraQueues>("dioptra-queues")?.refresh();

// @ts-expect-error: a number
element.pageSize = "50";
// @ts-expect-error: one of three
element.theme = "blue";
// @ts-expect-error: no such method
element.explode();

const { mount, version } = await load("/queues-ui/");
const handle = mount(document.body, { readonly: true, path: "queues/7" });
handle.update({ label: version });
// @ts-expect-error: no such option
mount(document.body, { colour: "red" });
// @ts-expect-error: a base is a text or a URL
load(7);
export { may };
