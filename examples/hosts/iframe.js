// The frame says how tall it is and what happens in it; the page may send it elsewhere.
const frame = document.querySelector("iframe");
const { origin } = new URL(frame.src);

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin || event.data.v !== 1) return;
  const { type, height } = event.data;
  if (type === "height") frame.style.height = `${height}px`;
  else document.getElementById("events").append(`${JSON.stringify(event.data)}\n`);
});

document.getElementById("new").addEventListener("click", () => {
  frame.contentWindow.postMessage({ v: 1, type: "navigate", path: "queues/new" }, origin);
});
