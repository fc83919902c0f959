import { render } from "preact";
import { App, failure } from "./app";
import { fetchJson, Core } from "./data";
import { core } from "./filter";
import { route } from "./route";
import type { Bundle } from "./types";

// The outlines of the map come along with the data, where there is a map.
if (route.peek().page === "map") {
  const link = document.createElement("link");
  document.head.append(Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: "basemap.json.gz" }));
}
document.body.replaceChildren();
render(<App />, document.body);
fetchJson<Bundle>("core.json.gz").then(
  (bundle) => {
    core.value = new Core(bundle);
    document.title = bundle.package.title;
  },
  (error: Error) => {
    failure.value = error.message;
  },
);
