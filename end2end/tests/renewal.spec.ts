// Somebody else knows the password: everything is made anew, by keyboard, and the talk goes on for both.
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const ENQUIRY = {
  topic: "Suchtberatung",
  postcode: "79104",
  agency: "Beratungshaus Dreisam Freiburg",
  pseudonym: "Schlüsselbund",
  text: "Guten Morgen, ich hätte eine Frage.",
};
const RENEWED = "Hier wurden die Schlüssel erneuert.";

test("whoever knew the old password reads nothing new, and the two go on", async ({ page, browser, watch }) => {
  test.setTimeout(240_000);
  // The sessions that end, this page's own among them, and the code that opens nothing any more.
  watch.expectNetworkError(/\/api\//, "401");
  watch.expectNetworkError(/\/live/, "401");
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire(ENQUIRY);
  const code = (await page.locator(".code > li").allInnerTexts()).join("-");
  await seeker.toConversation();

  const staffContext = await browser.newContext();
  const staff = new StaffPage(await staffContext.newPage());
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await staff.open(ENQUIRY.pseudonym);
  await staff.accept(ENQUIRY.pseudonym);
  const thiefContext = await browser.newContext();
  const thief = new SeekerPage(await thiefContext.newPage());
  await thief.signIn(access);

  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByText("Passwort ändern").focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Bisheriges Passwort").fill(access.password);
  const password = `nur-fuer-mich-${Date.now()}`;
  await page.getByRole("textbox", { name: "Neues Passwort" }).fill(password);
  await page.getByRole("checkbox", { name: "Jemand anders kennt mein Passwort" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByText("Sie bekommen einen neuen Ersatz-Schlüssel")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Neues Passwort speichern" }).focus();
  await page.keyboard.press("Enter");

  // The new spare key, and the way on.
  await expect(page.getByRole("heading", { level: 1, name: "Das neue Passwort gilt." })).toBeVisible({ timeout: 60_000 });
  const groups = (await page.locator(".code > li").allInnerTexts()).join("-");
  expect(groups).not.toBe(code);
  await expectAccessible(page);
  await expect(thief.page.getByText("Sie wurden hier abgemeldet")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Weiter zu den Nachrichten" }).click();
  await seeker.open(ENQUIRY.agency);
  await expect(seeker.message(ENQUIRY.text)).toBeVisible();
  await expect(page.getByText(RENEWED)).toBeVisible();
  await seeker.write("Jetzt liest niemand mehr mit.");
  await expect(staff.message("Jetzt liest niemand mehr mit.")).toBeVisible({ timeout: 30_000 });
  await expect(staff.page.getByText(RENEWED)).toBeVisible();
  await staff.write("Gut, dass Sie das gemacht haben.");
  await expect(seeker.message("Gut, dass Sie das gemacht haben.")).toBeVisible({ timeout: 30_000 });
  // A reload asks nothing.
  await page.reload();
  await expect(seeker.message("Gut, dass Sie das gemacht haben.")).toBeVisible({ timeout: 30_000 });

  // The old password is refused where it was used before.
  await thief.page.getByLabel("Benutzername").fill(access.userName);
  await thief.page.getByRole("textbox", { name: "Passwort" }).fill(access.password);
  await thief.page.getByRole("button", { name: "Anmelden" }).click();
  await expect(thief.page.getByText("passen nicht zusammen").first()).toBeVisible({ timeout: 30_000 });
  await thiefContext.close();
  await staffContext.close();
});
