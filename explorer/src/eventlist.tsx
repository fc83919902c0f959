/** Events in order of their days, as the pages of actors, places and events list them. */

import type { ComponentChildren } from "preact";
import { core } from "./filter";
import { span } from "./format";
import { EventLink, Mark, More, PlaceLink } from "./parts";
import type { Event } from "./types";

interface Props {
  events: Event[];
  caption: string;
  /** A further column. */
  extra?: { title: string; cell: (event: Event) => ComponentChildren };
  place?: boolean;
  first?: number;
}

export function EventList({ events, caption, extra, place = true, first = 20 }: Props) {
  const c = core.value!;
  return (
    <More items={events} first={first}>
      {(some) => (
        <div class="wide">
          <table class="data list">
            <caption class="unseen">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">When</th><th scope="col">Event</th>
                {extra && <th scope="col">{extra.title}</th>}
                {place && <th scope="col">Place</th>}
                <th scope="col">Evidence</th>
              </tr>
            </thead>
            <tbody>
              {some.map((e) => (
                <tr key={e.event_id}>
                  <td class="when">{span(e)}</td>
                  <th scope="row"><Mark list="type" code={e.event_type} /><EventLink id={e.event_id} /></th>
                  {extra && <td data-title={extra.title}>{extra.cell(e)}</td>}
                  {place && <td class="place">{e.location_id && <PlaceLink id={e.location_id} />}</td>}
                  <td class="evidence"><Mark list="evidence" code={e.evidence} />{c.title("evidence", e.evidence)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </More>
  );
}
