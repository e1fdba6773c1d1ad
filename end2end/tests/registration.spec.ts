// From the first screen to the sent enquiry, and what may go wrong on the way: nothing typed is ever lost.
import type { Page } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const AGENCY = "Beratungshaus Dreisam Freiburg";
const LETTER = "Guten Abend,\n\nich weiß nicht, wie ich anfangen soll.";

/** As somebody who comes from another page: the same address again would be a reload, which stays where it was. */
async function begin(page: Page): Promise<void> {
  await page.goto("/notfall");
  await page.goto("/app");
}

async function toAgency(page: Page, topic = "Suchtberatung"): Promise<void> {
  await begin(page);
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await page.getByRole("button", { name: topic }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Welche Beratungsstelle?" })).toBeVisible();
}

async function toAccount(page: Page): Promise<void> {
  await toAgency(page);
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: AGENCY }).check();
  await page.getByRole("button", { name: "Weiter" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ihr Zugang" })).toBeVisible();
  await expect(page.getByLabel("Benutzername")).not.toHaveValue("");
}

async function toMessage(page: Page): Promise<void> {
  await toAccount(page);
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await page.getByRole("checkbox", { name: "einverstanden" }).check();
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await expect(page.getByLabel("Ihre Nachricht")).toBeVisible({ timeout: 30_000 });
}

/** The summary says it and has the focus, the title says "Fehler:", the field is marked. */
async function expectFault(page: Page, text: string, label?: string): Promise<void> {
  const summary = page.getByRole("alert").filter({ hasText: text });
  await expect(summary).toBeVisible();
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Fehler: /);
  if (label) await expect(page.getByLabel(label, { exact: true })).toHaveAttribute("aria-invalid", "true");
}

test("four screens to the sent message, and back to it with what the last one shows", async ({ page }) => {
  test.setTimeout(120_000);
  await toMessage(page);
  await page.getByLabel("Ihre Nachricht").fill(LETTER);
  await page.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
  const [userName, password] = await page.locator(".access .secret").allInnerTexts();
  expect(userName).toMatch(/^[a-z]+-[a-z]+\d\d$/);
  expect(password?.split(" ")).toHaveLength(5);
  await page.getByRole("button", { name: "Fertig, abmelden" }).click();
  await expect(page.getByText("Auf diesem Gerät ist nichts mehr gespeichert.")).toBeVisible();

  const seeker = new SeekerPage(page);
  await seeker.signIn({ userName: userName ?? "", password: password ?? "" });
  await seeker.open(AGENCY);
  await expect(page.locator(".bubble-text")).toHaveText(LETTER);
  await page.reload();
  await expect(page.locator(".bubble-text")).toHaveText(LETTER);
});

test("a reload on every screen keeps everything that was typed", async ({ page }) => {
  test.setTimeout(120_000);
  await toAgency(page);
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: AGENCY }).check();
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("79104");
  await expect(page.getByRole("radio", { name: AGENCY })).toBeChecked();

  await page.getByRole("button", { name: "Weiter" }).click();
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await expect(page.getByLabel("Benutzername")).not.toHaveValue("");
  const userName = await page.getByLabel("Benutzername").inputValue();
  await page.getByRole("checkbox", { name: "einverstanden" }).check();
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(page.getByLabel("Wie dürfen wir Sie nennen?")).toHaveValue("Wegrand");
  await expect(page.getByLabel("Benutzername")).toHaveValue(userName);
  await expect(page.getByRole("checkbox", { name: "einverstanden" })).toBeChecked();
  // Nothing of it lies readable in the tab.
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("Wegrand");

  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await page.getByLabel("Ihre Nachricht").fill(LETTER, { timeout: 30_000 });
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(page.getByLabel("Ihre Nachricht")).toHaveValue(LETTER);
});

