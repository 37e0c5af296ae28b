import "dioptra-queues/react";
import type { DioptraQueues } from "dioptra-queues";
import { useRef } from "react";

export function Queues() {
  const ref = useRef<DioptraQueues>(null);
  return (
    <>
      <dioptra-queues
        ref={ref}
        pageSize={50}
        theme="dark"
        className="wide"
        ondq-change={({ detail }) => console.log(detail.kind === "created", detail.id)}
      />
      {/* @ts-expect-error: one of three */}
      <dioptra-queues theme="blue" />
      {/* @ts-expect-error: no such detail */}
      <dioptra-queues ondq-dirty={({ detail }) => console.log(detail.path)} />
      {/* @ts-expect-error: no such attribute */}
      <dioptra-queues colour="red" />
    </>
  );
}
