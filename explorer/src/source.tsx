/** The page of a source, and that of a quotation. */

import type { Detail } from "./data";
import { WithDetail } from "./detail";
import { core } from "./filter";
import { longDay, safeUrl, shownUrl } from "./format";
import { ActorLink, Bracketed, coded, EventLink, Facts, Missing, Outside, Section, SourceLink, Title, useTitle } from "./parts";
import { Blockquote, QuoteList, said, Speaker, translation, Variants } from "./quotation";
import { type Key, Record } from "./record";
import { ReportTable } from "./reports";
import { href } from "./route";
import type { Citation, Quote, Source } from "./types";

function Cited({ title, list, end, detail }: { title: string; list: Citation[]; end: "source_id" | "cited_source_id"; detail: Detail }) {
  if (list.length === 0) return null;
  return (
    <Section title={title} count={list.length}>
      <ul>
        {list.map((x) => (
          <li key={x[end]}>
            <bdi>{detail.sources.get(x[end])?.publisher}</bdi>: <SourceLink id={x[end]} source={detail.sources.get(x[end])} />
            {x.note && <span class="quiet"> <bdi>{x.note}</bdi></span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function SourceShown({ source, detail }: { source: Source; detail: Detail }) {
  const c = core.value!;
  const id = source.source_id;
  useTitle(source.title);
  const reports = detail.reportsIn.get(id) ?? [];
  const quotes = detail.quotesIn.get(id) ?? [];
  const variants = [...detail.variants.values()].flat().filter((v) => v.source_id === id);
  const keys: Key[] = [...reports.map((r): Key => ["reports", r.report_id]), ...quotes.map((q): Key => ["quotes", q.quote_id])];
  return (
    <article class="entity">
      <header>
        <p class="kicker">{c.title("source_kind", source.kind)} · <bdi>{source.publisher}</bdi>{source.published && ` · ${longDay(source.published)}`}</p>
        <h1><Title source={source} /></h1>
        {source.url && <p class="address"><Outside url={source.url}><bdi>{shownUrl(source.url)}</bdi></Outside></p>}
        <Bracketed name={source.title} why="no headline was seen" />
      </header>
      <aside aria-label="In short">
        <Facts
          facts={[
            ["Publisher", <bdi>{source.publisher}</bdi>],
            ["Author", source.author && <bdi>{source.author}</bdi>],
            ["Published", source.published ? longDay(source.published) : <span class="quiet">no day given</span>],
            ["Language", c.title("language", source.language)],
            [
              "Upstream", source.upstream_id ? <ActorLink id={source.upstream_id} /> : <span class="quiet">unknown</span>,
              "From whom its content comes, unless a report says otherwise.",
            ],
            coded("Read", "text_seen", source.text_seen),
            coded("Coded", "coding", source.coding),
            ["Opened", source.accessed && longDay(source.accessed)],
            ["Note", source.note && <bdi>{source.note}</bdi>],
          ]}
        />
      </aside>
      <div class="body">
        {reports.length > 0 && (
          <Section title="Reports" count={reports.length}>
            <ReportTable reports={reports} detail={detail} source={false} caption="What the source says, event by event" />
          </Section>
        )}
        {quotes.length > 0 && <Section title="Quotations" count={quotes.length}><QuoteList quotes={quotes} detail={detail} source={false} /></Section>}
        {variants.length > 0 && (
          <Section title="Other wordings of quotations" count={variants.length}>
            <ul class="variants">
              {variants.map((v) => (
                <li key={v.quote_id}>
                  <Blockquote text={v.text} language={v.language} />
                  <p class="quiet"><a href={href("quote", v.quote_id)}>the quotation</a></p>
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Cited title="Cites" list={detail.cites.get(id) ?? []} end="cited_source_id" detail={detail} />
        <Cited title="Cited by" list={detail.citedBy.get(id) ?? []} end="source_id" detail={detail} />
        <Record table="sources" id={id} title={source.title} keys={keys} />
      </div>
    </article>
  );
}

export function SourcePage({ id }: { id: string }) {
  return (
    <WithDetail>
      {(detail) => {
        const source = detail.sources.get(id);
        return source ? <SourceShown key={id} source={source} detail={detail} /> : <Missing what="source" id={id} />;
      }}
    </WithDetail>
  );
}

function QuoteShown({ quote, detail }: { quote: Quote; detail: Detail }) {
  const c = core.value!;
  const id = quote.quote_id;
  const source = detail.sources.get(quote.source_id);
  const variants = detail.variants.get(id) ?? [];
  const speaker = quote.speaker_id ? c.actorName(quote.speaker_id) : (quote.speaker_description ?? "unnamed");
  useTitle(`${speaker}: ${quote.gist}`);
  return (
    <article class="entity">
      <header>
        <p class="kicker">Quotation · {c.title("topic", quote.topic)}</p>
        <h1><bdi>{quote.gist}</bdi></h1>
        <div class="words"><Blockquote text={quote.text} language={quote.language} /></div>
      </header>
      <aside aria-label="In short">
        <Facts
          facts={[
            ["Speaker", <Speaker quote={quote} />, quote.speaker_id && quote.speaker_description ? `In the words of the source: ${quote.speaker_description}` : null],
            coded("Attribution", "attribution", quote.attribution),
            ["Said", said(quote), c.codes.get("said_on_basis")?.get(quote.said_on_basis)?.description ?? null],
            ["Language", c.title("language", quote.language), translation(quote)],
            [
              "Source",
              <>
                <bdi>{source?.publisher}</bdi>: <SourceLink id={quote.source_id} source={source} />
                {safeUrl(source?.url ?? null) && <p><Outside url={source!.url}>Open the page</Outside></p>}
              </>,
            ],
            ["About", quote.event_id && <EventLink id={quote.event_id} />],
            ["Note", quote.note && <bdi>{quote.note}</bdi>],
          ]}
        />
      </aside>
      <div class="body">
        {variants.length > 0 && <Section title="Other wordings" count={variants.length}><Variants quote={quote} detail={detail} /></Section>}
        <Record table="quotes" id={id} title={`${speaker}: ${quote.gist}`} keys={[["quote_variants", `${id}|*`]]} />
      </div>
    </article>
  );
}

export function QuotePage({ id }: { id: string }) {
  return (
    <WithDetail>
      {(detail) => {
        const quote = detail.quotes.get(id);
        return quote ? <QuoteShown key={id} quote={quote} detail={detail} /> : <Missing what="quotation" id={id} />;
      }}
    </WithDetail>
  );
}
