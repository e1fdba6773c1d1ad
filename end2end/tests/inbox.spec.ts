// The counsellor's workplace: the door, both lists, keys, two at once, access.
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AYLIN, HANNAH, JONAS, MIRIAM, StaffPage } from "../pages/StaffPage.ts";

test("a wrong password is answered kindly, and what was typed stays", async ({ page, watch }) => {
  const staff = new StaffPage(page);
  await page.goto("/team");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toContainText("Bitte den Benutzernamen eintragen.");
  await expect(page).toHaveTitle(/^Fehler: /);
  // Whether it is the name or the password is not said.
  for (const [name, password] of [
    [AYLIN.userName, "nicht-das-richtige"],
    ["gibt.es.nicht", AYLIN.password],
  ] as const) {
    watch.expectNetworkError(/\/api\/account\/sign-in/, "401");
    await staff.tryToSignIn(name, password);
    await expect(page.getByRole("alert")).toContainText("Benutzername und Passwort passen nicht zusammen.");
    await expect(page.getByLabel("Benutzername")).toHaveValue(name);
  }
  await staff.tryToSignIn(AYLIN.userName, AYLIN.password);
  await staff.showCode(AYLIN);
  await staff.isIn();
});

test("a reload asks for nothing; after signing out nothing is left", async ({ page }) => {
  const staff = new StaffPage(page);
  await staff.signInAnew(AYLIN);
  await page.reload();
  await staff.isIn();
  await staff.signOut();
  await expect(page.getByText("Sie sind abgemeldet.")).toBeVisible();
  expect(await page.evaluate(() => Object.keys(sessionStorage).length + Object.keys(localStorage).length)).toBe(0);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Anmelden" })).toBeVisible();
});

test("lists, an enquiry and a conversation by keyboard alone", async ({ page }) => {
  const staff = new StaffPage(page);
  await staff.signIn(HANNAH);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Tasten" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Tasten" })).toBeHidden();

  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/team\/mine$/);
  await page.keyboard.press("j");
  await expect(page.locator(".case-link").first()).toBeFocused();
  await page.keyboard.press("j");
  await expect(page.locator(".case-link").nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/team\/mine\/[0-9a-f]{32}$/);
  await expect(staff.title).toBeFocused();
  await page.keyboard.press("r");
  await expect(staff.composer).toBeFocused();
  // Where somebody writes, letters are letters.
  await page.keyboard.type("jk?");
  await expect(staff.composer).toHaveValue("jk?");
  await staff.composer.fill("");
});

test("letters do nothing once they are turned off", async ({ page }) => {
  const staff = new StaffPage(page);
  await staff.signIn(MIRIAM);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Einzelne Buchstaben als Tasten benutzen" }).uncheck();
  await page.getByRole("button", { name: "Schließen", exact: true }).click();
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/team(\/waiting)?$/);
  await page.reload();
  await staff.isIn();
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/\/team(\/waiting)?$/);
});

test("two counsellors accept at once: one wins, the other reads who was faster", async ({ browser, watch }) => {
  const [hannah, jonas] = await Promise.all(
    [HANNAH, JONAS].map(async (person) => {
      const staff = new StaffPage(await (await browser.newContext()).newPage());
      await staff.signIn(person);
      await staff.open("Kastanie");
      return staff;
    }),
  );
  watch.expectNetworkError(/\/api\/inbox\/accept/, "409");
  // Jonas presses in the moment in which Hannah's answer is on its way: he has not heard of it yet.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await jonas!.page.route("**/api/inbox/accept", async (route) => {
    await held;
    await route.continue();
  });
  await jonas!.acceptButton.click();
  await hannah!.accept("Kastanie");
  release();
  await expect(jonas!.page.getByRole("heading", { name: "Hannah Brandt war schneller." })).toBeVisible();
  await expect(jonas!.row("Kastanie")).toHaveCount(0);
  await jonas!.page.getByRole("link", { name: "Zur nächsten Anfrage" }).click();
  await expect(jonas!.acceptButton).toBeVisible();
  await expect(hannah!.row("Kastanie")).toHaveCount(1);
  await hannah!.page.context().close();
  await jonas!.page.context().close();
});

test("what was put away lies in its own list, and comes back by a key", async ({ page }) => {
  const staff = new StaffPage(page);
  await staff.signIn(HANNAH);
  await staff.showMine();
  await expect(staff.row("Frau G.")).toHaveCount(0);
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/\/team\/archive$/);
  await staff.open("Frau G.");
  await expect(page.getByText("Abgelegt. Sobald eine von beiden Seiten schreibt")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("e");
  await expect(staff.row("Frau G.")).toHaveCount(0);
  await staff.showMine();
  await staff.open("Frau G.");
  await page.getByRole("button", { name: "Ablegen" }).click();
  await expect(page.getByRole("button", { name: "Zurückholen" })).toBeVisible();
  await expect(staff.row("Frau G.")).toHaveCount(0);
});

test("every screen is accessible, light and dark", async ({ page }) => {
  test.setTimeout(120_000);
  const staff = new StaffPage(page);
  await page.goto("/team");
  await expect(page.getByRole("heading", { name: "Anmelden" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expectAccessible(page);
  await staff.tryToSignIn(MIRIAM.userName, MIRIAM.password);
  await expect(staff.question).toBeVisible();
  await expectAccessible(page);
  await staff.showCode(MIRIAM);
  await staff.isIn();
  await expectAccessible(page);
  await staff.open("Blaue Tasse");
  await page.getByText("Wer kann das gerade lesen?").click();
  await expectAccessible(page);
  await page.keyboard.press("?");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await staff.showMine();
  await expectAccessible(page);
  await page.locator(".case-link").first().click();
  await expect(page.locator(".bubble").first()).toBeVisible();
  await page.getByText("Angaben und Mitlesende").click();
  await expectAccessible(page);
  await page.goto("/team/gibt-es-nicht");
  await expect(page.getByRole("heading", { name: "Diese Seite gibt es nicht." })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto("/team/mine");
  await expect(page.locator(".case-link").first()).toBeVisible();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
