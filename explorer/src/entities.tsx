/** The pages of single rows, which are loaded together. */

export { ActorPage } from "./actor";
export { EventPage } from "./event";
export { PlacePage } from "./place";
export { QuotePage, SourcePage } from "./source";
