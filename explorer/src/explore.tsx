/** Map, timeline, filters and table of the events that pass the filters. */

import { Filters } from "./filters";
import { core, shown } from "./filter";
import { MapView } from "./map";
import { EventTable } from "./table";
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
        <p role="status" class="count">
          {shown.value.length.toLocaleString("en")} of {c.events.length.toLocaleString("en")} events and states of affairs
        </p>
        <EventTable />
      </section>
    </div>
  );
}
