// A server, or somebody in between, that sends other bytes than the page was promised.
import type { Page } from "@playwright/test";

/** What the browser says of bytes that do not fit their hash. */
export const REFUSED = /integrity|digest/i;

/** Appends an empty section to these programs: still WebAssembly, but not the one whose hash is known. */
export async function tamper(page: Page, programs: string): Promise<void> {
  await page.route(programs, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: Buffer.concat([body, Buffer.from([0, 1, 0])]) });
  });
}
