// Deletion that one can believe: a conversation, and the whole account.
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const ENQUIRY = {
  topic: "Suchtberatung",
  postcode: "79104",
  agency: "Beratungshaus Dreisam Freiburg",
  pseudonym: "Kreide",
  text: "Guten Abend, das soll wieder weg.",
};

test("a conversation is deleted for both at once, with the password, by keys alone", async ({ page, browser, watch }) => {
  test.setTimeout(180_000);
  // The counsellor's page of what is gone, opened again.
  watch.expectNetworkError(/\/api\/conversation\/load/, "404");
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire(ENQUIRY);
  await seeker.toConversation();
  const office = await browser.newContext();
  const staff = new StaffPage(await office.newPage());
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await staff.open(ENQUIRY.pseudonym);
  await staff.accept(ENQUIRY.pseudonym);
  await expect(staff.message(ENQUIRY.text)).toBeVisible();

  const fold = page.getByText("Diese Beratung löschen");
  await fold.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const password = page.getByLabel("Passwort", { exact: true });
  await expect(password).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("ganz ein anderes wort");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Das Passwort stimmt nicht.")).toBeVisible({ timeout: 30_000 });
  await expect(seeker.message(ENQUIRY.text)).toBeVisible();
  await password.fill(access.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Die Beratung ist gelöscht.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Sie haben noch keine Anfrage gesendet.")).toBeVisible();
  // The counsellor was reading it.
  await expect(staff.page.getByText(ENQUIRY.text)).toHaveCount(0, { timeout: 30_000 });
  await expectAccessible(staff.page);
  await staff.page.reload();
  await expect(staff.page.getByText(ENQUIRY.pseudonym)).toHaveCount(0);
  await office.close();
  // Back leads to nothing of it.
  await page.goBack();
  await expect(page.getByText(ENQUIRY.text)).toHaveCount(0);
});

test("a deleted account leaves nothing: no sign-in, no enquiry at the agency, nothing on the device", async ({ page, browser, watch }) => {
  test.setTimeout(180_000);
  watch.expectNetworkError(/\/live/, "401");
  watch.expectNetworkError(/\/api\//, "401");
  const seeker = new SeekerPage(page);
  const mine = { ...ENQUIRY, pseudonym: "Schwamm", text: "Guten Tag, auch das soll wieder weg." };
  const access = await seeker.enquire(mine);
  await seeker.toConversation();
  const office = await browser.newContext();
  const staff = new StaffPage(await office.newPage());
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await expect(staff.row(mine.pseudonym)).toBeVisible({ timeout: 30_000 });

  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByText("Mein Konto löschen").click();
  const section = page.getByRole("region", { name: "Konto löschen" });
  await section.getByLabel("Passwort").fill(access.password);
  await expectAccessible(page);
  await section.getByRole("button", { name: "Alles löschen" }).click();
  await expect(page.getByText("Ihr Konto ist gelöscht.")).toBeVisible({ timeout: 30_000 });
  expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
  expect(await page.context().cookies()).toEqual([]);
  await expect(staff.row(mine.pseudonym)).toHaveCount(0, { timeout: 30_000 });
  await office.close();

  await page.getByRole("button", { name: "Ich war schon hier" }).click();
  await page.getByLabel("Benutzername").fill(access.userName);
  await page.getByRole("textbox", { name: "Passwort" }).fill(access.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByText("Benutzername und Passwort passen nicht zusammen.").first()).toBeVisible({ timeout: 30_000 });
});
