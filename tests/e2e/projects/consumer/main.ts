import { load } from "dioptra-queues";

const { mount, version } = await load("/queues-ui/");
document.title = `Queues ${version}`;
mount(document.getElementById("here")!, { label: "Queues of the lab", headingLevel: 1 });
