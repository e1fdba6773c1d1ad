// An own device: asked for, opened without a network, sent later once, and forgotten; a foreign one keeps nothing at all.
import type { BrowserContext, Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { Profile } from "../support/profile.ts";
import { type Access, SeekerPage } from "../pages/SeekerPage.ts";

const OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket connection to/;

/** Somebody new, in the first conversation. */
async function newcomer(page: Page, text: string): Promise<{ seeker: SeekerPage; access: Access }> {
  const seeker = new SeekerPage(page);
  const enquiry = { topic: "Sucht", postcode: "79104", agency: "Freiburg", pseudonym: "Kiesel Ufer", text };
  const access = await seeker.enquire(enquiry);
  await seeker.toConversation();
  return { seeker, access };
}

const section = (page: Page) => page.getByRole("region", { name: "Dieses Gerät" });

/** From a conversation to the setting, and on. */
async function own(page: Page, { password }: Access): Promise<void> {
  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await section(page).getByText("Das ist mein eigenes Gerät").click();
  await section(page).getByLabel("Passwort").fill(password);
  await section(page).getByRole("button", { name: "Hier einschalten" }).click();
  await expect(section(page)).toContainText("Eingeschaltet.", { timeout: 30_000 });
}

/** The program is kept. */
async function isInstalled(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open("beistand/app")).match("/app")) !== undefined), { timeout: 30_000 })
    .toBe(true);
}