test("going on while the agency is still being proved waits for the proof", async ({ page }) => {
  await toAgency(page);
  await page.route("**/api/agency/load", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await route.continue();
  });
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: AGENCY }).check();
  await page.getByRole("button", { name: "Weiter" }).click();
  await expect(page.getByRole("button", { name: "Wird geprüft" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Ihr Zugang" })).toBeVisible();
});

test("Back goes from screen to screen, and what was typed is there", async ({ page }) => {
  await toAccount(page);
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  expect(new URL(page.url()).pathname).toBe("/app");
  await page.goBack();
  await expect(page.getByRole("radio", { name: AGENCY })).toBeChecked();
  await expect(page.locator("h1:not(#first-screen *)")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Worum geht es?" })).toBeVisible();
  await page.goForward();
  await page.goForward();
  await expect(page.getByLabel("Wie dürfen wir Sie nennen?")).toHaveValue("Wegrand");
  expect(new URL(page.url()).pathname).toBe("/app");
});

test("faults are said at the top and at the field", async ({ page }) => {
  await toAgency(page);
  await page.getByRole("button", { name: "Weiter" }).click();
  await expectFault(page, "Bitte geben Sie Ihre Postleitzahl ein.", "Postleitzahl");
  await expectAccessible(page);

  await toAccount(page);
  await page.getByRole("radio", { name: /Eigenes Passwort/ }).check();
  await page.getByRole("textbox", { name: "Passwort" }).fill("qwertzuiop12");
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await expectFault(page, "Diese Tasten liegen nebeneinander", "Passwort");
  await expectFault(page, "Er darf erfunden sein", "Wie dürfen wir Sie nennen?");
  await expectFault(page, "Bitte setzen Sie den Haken.");
  await expectAccessible(page);
  await page.getByRole("alert").getByRole("link", { name: /Er darf erfunden sein/ }).click();
  await expect(page.getByLabel("Wie dürfen wir Sie nennen?")).toBeFocused();
});

test("a taken user name is said at the field, and another one is offered", async ({ page, watch }) => {
  watch.expectNetworkError(/\/api\/account\/register/, "409");
  await toAccount(page);
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await page.getByLabel("Benutzername").fill("stiller-bach27");
  await page.getByRole("checkbox", { name: "einverstanden" }).check();
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await expectFault(page, "Diesen Benutzernamen gibt es schon.", "Benutzername");
  await expect(page.getByLabel("Wie dürfen wir Sie nennen?")).toHaveValue("Wegrand");
  await page.getByRole("button", { name: "Anderer Vorschlag" }).click();
  await expect(page.getByLabel("Benutzername")).not.toHaveValue("stiller-bach27");
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await expect(page.getByLabel("Ihre Nachricht")).toBeVisible({ timeout: 30_000 });
});

test("no server while sending: a clear word, the text stays, and it is sent once it is back", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await toMessage(page);
  await page.getByLabel("Ihre Nachricht").fill(LETTER);
  watch.expectNetworkError(/\/api\/enquiry\/submit/, "net::ERR_FAILED");
  await page.route("**/api/enquiry/submit", (route) => route.abort());
  await page.getByRole("button", { name: "Anfrage senden" }).click();
  await expectFault(page, "Gerade besteht keine Verbindung. Ihr Text ist noch da.");
  await expect(page.getByLabel("Ihre Nachricht")).toHaveValue(LETTER);
  await page.unroute("**/api/enquiry/submit");
  await page.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
});

test("a link presets topic and agency, and leaves no trace of them in the address", async ({ page }) => {
  await page.goto("/app#topic=suchtberatung");
  await expect(page.getByRole("heading", { level: 1, name: "Welche Beratungsstelle?" })).toBeVisible();
  await expect(page.getByText("Suchtberatung")).toBeVisible();
  expect(page.url()).toMatch(/\/app$/);

  await page.goto("/app#topic=gibt-es-nicht");
  await page.reload();
  await expect(page.getByText("Das Thema aus Ihrem Link gibt es hier nicht.")).toBeVisible();
});

test("Du where the topic says so; link-only topics show the way; nobody near shows where else to turn", async ({ page }) => {
  await toAgency(page, "[U25]");
  await expect(page.getByText("Bei diesem Thema schreibst du direkt an einen Standort.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Ändern" }).click();
  await page.getByRole("button", { name: /^Kurberatung/ }).click();
  await page.getByLabel("Postleitzahl").fill("79104");
  await expect(page.getByRole("heading", { name: "Hier ist noch niemand zuständig" })).toBeVisible();
  await expectAccessible(page);
});

test("every screen is accessible, light and dark", async ({ page, watch }) => {
  test.setTimeout(180_000);
  await page.goto("/app");
  await expect(page.getByRole("button", { name: "Neue Anfrage" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Sofort Hilfe" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Schließen", exact: true }).click();
  await page.getByRole("button", { name: "Ich war schon hier" }).click();
  await expectAccessible(page);
  watch.expectNetworkError(/\/api\/account\/sign-in/, "401");
  await page.getByLabel("Benutzername").fill("stiller-bach27");
  await page.getByRole("textbox", { name: "Passwort" }).fill("nicht das richtige");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expectFault(page, "Benutzername und Passwort passen nicht zusammen.", "Passwort");
  await expectAccessible(page);

  await begin(page);
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await expect(page.getByRole("button", { name: /^Suchtberatung/ })).toBeVisible();
  await expectAccessible(page);
  await toAgency(page);
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: AGENCY }).check();
  await expect(page.getByText("Bis jemand Ihre Anfrage annimmt")).toBeVisible();
  await expectAccessible(page);
  await toMessage(page);
  await expectAccessible(page);
  await page.getByLabel("Ihre Nachricht").fill(LETTER);
  await page.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Zur Unterhaltung" }).click();
  await expect(page.locator(".bubble")).toBeVisible();
  await expectAccessible(page);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Ihre Beratungen" })).toBeVisible();
  await expectAccessible(page);
});

test("the quick exit leaves nothing behind", async ({ page, watch }) => {
  await toAccount(page);
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await page.waitForTimeout(1_000);
  await page.route("https://www.dwd.de/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Wetter</title>" }));
  for (const _ of [1, 2, 3]) await page.locator("h1:not(#first-screen *)").press("Shift");
  await expect(page).toHaveTitle("Wetter");
  expect(watch.take().filter((line) => !line.includes("www.dwd.de"))).toEqual([]);
  await page.goBack();
  await expect(page.getByRole("button", { name: "Neue Anfrage" })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("beistand.form");
  await expect(page.getByText("Wegrand")).toHaveCount(0);
  watch.take();
});
