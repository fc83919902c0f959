/** The filters, kept in the address. */

import { signal } from "@preact/signals";
import { clear, core, counts, filter, type ListFilter, setFilter, toggle } from "./filter";
import { folded } from "./data";

interface Choice {
  value: string;
  label: string;
  /** What it means. */
  title?: string;
  mark?: string;
}

/** Whether there is room for lists to stand open. */
const roomy = matchMedia("(min-width: 44rem)").matches;

function Group({ name, title, choices }: { name: ListFilter; title: string; choices: Choice[] }) {
  const chosen = filter.value[name];
  const numbers = counts.value[name];
  return (
    <details open={chosen.length > 0 || (roomy && (name === "type" || name === "evidence"))}>
      <summary>{title}{chosen.length > 0 && <span class="badge">{chosen.length}</span>}</summary>
      <fieldset>
        <legend class="unseen">{title}</legend>
        {choices.map(({ value, label, title, mark }) => (
          <label key={value} title={title}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(name, value)} />
            {mark && <span class={`mark ${mark}`} aria-hidden="true" />}
            <span class="label">{label}</span>
            <span class="n">{numbers.get(value) ?? 0}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}

const typed = signal("");

/** Actors are too many for a list of boxes: type a part of a name, in English or Arabic. */
function ActorChoice() {
  const c = core.value!;
  const chosen = filter.value.actor;
  const words = folded(typed.value).split(/\s+/).filter(Boolean);
  const found = words.length
    ? [...c.actors.values()]
        .filter((a) => c.rolesOfActor.has(a.actor_id) && !chosen.includes(a.actor_id))
        .filter((a) => words.every((w) => folded(`${a.name} ${a.name_ar ?? ""} ${a.aliases ?? ""} ${a.actor_id}`).includes(w)))
        .sort((a, b) => c.rolesOfActor.get(b.actor_id)!.length - c.rolesOfActor.get(a.actor_id)!.length)
        .slice(0, 8)
    : [];
  return (
    <details open={chosen.length > 0}>
      <summary>Actor{chosen.length > 0 && <span class="badge">{chosen.length}</span>}</summary>
      <fieldset>
        <legend class="unseen">Actor</legend>
        {chosen.map((id) => (
          <label key={id}>
            <input type="checkbox" checked onChange={() => toggle("actor", id)} />
            <span class="label">{c.actorName(id)}</span>
          </label>
        ))}
        <input
          type="search" aria-label="Find an actor" placeholder="Find an actor" value={typed.value} dir="auto"
          onInput={(e) => { typed.value = e.currentTarget.value; }}
        />
        {found.map((a) => (
          <button type="button" class="choice" key={a.actor_id} onClick={() => { toggle("actor", a.actor_id); typed.value = ""; }}>
            <bdi>{a.name}</bdi>{a.name_ar && <bdi lang="ar"> {a.name_ar}</bdi>}
            <span class="n">{c.rolesOfActor.get(a.actor_id)?.length}</span>
          </button>
        ))}
        {words.length > 0 && found.length === 0 && <p>No actor of an event has such a name.</p>}
      </fieldset>
    </details>
  );
}

export function Filters() {
  const c = core.value!;
  const codes = (list: string, mark = ""): Choice[] =>
    [...(c.codes.get(list)?.values() ?? [])].map(({ code, title, description }) => ({
      value: code, label: title, title: description, ...(mark && { mark: `${mark}-${code}` }),
    }));
  const governorates = [...c.places.values()]
    .filter((p) => p.kind === "governorate")
    .map((p) => ({ value: p.location_id, label: p.name.replace(/ Governorate$/, "") }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const f = filter.value;
  const any = f.q || f.type.length || f.evidence.length || f.camp.length || f.gov.length || f.actor.length || f.scope.length;
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(e) => e.preventDefault()}>
      <input
        type="search" aria-label="Search in titles, summaries and names" placeholder="Search · بحث" dir="auto"
        value={f.q} onInput={(e) => setFilter({ q: e.currentTarget.value })}
      />
      <Group name="type" title="Type" choices={codes("event_type", "type")} />
      <Group name="evidence" title="Evidence" choices={codes("evidence", "evidence")} />
      <Group name="camp" title="Camp of an actor" choices={codes("camp", "camp")} />
      <Group name="gov" title="Governorate" choices={governorates} />
      <ActorChoice />
      <Group name="scope" title="Scope" choices={codes("scope")} />
      {any ? (
        <button
          type="button"
          onClick={clear}
        >Clear the filters</button>
      ) : null}
    </form>
  );
}
