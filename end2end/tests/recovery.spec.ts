// A forgotten password: the code that was written down opens everything again.
import type { Page } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const ENQUIRY = {
  topic: "Suchtberatung",
  postcode: "79104",
  agency: "Beratungshaus Dreisam Freiburg",
  pseudonym: "Zettel",
  text: "Guten Abend, ich bin neu hier.",
};

const card = (page: Page) => page.getByRole("region", { name: "Ihr Ersatz-Schlüssel" }).last();

/** The seven groups as they are shown. */
async function groups(page: Page): Promise<string[]> {
  const shown = await page.locator(".code > li").allInnerTexts();
  expect(shown).toHaveLength(7);
  for (const group of shown) expect(group.trim()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
  return shown.map((group) => group.trim());
}

/** Types the two groups that are asked for. */
async function check(page: Page, known: string[]): Promise<void> {
  for (const field of await page.getByLabel(/^Gruppe \d$/).all()) {
    const id = await field.getAttribute("id");
    const label = await page.locator(`label[for="${id}"]`).innerText();
    await field.fill(known[Number(label.replace(/\D/g, "")) - 1]?.toLowerCase() ?? "");
  }
  await page.getByRole("button", { name: "Prüfen" }).click();
}

async function toLost(page: Page): Promise<void> {
  await page.goto("/notfall");
  await page.goto("/app");
  await page.getByRole("button", { name: "Ich war schon hier" }).click();
  await page.getByText("Passwort vergessen?").click();
  await page.getByRole("button", { name: "Mit dem Ersatz-Schlüssel anmelden" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Passwort vergessen" })).toBeFocused();
}

test("what was written down at the beginning opens everything, with a new password and a new code", async ({ page, watch }) => {
  test.setTimeout(180_000);
  // The code that opens nothing any more.
  watch.expectNetworkError(/\/api\/recovery\/recover/, "401");
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire(ENQUIRY);
  const first = await groups(page);
  await expectAccessible(page);
  await card(page).getByRole("button", { name: "Ich habe ihn aufgeschrieben" }).click();
  await expect(page.getByLabel(/^Gruppe \d$/).first()).toBeFocused();
  await expect(page.locator(".code")).toHaveCount(0);
  await page.getByRole("button", { name: "Noch einmal zeigen" }).click();
  expect(await groups(page)).toEqual(first);
  await card(page).getByRole("button", { name: "Ich habe ihn aufgeschrieben" }).click();
  await check(page, first.map(() => "0000"));
  await expect(page.getByText("Das stimmt noch nicht überein.")).toBeVisible();
  await expectAccessible(page);
  await check(page, first);
  await expect(card(page).getByRole("status")).toContainText("Alles richtig.");
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  for (const group of first) expect(kept).not.toContain(group);
  await page.getByRole("button", { name: "Fertig, abmelden" }).click();
  await expect(page.getByText("Auf diesem Gerät ist nichts mehr gespeichert.")).toBeVisible();

  await toLost(page);
  await expectAccessible(page);
  const next = page.getByRole("button", { name: "Weiter", exact: true });
  await page.getByLabel("Ersatz-Schlüssel").fill(first.slice(1).join(" "));
  await next.click();
  await expect(page.getByRole("alert").filter({ hasText: "28 Zeichen" })).toBeFocused();
  const slip = first[3] === "0000" ? "1111" : "0000";
  await page.getByLabel("Ersatz-Schlüssel").fill(first.with(3, slip).join(" "));
  await next.click();
  await expect(page.getByRole("alert").filter({ hasText: /stimmt nicht|gibt es nicht/ })).toBeFocused();
  await page.getByLabel("Ersatz-Schlüssel").fill(first.join("").toLowerCase());
  await next.click();
  await expect(page.getByText(`Ihr Benutzername ist ${access.userName}.`)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  const save = page.getByRole("button", { name: "Neues Passwort speichern" });
  await page.getByRole("textbox", { name: "Passwort" }).fill("kurz");
  await save.click();
  await expect(page.getByRole("textbox", { name: "Passwort" })).toHaveAttribute("aria-invalid", "true");
  const password = `neue-leiter-${Date.now()}`;
  await page.getByRole("textbox", { name: "Passwort" }).fill(password);
  await save.click();
  await expect(page.getByRole("heading", { level: 1, name: "Das neue Passwort gilt." })).toBeVisible({ timeout: 30_000 });
  const second = await groups(page);
  expect(second).not.toEqual(first);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Weiter zu den Nachrichten" }).click();
  await seeker.open(ENQUIRY.agency);
  await expect(seeker.message(ENQUIRY.text)).toBeVisible();

  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Abmelden" }).first().click();
  await toLost(page);
  await page.getByLabel("Ersatz-Schlüssel").fill(first.join("-"));
  await page.getByRole("button", { name: "Weiter", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "gibt es nicht" })).toBeFocused({ timeout: 30_000 });
  await page.goto("/notfall");
  await seeker.signIn({ userName: access.userName, password });
});

test("a new code in the settings needs the password, and the one before opens nothing", async ({ page }) => {
  test.setTimeout(180_000);
  const seeker = new SeekerPage(page);
  const { password } = await seeker.enquire({ ...ENQUIRY, pseudonym: "Papier" });
  const first = await groups(page);
  await seeker.toConversation();
  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await expect(page.getByText("Sie haben noch keinen Ersatz-Schlüssel aufgeschrieben.")).toBeVisible();
  await page.getByText("Neuen Ersatz-Schlüssel machen").click();
  const make = page.getByRole("button", { name: "Jetzt machen" });
  await page.locator("#code-password").fill("ganz ein anderes wort");
  await make.click();
  await expect(page.getByText("Das Passwort stimmt nicht.")).toBeVisible({ timeout: 30_000 });
  await page.locator("#code-password").fill(password);
  await make.click();
  await expect(page.locator(".code > li").first()).toBeVisible({ timeout: 30_000 });
  const second = await groups(page);
  expect(second).not.toEqual(first);
  await page.getByRole("button", { name: "Ich habe ihn aufgeschrieben" }).click();
  await check(page, second);
  await expect(page.getByText("Sie haben Ihren Ersatz-Schlüssel aufgeschrieben.")).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText("Sie haben Ihren Ersatz-Schlüssel aufgeschrieben.")).toBeVisible();
  await expect(page.locator(".code")).toHaveCount(0);
});
