/** Reports: what one source, or a party quoted by it, says of one event. */

import { by, type Detail } from "./data";
import { core } from "./filter";
import { longDay, number, shortDay } from "./format";
import { ActorLink, EventLink, More, SourceLink, SourceName } from "./parts";
import type { Count, Report, Source } from "./types";

export function CountValue({ count }: { count: Count }) {
  const { low, high, words, cumulative, as_of } = count;
  const range = low === null && high === null ? null : low === high ? number(low!) : `${low === null ? "up" : number(low)} to ${high === null ? "?" : number(high)}`;
  return (
    <>
      {range}{words && <>{range && " "}<q>{words}</q></>}
      {cumulative && <span class="quiet"> in all{as_of && ` up to ${shortDay(as_of)}`}</span>}
    </>
  );
}

/** Stances that cannot all be right. */
const against = (stance: string) => stance === "contradicts" || stance === "denies";

/** What a report says beyond its stance. */
function Said({ report, detail }: { report: Report; detail: Detail }) {
  const c = core.value!;
  const counts = detail.counts.get(report.report_id) ?? [];
  return (
    <>
      {(report.claimed_date || report.date_words) && (
        <p>Day: {report.claimed_date && longDay(report.claimed_date)} {report.date_words && <q><bdi>{report.date_words}</bdi></q>}</p>
      )}
      {report.claimed_controller_id && <p>Holder afterwards: <ActorLink id={report.claimed_controller_id} /></p>}
      {counts.map((count) => <p key={count.measure}>{c.title("measure", count.measure)}: <CountValue count={count} /></p>)}
      {report.note && <p class="quiet"><bdi>{report.note}</bdi></p>}
    </>
  );
}

/** Whose word it is, and from whom the source has it. */
function Voice({ report, source }: { report: Report; source: Source | undefined }) {
  const { claimant_id: claimant, upstream_id: upstream } = report;
  const own = source && core.peek()!.actorName(upstream) === source.publisher;
  const from = upstream && !own && upstream !== claimant ? <ActorLink id={upstream} /> : null;
  const unknown = upstream ? null : <span class="quiet">, upstream unknown</span>;
  if (claimant) return <>Word of <ActorLink id={claimant} />{from && <>, from {from}</>}{unknown}</>;
  return <>{from ? <>From {from}</> : "In its own voice"}{unknown}</>;
}

/** A report on the page of its event. */
function ReportCard({ report, detail }: { report: Report; detail: Detail }) {
  const c = core.value!;
  const source = detail.sources.get(report.source_id);
  return (
    <div class="card">
      <p class="from">
        <b><bdi>{source?.publisher ?? report.source_id}</bdi></b>
        {source?.published && <span class="quiet"> {longDay(source.published)}</span>}
        {source && <span class="quiet"> · {c.title("language", source.language)}</span>}
      </p>
      <p class="source"><SourceLink id={report.source_id} source={source} /></p>
      <p><Voice report={report} source={source} /></p>
      <Said report={report} detail={detail} />
    </div>
  );
}

/** Reports by stance; where they compete, side by side. */
export function Stances({ reports, detail }: { reports: Report[]; detail: Detail }) {
  const c = core.value!;
  const groups = by(reports, (r) => r.stance);
  const stances = [...(c.codes.get("stance")?.keys() ?? [])].filter((s) => groups.has(s));
  const compete = stances.some(against) && groups.has("supports");
  return (
    <div class={compete ? "stances compete" : "stances"}>
      {stances.map((stance) => (
        <section key={stance} class={`stance ${stance}`}>
          <h3>{c.title("stance", stance)}<span class="n">{groups.get(stance)!.length}</span><small>{c.codes.get("stance")?.get(stance)?.description}</small></h3>
          <More items={groups.get(stance)!} first={compete ? 8 : 16}>
            {(some) => <div class="cards">{some.map((r) => <ReportCard key={r.report_id} report={r} detail={detail} />)}</div>}
          </More>
        </section>
      ))}
    </div>
  );
}

/** Reports on the pages of sources and actors, which say of which event they are. */
export function ReportTable({ reports, detail, source = true, claimant = true, caption }: {
  reports: Report[]; detail: Detail; source?: boolean; claimant?: boolean; caption: string;
}) {
  const c = core.value!;
  return (
    <More items={reports} first={15}>
      {(some) => (
        <div class="wide">
          <table class="data list reports-of">
            <caption class="unseen">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">Event</th><th scope="col">Stance</th>
                {claimant && <th scope="col">Whose word</th>}
                <th scope="col">Says</th>
                {source && <th scope="col">Source</th>}
              </tr>
            </thead>
            <tbody>
              {some.map((r) => {
                const from = detail.sources.get(r.source_id);
                return (
                  <tr key={r.report_id}>
                    <th scope="row"><EventLink id={r.event_id} /></th>
                    <td data-title="Stance">{c.title("stance", r.stance)}</td>
                    {claimant && <td data-title="Whose word">{r.claimant_id ? <ActorLink id={r.claimant_id} /> : <span class="quiet">its own</span>}</td>}
                    <td class="says"><Said report={r} detail={detail} /></td>
                    {source && <td data-title="Source"><SourceName id={r.source_id} source={from} /></td>}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </More>
  );
}