async function unlock(page: Page, password: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Willkommen zurück" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("textbox", { name: "Passwort" }).fill(password);
  await page.getByRole("button", { name: "Öffnen" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Beratungen" })).toBeVisible({ timeout: 30_000 });
}

/** Everything that a page can find in its browser. */
const traces = (page: Page) =>
  page.evaluate(async () => ({
    tab: sessionStorage.length + localStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    programs: (await navigator.serviceWorker.getRegistrations()).length,
  }));

const NOTHING = { tab: 0, databases: 0, caches: 0, programs: 0 };

/** A browser that has just begun makes its storages when it is asked for them first: that takes its time. */
const isEmpty = (page: Page) => expect.poll(() => traces(page), { timeout: 30_000 }).toEqual(NOTHING);

test("an own device opens without a network, and what is written there is sent later, once", async ({ browser, watch }) => {
  test.setTimeout(180_000);
  watch.expectNetworkError(/./, OFFLINE);
  const context = await browser.newContext();
  const page = await context.newPage();
  const { access } = await newcomer(page, "Ich bin am Ufer.");
  await own(page, access);
  await expectAccessible(page);
  await isInstalled(page);
  await page.close();

  await context.setOffline(true);
  const away = new SeekerPage(await context.newPage());
  await away.page.goto("/app");
  await expect(away.page.getByRole("heading", { name: "Willkommen zurück" })).toBeVisible();
  await expectAccessible(away.page);
  await away.page.getByRole("textbox", { name: "Passwort" }).fill("ein ganz anderes langes Passwort");
  await away.page.getByRole("button", { name: "Öffnen" }).click();
  await expect(away.page.getByText("Das Passwort stimmt nicht.").first()).toBeVisible({ timeout: 30_000 });
  await unlock(away.page, access.password);
  await away.open("Freiburg");
  await expect(away.message("Ich bin am Ufer.")).toBeVisible();
  const text = `Ohne Netz ${Date.now()}`;
  await away.write(text);
  await expect(away.message(text)).toHaveAttribute("data-state", "sending");
  await away.page.waitForTimeout(500);
  await away.page.close();

  const back = new SeekerPage(await context.newPage());
  await back.page.goto("/app");
  await unlock(back.page, access.password);
  await back.open("Freiburg");
  await expect(back.message(text)).toHaveAttribute("data-state", "sending");
  await context.setOffline(false);
  await expect(back.message(text)).toHaveAttribute("data-state", "sent", { timeout: 60_000 });
  await expect(back.message(text)).toHaveCount(1);
  await context.close();

  const elsewhere = new SeekerPage(await (await browser.newContext()).newPage());
  await elsewhere.signIn(access);
  await elsewhere.open("Freiburg");
  await expect(elsewhere.message(text)).toHaveCount(1);
  await elsewhere.page.context().close();
});

// What is not among the words: the user name, which browsers note themselves for their own password store, whatever a
// page says (docs/adr/0433).

/** In a profile on disk; complaints of such a browser nobody listens to, other tests do. */
async function inProfile(run: (profile: Profile, context: BrowserContext) => Promise<void>): Promise<void> {
  const profile = await Profile.make();
  try {
    await run(profile, await profile.open());
  } finally {
    await profile.remove();
  }
}

test("a foreign device keeps nothing: not after signing out, not after the quick exit", async () => {
  test.setTimeout(180_000);
  await inProfile(async (profile, context) => {
    const page = context.pages()[0] ?? (await context.newPage());
    const words = "Seerosenblatt am Ufer";
    const { seeker, access } = await newcomer(page, words);
    await seeker.composer.fill("Steinbruchkante");
    expect(await traces(page)).toMatchObject({ databases: 0, caches: 0, programs: 0 });
    await page.getByRole("button", { name: "Zurück" }).click();
    await page.getByRole("button", { name: "Abmelden" }).click();
    await expect(page.getByText("abgemeldet").first()).toBeVisible();
    await isEmpty(page);
    expect(await context.cookies()).toEqual([]);

    await seeker.signIn(access);
    // Nobody asks the operator's innocuous page from here.
    await context.route((address) => address.hostname !== "127.0.0.1", (route) => route.fulfill({ body: "" }));
    await page.getByRole("link", { name: "Seite verlassen" }).first().click();
    await page.waitForURL((address) => address.hostname !== "127.0.0.1");
    await page.goto(new URL("/notfall", test.info().project.use.baseURL).href);
    await isEmpty(page);
    await profile.close();
    const left = await profile.holding([words, "Steinbruchkante", "Kiesel Ufer", access.password]);
    expect(left).toEqual([]);
  });
});

test("an own device holds nothing that can be read, and nothing at all after signing out", async () => {
  test.setTimeout(180_000);
  await inProfile(async (profile, context) => {
    const page = context.pages()[0] ?? (await context.newPage());
    const words = "Laternenpfahl im Nebel";
    const { access } = await newcomer(page, words);
    await own(page, access);
    await isInstalled(page);
    await profile.close();
    const canaries = [words, "Kiesel Ufer", access.password];
    expect(await profile.holding(canaries)).toEqual([]);

    const again = await profile.open();
    const opened = again.pages()[0] ?? (await again.newPage());
    await opened.goto("/app");
    await unlock(opened, access.password);
    await opened.getByRole("button", { name: "Abmelden" }).click();
    await expect(opened.getByText("abgemeldet").first()).toBeVisible();
    await expect.poll(() => traces(opened)).toEqual(NOTHING);
    await profile.close();
    expect(await profile.holding(canaries)).toEqual([]);
  });
});

test("a new version is said while a page is open; it comes when one wants it, and what was typed stays", async ({ page }) => {
  await page.clock.install();
  await page.goto("/app");
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await page.getByRole("button", { name: "Sucht" }).first().click();
  await page.getByLabel("Postleitzahl").fill("79104");
  await expect(page.getByRole("radio", { name: "Freiburg" })).toBeVisible();
  await page.clock.fastForward(1_000);
  // The next version's shell names other files.
  await page.route("**/app", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(/seeker\.[0-9a-f]+\.js/g, "seeker.0123456789abcdef.js") });
  });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  const notice = page.getByRole("complementary", { name: "Neu laden" });
  await expect(notice).toHaveCount(0);
  await page.clock.fastForward(20_000);
  await expect(notice).toContainText("Es gibt eine neue Version dieser Seite.");
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/update.png" });
  await page.unroute("**/app");
  await notice.getByRole("button", { name: "Neu laden" }).click();
  await expect(notice).toHaveCount(0);
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("79104");
});
