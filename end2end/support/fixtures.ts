// Every test uses this `test`: whatever a browser complains about fails it.
import { test as base, expect } from "@playwright/test";
import { Watch } from "./watch.ts";

type Fixtures = {
  /** Complaints of all pages of the test; `watch.expectNetworkError` announces the one known exception. */
  watch: Watch;
};

export const test = base.extend<Fixtures>({
  watch: [
    async ({ browser }, use) => {
      const watch = new Watch();
      for (const context of browser.contexts()) await watch.context(context);
      // Further people of a test have contexts of their own: `browser.newContext()` is watched from its first page on.
      const original = browser.newContext.bind(browser);
      browser.newContext = async (options) => {
        const context = await original(options);
        await watch.context(context);
        return context;
      };
      await use(watch);
      browser.newContext = original;
      expect(watch.complaints(), "complaints of the browser").toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, watch }, use) => {
    await watch.context(context);
    await use(context);
  },
});

export { expect };
