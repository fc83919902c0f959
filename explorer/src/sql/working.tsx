/** What the engine does now, in words. */

import { useEffect, useState } from "preact/hooks";
import { type Result, state } from "./engine";

export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function told({ rows, milliseconds }: Result): string {
  return `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} in ${duration(milliseconds)}`;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

function Clock({ since }: { since: number }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((Date.now() - since) / 1000);
  return <span aria-hidden="true">{seconds > 0 && ` ${seconds} s`}</span>;
}

export function Working({ result, retry }: { result: Result | null; retry: () => void }) {
  const now = state.value;
  if (now.is === "loading") {
    const { got, all } = now.progress;
    return (
      <span class="working">
        <progress aria-label="Loading the engine and the database" max={all ?? undefined} value={all ? got : undefined} />
        <span role="status">Loading the engine and the database</span>
        <span aria-hidden="true">{megabytes(got)}{all ? ` of ${megabytes(all)}` : ""} MB</span>
      </span>
    );
  }
  return (
    <span class="working">
      <span role="status">
        {now.is === "starting" ? `${now.why}…`
          : now.is === "running" ? "Running…"
          : now.is === "failed" ? `The engine could not be started. ${now.why}`
          : result ? told(result) : "Ready"}
      </span>
      {now.is === "running" && <Clock since={now.since} />}
      {now.is === "failed" && <button type="button" onClick={retry}>Try again</button>}
    </span>
  );
}
