/** What `toolkit site` writes beside the page: tables by column, and what the release says of itself. */

export type Day = string; // YYYY-MM-DD
export type Cell = string | number | boolean | null | (string | null)[];
export type Columns = Record<string, Cell[]>;

/** A file beside the page, such as `release/data/events.csv`. */
export interface Download {
  path: string;
  title: string;
  bytes: number;
}

export interface Release {
  version: string;
  date: Day;
}

export interface Package {
  name: string;
  title: string;
  description: string;
  version: string;
  created: string;
  start: Day;
  end: Day;
  citation: string;
  doi: string | null;
  homepage: string | null;
  repository: string | null;
  /** Where a mistake can be told: the address of a tracker or form, or of mail (mailto:). */
  corrections: string | null;
  /** Who is cited as author. */
  creators: string[];
  /** Every release up to this one, the oldest first. With more than one there is a history.json.gz. */
  releases: Release[];
  licenses: { name: string; title: string; path: string }[];
  credits: { title: string; path: string | null }[];
  downloads: Download[];
  database: { path: string; bytes: number };
}

export interface Bundle {
  package: Package;
  tables: Record<string, Columns>;
}

/** A row of the table `changes` of history.json.gz: what a release changed against the one before. */
export interface Change {
  /** The release that brought the change. */
  version: string;
  table: string;
  /** The primary key of the row, its parts joined by `|`; for a renamed row the new one. */
  key: string;
  kind: "added" | "removed" | "changed" | "renamed";
  /** The field of a changed cell; null where the row as a whole came, went or was renamed. */
  field: string | null;
  /** Cells as text; null is empty. For a renamed row the two keys. */
  before: string | null;
  after: string | null;
}

export interface Event {
  event_id: string;
  title: string;
  summary: string;
  start_date: Day;
  end_date: Day;
  date_precision: string;
  event_type: string;
  event_subtype: string;
  unit: string;
  scope: string;
  planned: boolean;
  evidence: string;
  location_id: string | null;
  location_precision: string | null;
  governorate_id: string | null;
  reports: number;
  upstreams: number;
  quotes: number;
}

export interface Actor {
  actor_id: string;
  name: string;
  name_ar: string | null;
  /** Every other name, each on a line. */
  aliases: string | null;
  kind: string;
  camp: string;
}

export interface Place {
  location_id: string;
  name: string;
  name_ar: string | null;
  /** Every other name, each on a line. */
  aliases: string | null;
  kind: string;
  parent_id: string | null;
  lat: number | null;
  lon: number | null;
}

export interface Role {
  event_id: string;
  actor_id: string;
  role: string;
}

export interface Control {
  location_id: string;
  first_day: Day;
  last_day: Day;
  /** Never empty, and without gaps: rows that name nobody are left out when the data are read. */
  controller_ids: string[];
  sure: boolean;
  event_ids: string[];
}

export interface Code {
  list: string;
  code: string;
  title: string;
  description: string;
}

export interface Source {
  source_id: string;
  url: string | null;
  title: string;
  publisher: string;
  author: string | null;
  published: Day | null;
  language: string;
  kind: string;
  upstream_id: string | null;
  accessed: Day | null;
  text_seen: string;
  coding: string;
  note: string | null;
}

export interface Report {
  report_id: string;
  event_id: string;
  source_id: string;
  claimant_id: string | null;
  upstream_id: string | null;
  stance: string;
  claimed_date: Day | null;
  date_words: string | null;
  claimed_controller_id: string | null;
  note: string | null;
}

export interface Count {
  report_id: string;
  measure: string;
  low: number | null;
  high: number | null;
  words: string | null;
  cumulative: boolean;
  as_of: Day | null;
}

export interface Quote {
  quote_id: string;
  text: string;
  gist: string;
  speaker_id: string | null;
  speaker_description: string | null;
  attribution: string;
  language: string;
  translated: boolean | null;
  original_language: string | null;
  said_on: Day;
  said_on_basis: string;
  source_id: string;
  event_id: string | null;
  topic: string;
  note: string | null;
}

export interface Variant {
  quote_id: string;
  source_id: string;
  text: string;
  language: string;
}

export interface Citation {
  source_id: string;
  cited_source_id: string;
  note: string | null;
}

export interface Alias {
  alias: string;
  language: string;
  kind: string;
  source_id: string | null;
}

export interface Relation {
  relation_id: string;
  actor_id: string;
  relation: string;
  other_actor_id: string;
  valid_from: Day | null;
  valid_to: Day | null;
  source_id: string;
  note: string | null;
}

export interface Disagreement {
  event_id: string;
  kind: string;
  measure: string | null;
  versions: string[];
  made_by: string[];
}
