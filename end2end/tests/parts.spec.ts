// The program's parts: one to begin with, the inner part while the first screens are read, a worker's own.
import { expect, test } from "../support/fixtures.ts";
import { REFUSED, tamper } from "../support/tamper.ts";

const INNER = "**/pkg/seeker-inner.*.wasm";
const WORK = "**/pkg/seeker-work.*.wasm";

test("the first screens need the first part alone; what comes later says so, and goes on by itself", async ({ page, watch }) => {
  watch.expectNetworkError(/seeker-inner/, "ERR_FAILED");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.route(INNER, (route) => route.abort());
  await page.goto("/app");
  // Help is there without the rest.
  await page.getByRole("button", { name: "Sofort Hilfe" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await page.getByRole("button", { name: "Suchtberatung" }).first().click();
  await expect(page.getByRole("status").filter({ hasText: "Es geht von selbst weiter" })).toBeVisible();
  expect(asked.filter((path) => /seeker-work/.test(path)), "nothing of the worker yet").toEqual([]);

  await page.unroute(INNER);
  const heading = page.getByRole("heading", { level: 1, name: "Welche Beratungsstelle?" });
  await expect(heading).toBeVisible();
  await expect(heading).toBeFocused();
  // What was chosen before is kept now.
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem("beistand.form"))).not.toBeNull();
  await page.reload();
  await expect(heading).toBeVisible();
});

test("whoever reads the first screen is not disturbed when the inner part comes", async ({ page }) => {
  const loaded = page.waitForResponse(INNER);
  await page.goto("/app");
  await (await loaded).finished();
  await expect(page.getByRole("button", { name: "Neue Anfrage" })).toBeVisible();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
});

test("a part with other bytes than its hash says does not run", async ({ page, watch }) => {
  await tamper(page, INNER);
  const refused = page.waitForEvent("console", (message) => REFUSED.test(message.text()));
  await page.goto("/app");
  await refused;
  await page.getByRole("button", { name: "Ich war schon hier" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Es geht von selbst weiter" })).toBeVisible();
  await page.unroute(INNER);
  await expect(page.getByLabel("Benutzername")).toBeVisible();
  expect(watch.take().filter((line) => !REFUSED.test(line)), "nothing but the refusal").toEqual([]);
});

test("without the worker's part a sign-in fails in words, and works once it is there", async ({ page, watch }) => {
  watch.expectNetworkError(/seeker-work/, "ERR_FAILED");
  await page.context().route(WORK, (route) => route.abort());
  await page.goto("/app");
  await page.getByRole("button", { name: "Ich war schon hier" }).click();
  await page.getByLabel("Benutzername").fill("niemand-99");
  await page.getByRole("textbox", { name: "Passwort" }).fill("vorfuehrung-nichts-1");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toContainText("Gerade besteht keine Verbindung");
  await page.context().unroute(WORK);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toContainText("Benutzername und Passwort passen nicht zusammen");
});
