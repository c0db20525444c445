/**
 * Runs a slow task with one request in flight: while it runs, only the newest request waits, so a
 * slider that moves faster than the model answers is never more than one edit behind.
 */
export class LatestOnly<Request> {
  private running = false;
  private waiting: { readonly request: Request } | null = null;
  private whenIdle: (() => void)[] = [];

  /** `task` must handle its own failures: what it throws ends up as an unhandled rejection. */
  constructor(private readonly task: (request: Request) => Promise<void>) {}

  submit(request: Request): void {
    this.waiting = { request };
    if (!this.running) void this.drain();
  }

  /** Whether a newer request waits while one runs. */
  get behind(): boolean {
    return this.waiting !== null;
  }

  /** Forgets the request that waits; one that runs is finished. */
  discard(): void {
    this.waiting = null;
  }

  /** Resolves once nothing runs or waits. */
  idle(): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private async drain(): Promise<void> {
    this.running = true;
    try {
      while (this.waiting) {
        const { request } = this.waiting;
        this.waiting = null;
        await this.task(request);
      }
    } finally {
      this.running = false;
      for (const resolve of this.whenIdle.splice(0)) resolve();
    }
  }
}
