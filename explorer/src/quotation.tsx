/** Quotations: words inside quotation marks in a source, spoken or written by somebody else. */

import type { Detail } from "./data";
import { core } from "./filter";
import { longDay } from "./format";
import { ActorLink, EventLink, More, SourceLink, Words } from "./parts";
import { href } from "./route";
import type { Quote } from "./types";

export function Speaker({ quote }: { quote: Quote }) {
  if (quote.speaker_id) return <ActorLink id={quote.speaker_id} />;
  return <bdi>{quote.speaker_description ?? "unnamed"}</bdi>;
}

export function said(quote: Quote): string {
  return quote.said_on_basis === "publication" ? `printed ${longDay(quote.said_on)}` : longDay(quote.said_on);
}

export function Blockquote({ text, language }: { text: string; language: string }) {
  return <blockquote lang={language} dir="auto"><p>{text}</p></blockquote>;
}

export function Variants({ quote, detail }: { quote: Quote; detail: Detail }) {
  return (
    <ul class="variants">
      {(detail.variants.get(quote.quote_id) ?? []).map((v) => {
        const source = detail.sources.get(v.source_id);
        return (
          <li key={v.source_id}>
            <Blockquote text={v.text} language={v.language} />
            <p class="quiet">
              {core.value!.title("language", v.language)} · <bdi>{source?.publisher}</bdi>: <SourceLink id={v.source_id} source={source} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/** What is known of a translation. */
export function translation(quote: Quote): string | null {
  if (!quote.translated) return null;
  return `Translated${quote.original_language ? ` from ${core.peek()!.title("language", quote.original_language)}` : ""} by the source.`;
}

interface Props {
  quotes: Quote[];
  detail: Detail;
  speaker?: boolean;
  about?: boolean;
  source?: boolean;
}

export function QuoteList({ quotes, detail, speaker = true, about = true, source = true }: Props) {
  return (
    <More items={quotes} first={10}>
      {(some) => (
        <ul class="quotelist">
          {some.map((q) => {
            const from = detail.sources.get(q.source_id);
            const variants = detail.variants.get(q.quote_id)?.length ?? 0;
            return (
              <li key={q.quote_id}>
                <Blockquote text={q.text} language={q.language} />
                {q.language !== "en" && <p class="gist"><Words text={q.gist} language="en" /></p>}
                <p class="quiet">
                  {speaker && <><Speaker quote={q} />, </>}<a href={href("quote", q.quote_id)}>{said(q)}</a>
                  {source && <> · <bdi>{from?.publisher}</bdi>: <SourceLink id={q.source_id} source={from} /></>}
                  {about && q.event_id && <> · about <EventLink id={q.event_id} /></>}
                </p>
                {variants > 0 && (
                  <details>
                    <summary>{variants} other {variants === 1 ? "wording" : "wordings"}</summary>
                    <Variants quote={q} detail={detail} />
                  </details>
                )}
                {q.translated && <p class="quiet">{translation(q)}</p>}
              </li>
            );
          })}
        </ul>
      )}
    </More>
  );
}
