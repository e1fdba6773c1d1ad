// The public face: complete without script, light, accessible, never a dead end, and quick to leave.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const TOPIC = "/themen/suchtberatung";
const PAGES = ["/", "/themen", TOPIC, "/themen/u25", "/themen/kb-sucht-selbsthilfe", "/notfall", "/impressum", "/datenschutz", "/barrierefreiheit"];
const AWAY = "/quelltext";

for (const path of PAGES) {
  test(`${path} is accessible, fits every width and weighs little`, async ({ page, context }) => {
    const bytes: Promise<number>[] = [];
    page.on("requestfinished", (request) => bytes.push(request.sizes().then((sizes) => sizes.responseBodySize)));
    await page.goto(path, { waitUntil: "networkidle" });
    expect(bytes.length, "requests").toBeLessThanOrEqual(4);
    const weight = (await Promise.all(bytes)).reduce((sum, size) => sum + size, 0);
    expect(weight, "bytes over the wire").toBeLessThanOrEqual(25_000);
    expect(await context.cookies(), "cookies").toEqual([]);
    for (const width of [320, 360, 768, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over, `wider than ${width} px`).toBeLessThanOrEqual(0);
    }
    await expectAccessible(page);
  });
}

test("a page that does not exist says so and leads on", async ({ page, watch }) => {
  watch.expectNetworkError(/\/themen\/gibt-es-nicht/, "404");
  const response = await page.goto("/themen/gibt-es-nicht");
  expect(response?.status()).toBe(404);
  await expect(page).toHaveTitle(/^Fehler:/);
  await expect(page.getByRole("link", { name: "116 123" })).toBeVisible();
  await page.getByRole("link", { name: "Zur Startseite" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Schreiben Sie, was los ist.");
});

test("U25: the numbers come first, then the sites, then other places", async ({ page }) => {
  await page.goto("/themen/u25");
  const box = page.getByRole("region", { name: "Wenn du jetzt sofort jemanden brauchst" });
  await expect(box.getByRole("link", { name: "116 123" })).toHaveAttribute("href", "tel:116123");
  await expect(page.getByRole("link", { name: /\[U25\] Rostock/ })).toHaveAttribute("href", /^\/app#topic=u25&agency=[0-9a-f]{32}$/);
  await expect(page.getByRole("link", { name: "krisenchat" })).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("from the start page to an agency's link", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("link", { name: "Suchtberatung", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Suchtberatung");
    await expect(page.getByRole("link", { name: /Freiburg/ })).toHaveAttribute("href", /^\/app#topic=suchtberatung&agency=/);
  });

  test("the exit is a plain link", async ({ page }) => {
    await away(page);
    await page.goto(TOPIC);
    await page.getByRole("link", { name: "Seite verlassen", exact: true }).click();
    await page.waitForURL(`**${AWAY}`);
  });
});

test("the exit leaves nothing to go back to", async ({ page }) => {
  await away(page);
  await page.goto("/");
  await page.goto(TOPIC);
  await page.evaluate(() => sessionStorage.setItem("draft", "x"));
  await page.getByRole("link", { name: "Seite verlassen", exact: true }).click();
  await page.waitForURL(`**${AWAY}`);
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe("/");
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test("Shift three times leaves; Escape and capital letters do not", async ({ page }) => {
  await away(page);
  await page.goto(TOPIC);
  const steps = page.getByRole("status");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+A");
  await expect(steps).toHaveText("");
  await page.keyboard.press("Shift");
  await expect(steps).toContainText("Noch zweimal");
  await page.keyboard.press("Shift");
  await expect(steps).toContainText("Noch einmal");
  await page.keyboard.press("Shift");
  await page.waitForURL(`**${AWAY}`);
});

test("by keyboard: skip links, and a visible focus everywhere", async ({ page }) => {
  await page.goto(TOPIC);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Zum Inhalt" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  for (let links = 0; links < 12; links += 1) {
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe("solid");
    await page.keyboard.press("Tab");
  }
});

/** Lets the exit of the topic's page lead to a page of our own: no test asks a foreign server. */
async function away(page: Page): Promise<void> {
  await page.route(`**${TOPIC}`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/(id="exit" href=")[^"]+/, `$1${AWAY}`);
    await route.fulfill({ response, body });
  });
}
