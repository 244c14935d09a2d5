export function compileEmbedded(): string;
