// Another password: the one before opens nothing any more, and everybody else is signed out.
import { SeekerPage } from "../pages/SeekerPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const ENQUIRY = {
  topic: "Suchtberatung",
  postcode: "79104",
  agency: "Beratungshaus Dreisam Freiburg",
  pseudonym: "Riegel",
  text: "Guten Morgen, ich hätte eine Frage.",
};

test("another password needs the one before, ends other sessions and is the only one after", async ({ page, browser, watch }) => {
  test.setTimeout(180_000);
  // The session that ends.
  watch.expectNetworkError(/\/api\//, "401");
  watch.expectNetworkError(/\/live/, "401");
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire(ENQUIRY);
  await seeker.toConversation();
  await page.getByRole("button", { name: "Zurück" }).click();
  const elsewhere = await browser.newContext();
  const other = new SeekerPage(await elsewhere.newPage());
  await other.signIn(access);

  await page.getByRole("button", { name: "Einstellungen" }).click();
  const before = page.getByLabel("Bisheriges Passwort");
  const next = page.getByRole("textbox", { name: "Neues Passwort" });
  const save = page.getByRole("button", { name: "Neues Passwort speichern" });
  await page.getByText("Passwort ändern").click();
  await before.fill(access.password);
  await next.fill("kurz");
  await save.click();
  await expect(next).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  const password = `neuer-riegel-${Date.now()}`;
  await next.fill(password);
  await before.fill("ganz ein anderes wort");
  await save.click();
  await expect(page.getByText("Das Passwort stimmt nicht.").first()).toBeVisible({ timeout: 30_000 });
  await expect(before).toHaveAttribute("aria-invalid", "true");
  await before.fill(access.password);
  await save.click();
  await expect(page.getByText("Das neue Passwort gilt.")).toBeVisible({ timeout: 30_000 });
  await expect(next).toHaveValue("");
  await expect(other.page.getByText("Sie wurden hier abgemeldet")).toBeVisible({ timeout: 30_000 });
  await elsewhere.close();

  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Abmelden" }).first().click();
  await seeker.signIn({ userName: access.userName, password });
  await seeker.open(ENQUIRY.agency);
  await expect(seeker.message(ENQUIRY.text)).toBeVisible();
});
