import { render } from "preact";
import { App } from "./app";
import { fetchJson, Core } from "./data";
import { core } from "./filter";
import type { Bundle } from "./types";

render(<App />, document.body);
fetchJson<Bundle>("core.json.gz").then(
  (bundle) => {
    core.value = new Core(bundle);
    document.title = bundle.package.title;
  },
  (error: Error) => {
    document.body.textContent = `The data could not be loaded. ${error.message}`;
  },
);
