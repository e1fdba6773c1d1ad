// The ground that everything else stands on: exact headers, integrity, Trusted Types, the programs.
import { type Page, test as unwatched } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { REFUSED, tamper } from "../support/tamper.ts";

const ADDED = "document.documentElement.dataset.added = 'yes';";

for (const [path, own, foreign] of [
  ["/app", "seeker", "staff"],
  ["/team", "staff", "seeker"],
] as const) {
  test(`${path} mounts under its headers without a complaint`, async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(path);
    await expect(page.locator("#first-screen")).toHaveCount(0);
    await expect(page.locator("main")).toBeVisible();
    expect(asked.filter((name) => name.startsWith(`/pkg/${own}.`))).toHaveLength(2);
    expect(asked.filter((name) => name.startsWith(`/pkg/${foreign}.`))).toEqual([]);
  });
}

for (const path of ["/app", "/team"]) {
  test(`${path} does not move while the program takes its place`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 640 });
    await page.addInitScript(() => {
      const moved = (window as unknown as { moved: number[] }).moved = [];
      const look = (list: PerformanceObserverEntryList) => {
        for (const entry of list.getEntries()) moved.push((entry as unknown as { value: number }).value);
      };
      new PerformanceObserver(look).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(path);
    await expect(page.locator("#first-screen")).toHaveCount(0);
    await expect(page.locator("h1")).toBeVisible();
    // What moved is told with the next frames.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(await page.evaluate(() => (window as unknown as { moved: number[] }).moved)).toEqual([]);
  });
}

/** Opens the application with one more script in its shell, and tells whether that ran. */
async function addedScriptRuns(page: Page, attributes: string): Promise<boolean> {
  await page.route("**/pkg/added.js", (route) => route.fulfill({ contentType: "text/javascript", body: ADDED }));
  await page.route("**/app", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("</head>", `<script type="module" src="/pkg/added.js" ${attributes}></script></head>`);
    await route.fulfill({ response, body });
  });
  await page.goto("/app");
  await expect(page.locator("#first-screen")).toHaveCount(0);
  return (await page.locator("html").getAttribute("data-added")) === "yes";
}

test("a script with its hash runs", async ({ page }) => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ADDED));
  expect(await addedScriptRuns(page, `integrity="sha256-${Buffer.from(hash).toString("base64")}"`)).toBe(true);
});

test("whatever a policy refuses is noticed", async ({ page, watch }) => {
  await page.goto("/app");
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement("img"), { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" }));
  });
  await expect.poll(() => watch.take().join("\n")).toContain("img-src");
  watch.take();
});

// These provoke complaints on purpose, so nothing listens for them.
unwatched("a script without a hash is refused by the shell's policy", async ({ page }) => {
  expect(await addedScriptRuns(page, "")).toBe(false);
});

unwatched("a program with other bytes than its hash says does not start", async ({ page }) => {
  await tamper(page, "**/pkg/seeker.*.wasm");
  const refused = page.waitForEvent("console", (message) => REFUSED.test(message.text()));
  await page.goto("/app");
  await refused;
  await expect(page.locator("#first-screen")).toBeVisible();
});
