const Soon = ({ id }: { id: string }) => <h1>{id}</h1>;
export { Soon as EventPage, Soon as ActorPage, Soon as PlacePage, Soon as SourcePage, Soon as QuotePage };
