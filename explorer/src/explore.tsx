/** Map, timeline, filters and table of the events that pass the filters. */

import { Filters } from "./filters";
import { core, shown } from "./filter";
import { number } from "./format";
import { MapView } from "./map";
import { elsewhere } from "./mapdata";
import { EventTable } from "./table";
import { href } from "./route";
import { Timeline } from "./timeline";

export function Explore() {
  const c = core.value;
  if (!c) return null;
  return (
    <div class="explore">
      <h1 class="unseen">Events on a map, in time and in a table</h1>
      <Filters />
      <section class="stage" aria-label="Map and timeline">
        <MapView />
        <Timeline />
      </section>
      <section class="results" aria-label="Events">
        <a class="how" href={href("about")}>How to read this</a>
        <p role="status" class="count">
          {number(shown.value.length)} of {number(c.events.length)} events and states of affairs
          {elsewhere.value > 0 && <span class="quiet">; {number(elsewhere.value)} without a point on the map, as in a country, a region or at no one place</span>}
        </p>
        <EventTable />
      </section>
    </div>
  );
}
