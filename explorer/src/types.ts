/** What `toolkit site` writes beside the page: tables by column, and what the release says of itself. */

export type Day = string; // YYYY-MM-DD
export type Cell = string | number | boolean | null | (string | null)[];
export type Columns = Record<string, Cell[]>;

export interface Download {
  path: string;
  bytes: number;
  sha256: string;
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
  licenses: { name: string; title: string; path: string }[];
  credits: { title: string; path: string | null }[];
  downloads: Download[];
  database: { path: string; bytes: number };
}

export interface Bundle {
  package: Package;
  tables: Record<string, Columns>;
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
  kind: string;
  camp: string;
}

export interface Place {
  location_id: string;
  name: string;
  name_ar: string | null;
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
  versions: string;
  made_by: string;
}
