/** The page of a place. */

import { Aliases } from "./actor";
import type { Detail } from "./data";
import { WithDetail } from "./detail";
import { chain } from "./event";
import { EventList } from "./eventlist";
import { core } from "./filter";
import { country, longDay, shortRange } from "./format";
import { ActorLink, Bracketed, coded, EventLink, type Fact, Facts, Joined, Mark, Missing, More, OnMap, Outside, PlaceLink, Section, useTitle } from "./parts";
import { Record } from "./record";
import type { Control, Place } from "./types";

const camps = (control: Control) => [...new Set(control.controller_ids.map((a) => core.peek()!.actors.get(a)?.camp ?? "unknown"))];

function Holders({ control }: { control: Control }) {
  return (
    <>
      <Joined items={control.controller_ids.map((a) => <><Mark list="camp" code={core.value!.actors.get(a)?.camp ?? "unknown"} /><ActorLink id={a} /></>)} />
      {!control.sure && <span class="quiet"> (not certain)</span>}
    </>
  );
}

/** Who held the place: a strip of days, and the same in words. */
function ControlStrip({ place }: { place: Place }) {
  const c = core.value!;
  const spells = c.control.get(place.location_id) ?? [];
  if (spells.length === 0) return null;
  return (
    <Section title="Who held it">
      <p class="quiet">In the evening of each day, derived from the events of control; a pale day is not certain, an empty one not known.</p>
      <ol class="strip" aria-hidden="true">
        {c.days.map((day) => {
          const control = c.controlOn(place.location_id, day);
          return (
            <li key={day} title={control ? `${longDay(day)}: ${control.controller_ids.map((a) => c.actorName(a)).join(", ")}` : `${longDay(day)}: not known`}>
              <span class={control && !control.sure ? "cell unsure" : "cell"}>
                {control && camps(control).map((camp) => <span key={camp} class={`part camp-${camp}`} />)}
              </span>
              <span class="day">{Number(day.slice(8))}</span>
            </li>
          );
        })}
      </ol>
      <dl class="spells">
        {spells.map((s) => (
          <div key={s.first_day}>
            <dt>{shortRange(s.first_day, s.last_day)}</dt>
            <dd><Holders control={s} />{s.event_ids.length > 0 && <small>by <Joined by="; " items={s.event_ids.map((e) => <EventLink id={e} />)} /></small>}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function PlaceFacts({ place, detail }: { place: Place; detail: Detail }) {
  const row = detail.places.get(place.location_id);
  const text = (name: string) => (row?.[name] === null || row?.[name] === undefined ? null : String(row[name]));
  const [geonames, wikidata] = [text("geonames_id"), text("wikidata_id")];
  const within = chain(place.location_id).slice(1);
  const facts: Fact[] = [
    coded("Kind", "location_kind", place.kind),
    within.length > 0 && ["Within", <Joined items={within.map((id) => <PlaceLink id={id} />)} />],
    ["Country", text("country") && country(text("country")!)],
    place.lat !== null && place.lon !== null && [
      "Coordinates", <>{place.lat}, {place.lon} <OnMap place={place.location_id} /></>, "WGS 84, latitude and longitude in degrees.",
    ],
    geonames !== null && ["GeoNames", <Outside url={`https://www.geonames.org/${encodeURIComponent(geonames)}`}>{geonames}</Outside>],
    wikidata !== null && ["Wikidata", <Outside url={`https://www.wikidata.org/wiki/${encodeURIComponent(wikidata)}`}>{wikidata}</Outside>],
    ["OCHA P-code", text("ocha_pcode")],
  ];
  return <Facts facts={facts} />;
}

function Body({ place }: { place: Place }) {
  const c = core.value!;
  const id = place.location_id;
  const children = [...c.places.values()].filter((p) => p.parent_id === id).sort((a, b) => a.name.localeCompare(b.name));
  const here = c.eventsAt.get(id) ?? [];
  const within = children.length ? c.events.filter((e) => e.location_id !== null && e.location_id !== id && chain(e.location_id).includes(id)) : [];
  return (
    <>
      <ControlStrip place={place} />
      {here.length > 0 && <Section title="Events here" count={here.length}><EventList events={here} caption={`Events at ${place.name}`} place={false} /></Section>}
      {within.length > 0 && (
        <Section title="Events at places within" count={within.length}>
          <EventList events={within} caption={`Events at places within ${place.name}`} first={here.length ? 10 : 20} />
        </Section>
      )}
      {children.length > 0 && (
        <Section title="Places within" count={children.length}>
          <More items={children} first={60}>
            {(some) => (
              <ul class="columns">
                {some.map((p) => (
                  <li key={p.location_id}>
                    <PlaceLink id={p.location_id} />{" "}
                    <span class="quiet">{[c.title("location_kind", p.kind).toLowerCase(), c.eventsAt.get(p.location_id)?.length].filter(Boolean).join(", ")}</span>
                  </li>
                ))}
              </ul>
            )}
          </More>
        </Section>
      )}
    </>
  );
}

function Shown({ place }: { place: Place }) {
  const c = core.value!;
  const id = place.location_id;
  useTitle(place.name);
  return (
    <article class="entity">
      <header>
        <p class="kicker">{[c.title("location_kind", place.kind), ...chain(id).slice(1).map((p) => c.placeName(p))].join(" · ")}</p>
        <h1><bdi>{place.name}</bdi>{place.name_ar && <> <bdi lang="ar">{place.name_ar}</bdi></>}</h1>
        <WithDetail>{(d) => { const text = d.places.get(id)?.description; return text && <p class="lead"><bdi>{String(text)}</bdi></p>; }}</WithDetail>
        <Bracketed name={place.name} />
      </header>
      <aside aria-label="In short"><WithDetail>{(detail) => <PlaceFacts place={place} detail={detail} />}</WithDetail></aside>
      <div class="body">
        <Body place={place} />
        <WithDetail>
          {(detail) => (
            <>
              <Aliases aliases={detail.placeAliases.get(id) ?? []} detail={detail} />
              <Record table="locations" id={id} title={place.name} keys={[["location_aliases", `${id}|*`]]} />
            </>
          )}
        </WithDetail>
      </div>
    </article>
  );
}

export function PlacePage({ id }: { id: string }) {
  const place = core.value!.places.get(id);
  return place ? <Shown key={id} place={place} /> : <Missing what="place" id={id} />;
}
