// Where one is signed in, ending it elsewhere, and the question before a session ends by itself.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { MovedTime } from "../support/time.ts";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { type Person, StaffPage } from "../pages/StaffPage.ts";

// Accounts that no other test signs in with: ending all other sessions is part of these.
const OLE = { userName: "leuchtturm-84", password: "vorfuehrung-tau-713" };
const K = { userName: "mittwoch-98", password: "vorfuehrung-kalender-420" };
const NADJA: Person = { userName: "nadja.wolff", password: "vorfuehrung-boje-463", name: "Nadja Wolff" };

const ENDED = "Sie wurden hier abgemeldet, von einer anderen Stelle aus. Auf diesem Gerät ist davon nichts mehr gespeichert.";

const sessions = (page: Page) => page.getByRole("region", { name: "Wo Sie angemeldet sind" });
const question = (page: Page) => page.getByRole("alertdialog", { name: "Sind Sie noch da?" });

/** The browser keeps neither a cookie nor anything of the tab. */
async function expectNothingLeft(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
  await expect.poll(async () => (await page.context().cookies()).length).toBe(0);
}

test("a seeker sees where they are signed in and ends it there; what was typed is not lost", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  watch.expectNetworkError(/\/api\//, "401");
  watch.expectNetworkError(/\/live/, "401");
  const here = new SeekerPage(await (await browser.newContext()).newPage());
  await here.signIn(OLE);
  const greeting = here.page.getByText("Ihre letzte Anmeldung:");
  await expect(greeting).toBeVisible();
  await expectAccessible(here.page);
  await here.open("Nadja Wolff");
  await here.page.getByRole("button", { name: "Zurück" }).click();
  await expect(greeting).toHaveCount(0);
  await here.page.getByRole("button", { name: "Einstellungen" }).click();
  await expect(sessions(here.page)).toContainText("Sonst sind Sie nirgends angemeldet.");

  const there = new SeekerPage(await (await browser.newContext()).newPage());
  await there.signIn(OLE);
  await there.open("Nadja Wolff");
  const saved = there.page.waitForResponse(/save-draft/);
  await there.composer.fill("Noch nicht fertig");
  expect((await saved).status()).toBe(200);

  await here.page.reload();
  const rows = sessions(here.page).getByRole("listitem");
  await expect(rows).toHaveText([
    "Hier, in diesem BrowserAngemeldet: Heute · Zuletzt benutzt: Heute",
    /^Woanders \(1\)Angemeldet: Heute · Zuletzt benutzt: Heute/,
  ]);
  await expect(sessions(here.page)).toContainText("Letzte Anmeldung davor:");
  await expectAccessible(here.page);
  await rows.getByRole("button", { name: "Dort abmelden" }).click();
  await expect(sessions(here.page).getByRole("status")).toHaveText("Abgemeldet. Dort ist nichts mehr zu lesen.");
  await expect(rows).toHaveCount(1);
  await expect(here.page.getByRole("heading", { name: "Wo Sie angemeldet sind" })).toBeFocused();

  await expect(there.page.getByText(ENDED)).toBeVisible();
  await expect(there.page.getByText("Noch nicht fertig")).toHaveCount(0);
  await expectAccessible(there.page);
  await expectNothingLeft(there.page);
  await there.signIn(OLE);
  await there.open("Nadja Wolff");
  await expect(there.composer).toHaveValue("Noch nicht fertig");
  const emptied = there.page.waitForResponse(/save-draft/);
  await there.composer.fill("");
  await emptied;
  await here.page.context().close();
  await there.page.context().close();
});

test("a counsellor ends everything else at once", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  watch.expectNetworkError(/\/api\//, "401");
  watch.expectNetworkError(/\/live/, "401");
  const newStaff = async () => {
    const staff = new StaffPage(await (await browser.newContext()).newPage());
    await staff.signInAnew(NADJA);
    return staff;
  };
  const [here, there, third] = [await newStaff(), await newStaff(), await newStaff()];
  await expectAccessible(here.page);
  const greeting = here.page.getByRole("complementary", { name: "Wo Sie angemeldet sind" });
  await expect(greeting).toContainText("Ihre letzte Anmeldung: Heute. Waren Sie das nicht?");
  await greeting.getByRole("link", { name: "Anmeldungen ansehen" }).click();
  await expect(greeting).toHaveCount(0);
  await expect(sessions(here.page).getByRole("listitem")).toHaveCount(3);
  await expectAccessible(here.page);
  await here.page.getByRole("button", { name: "Überall sonst abmelden" }).click();
  await expect(sessions(here.page).getByRole("listitem")).toHaveCount(1);
  for (const { page } of [there, third]) {
    await expect(page.getByText(ENDED)).toBeVisible();
    await expectNothingLeft(page);
  }
  await here.isConnected();
  for (const { page } of [here, there, third]) await page.context().close();
});

