const Soon = () => <h1>Lists</h1>;
export { Soon as ActorsPage, Soon as PlacesPage, Soon as SourcesPage, Soon as QuotesPage };
