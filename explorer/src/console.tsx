export const ConsolePage = () => <h1>SQL</h1>;