test("before a session ends somebody is asked; what was typed outlives the end", async ({ browser, watch }) => {
  test.setTimeout(180_000);
  // The clock jumps over the time that a connection is waited for.
  watch.expectNetworkError(/\/live/, "closed before the connection is established");
  const context = await browser.newContext();
  const time = await MovedTime.in(context);
  const seeker = new SeekerPage(await context.newPage());
  const { page } = seeker;
  await seeker.signIn(K);
  await seeker.open("Katharina");
  await seeker.composer.pressSequentially("Ich überlege noch");
  await time.pass(17);
  await expect(seeker.composer).toBeFocused();
  // Whoever writes is there.
  await seeker.composer.pressSequentially(", wie ich es sage");
  await time.pass(1.1);
  await time.pass(16.4);
  await expect(question(page)).toBeHidden();
  await time.pass(0.6);
  await expect(question(page)).toBeVisible();
  await expect(question(page)).toContainText("In weniger als zwei Minuten werden Sie abgemeldet");
  const stay = question(page).getByRole("button", { name: "Angemeldet bleiben" });
  await expect(stay).toBeFocused();
  await expectAccessible(page);
  await time.pass(1);
  await expect(question(page).getByRole("status")).toContainText("In weniger als einer Minute");
  // Moving about is no answer; the button is, by keyboard too.
  await page.mouse.click(5, 5);
  await expect(question(page)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(question(page)).toBeHidden();
  await expect(seeker.composer).toBeFocused();
  await time.pass(17);
  await expect(question(page)).toBeHidden();

  // Another tab of the same browser is used: this one asks nothing.
  const opened = context.waitForEvent("page");
  await page.evaluate(() => void window.open("/app"));
  const other = new SeekerPage(await opened);
  await expect(other.page.getByRole("heading", { name: "Ihre Beratungen" })).toBeVisible();
  await time.pass(2);
  await expect(question(page)).toBeHidden();
  await other.page.close();

  await time.pass(17.5);
  await expect(question(page)).toBeVisible();
  await time.pass(1);
  await time.pass(1.5);
  await expect(page.getByText("Sie sind nicht mehr angemeldet.")).toBeVisible();
  await expect(question(page)).toBeHidden();
  await expect(page.getByText("Ich überlege noch")).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.getItem("beistand.unlock"))).toBeNull();
  await page.getByLabel("Benutzername").fill(K.userName);
  await page.getByRole("textbox", { name: "Passwort" }).fill(K.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await seeker.open("Katharina");
  await expect(seeker.composer).toHaveValue("Ich überlege noch, wie ich es sage");
  await context.close();
});

test("the workplace asks as well, and Escape means to stay", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  // The clock jumps over the time that a connection is waited for.
  watch.expectNetworkError(/\/live/, "closed before the connection is established");
  const context = await browser.newContext();
  const time = await MovedTime.in(context);
  const staff = new StaffPage(await context.newPage());
  const { page } = staff;
  await staff.signInAnew(NADJA);
  // She administers agencies: a quarter of an hour.
  await time.pass(13.2);
  await expect(question(page)).toBeVisible();
  await expectAccessible(page);
  const asked = page.waitForRequest(/account\/stay/);
  await page.keyboard.press("Escape");
  expect((await asked).postDataJSON()).toEqual({ request: { idle: 0 } });
  await expect(question(page)).toBeHidden();
  await time.pass(12);
  await expect(question(page)).toBeHidden();
  await time.pass(1.5);
  await expect(question(page)).toBeVisible();
  await time.pass(1);
  await time.pass(1.5);
  await expect(page.getByText("Die Sitzung ist beendet.")).toBeVisible();
  await context.close();
});
