/** A user-friendly error: what happened, the details, and what to do about it. */
export class Problem extends Error {
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly remedy: string,
  ) {
    super(`${title} ${detail}`);
    this.name = 'Problem';
  }
}

/** Any thrown value as a Problem; `title` and `remedy` are used if it is not one already. */
export function asProblem(error: unknown, title: string, remedy: string): Problem {
  if (error instanceof Problem) return error;
  return new Problem(title, error instanceof Error ? error.message : String(error), remedy);
}
