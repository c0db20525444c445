/**
 * Runs a slow task with one request in flight and keeps only the newest pending request, so that a
 * slider that moves faster than the model runs is never more than one edit ahead.
 */
export class LatestOnly<Request> {
  private running = false;
  private waiting: { readonly request: Request } | null = null;
  private whenIdle: (() => void)[] = [];

  /** `task` must handle its own errors: anything it throws becomes an unhandled rejection. */
  constructor(private readonly task: (request: Request) => Promise<void>) {}

  submit(request: Request): void {
    this.waiting = { request };
    if (!this.running) void this.drain();
  }

  /** Whether a newer request is pending while one runs. */
  get behind(): boolean {
    return this.waiting !== null;
  }

  /** Drops the pending request; a running one is completed. */
  discard(): void {
    this.waiting = null;
  }

  /** Resolves once no request is running or pending. */
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
