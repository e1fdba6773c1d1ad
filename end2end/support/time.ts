// Hours in seconds: the browser's clock is moved, and what the real server says of a session's time is moved with it.
import type { BrowserContext } from "@playwright/test";

type Stays = { left: number; at_most: number };

export class MovedTime {
  private passed = 0;
  private lastUse = 0;
  /** Questions that have no answer yet: while there is one, time stands still. */
  private open = 0;

  private constructor(private readonly context: BrowserContext) {}

  /** Before the context's first page is opened. */
  static async in(context: BrowserContext): Promise<MovedTime> {
    const time = new MovedTime(context);
    await context.clock.install();
    await context.route("**/api/account/stay", async (route) => {
      time.open++;
      try {
        const response = await route.fetch();
        if (response.status() !== 200) return await route.fulfill({ response });
        const { request } = route.request().postDataJSON() as { request: { idle: number } };
        time.lastUse = Math.max(time.lastUse, time.passed - request.idle);
        const stays = (await response.json()) as Stays;
        // The real server's clock has not moved: to it, everything just happened.
        const left = Math.max(0, stays.left - (time.passed - time.lastUse));
        await route.fulfill({ response, json: { left, at_most: stays.at_most - time.passed } });
      } finally {
        time.open--;
      }
    });
    return time;
  }

  /** Lets minutes pass in all pages at once. */
  async pass(minutes: number): Promise<void> {
    await this.settle();
    this.passed += minutes * 60;
    await this.context.clock.fastForward(minutes * 60_000);
    await this.settle();
  }

  /** What the pages ask now is answered in real time, and they have read the answer. */
  private async settle(): Promise<void> {
    const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    await pause(600);
    while (this.open > 0) await pause(50);
    await pause(300);
  }
}
