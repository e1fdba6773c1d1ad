// Bold, lists and links by tools and by keys, on both sides; and the box that comes with words of a crisis.
import type { Browser, Locator, Page, Request } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

/** Nobody else writes to M. at the same time: two tabs of one person would take turns at what has been read. */
const M = { userName: "feldweg-41", password: "vorfuehrung-hafer-640" };

async function both(browser: Browser): Promise<{ seeker: SeekerPage; staff: StaffPage }> {
  const newPage = async () => (await browser.newContext()).newPage();
  const seeker = new SeekerPage(await newPage());
  const staff = new StaffPage(await newPage());
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("M.");
  await seeker.signIn(M);
  await seeker.open("Hannah Brandt");
  return { seeker, staff };
}

async function close(...people: (SeekerPage | StaffPage)[]): Promise<void> {
  for (const person of people) await person.page.context().close();
}

/** Sends what stands in the field. */
async function send(person: SeekerPage | StaffPage): Promise<void> {
  await person.composer.press("Control+Enter");
  await expect(person.composer).toHaveValue("");
}

/** The newest message, as nodes. */
function newest(person: SeekerPage | StaffPage): Locator {
  return person.page.locator(".bubble-text").last();
}

function tool(page: Page, name: string): Locator {
  return page.getByRole("toolbar", { name: "Text gestalten" }).getByRole("button", { name, exact: true });
}

/** Selects a word of the field. */
async function select(field: Locator, word: string): Promise<void> {
  await field.evaluate((area, wanted) => {
    const { value } = area as HTMLTextAreaElement;
    (area as HTMLTextAreaElement).setSelectionRange(value.indexOf(wanted), value.indexOf(wanted) + wanted.length);
  }, word);
}

test("bold, a list and a link by the tools; the other side sees them as such", async ({ browser }) => {
  test.setTimeout(120_000);
  const { seeker, staff } = await both(browser);
  for (const [from, to] of [[seeker, staff], [staff, seeker]] as const) {
    const field = from.composer;
    const mark = `m${Date.now()}`;
    await field.fill(`${mark} ganz wichtig, siehe Seite`);
    await select(field, "wichtig");
    await tool(from.page, "Fett").click();
    await expect(field).toBeFocused();
    await expect(tool(from.page, "Fett")).toHaveAttribute("aria-pressed", "true");
    await select(field, "Seite");
    await tool(from.page, "Link").click();
    await from.page.keyboard.type("www.nora-notruf.de/a");
    await field.press("End");
    await field.press("Enter");
    await tool(from.page, "Liste").click();
    await from.page.keyboard.type("eins");
    await field.press("Enter");
    await from.page.keyboard.type("zwei");
    await expect(field).toHaveValue(`${mark} ganz **wichtig**, siehe [Seite](www.nora-notruf.de/a)\n- eins\n- zwei`);
    await send(from);

    const seen = newest(to);
    await expect(seen).toContainText(mark);
    await expect(seen.locator("strong")).toHaveText("wichtig");
    await expect(seen.locator("ul > li")).toHaveText(["eins", "zwei"]);
    const link = seen.getByRole("link");
    await expect(link).toHaveText("Seite (www.nora-notruf.de)");
    await expect(link).toHaveAttribute("href", "https://www.nora-notruf.de/a");
    await expect(link).toHaveAttribute("rel", "noopener noreferrer");
    await expect(seen).not.toContainText("*");
  }
  // In the lists no marks are shown.
  await expect(staff.row("M.")).toContainText("wichtig, siehe Seite • eins • zwei");
  await expect(staff.row("M.")).not.toContainText("**");
  await close(seeker, staff);
});

test("all of it by keys alone, and the browser's undo takes it back", async ({ browser }) => {
  test.setTimeout(120_000);
  const { seeker, staff } = await both(browser);
  const field = seeker.composer;
  const keys = seeker.page.keyboard;
  const mark = `k${Date.now()}`;
  await field.focus();
  await keys.type(`${mark} `);
  await field.press("Control+b");
  await keys.type("fett");
  await expect(field).toHaveValue(`${mark} **fett**`);
  await field.press("Control+b");
  await expect(field).toHaveValue(`${mark} fett`);
  await field.press("Control+z");
  await expect(field).toHaveValue(`${mark} **fett**`);
  await field.press("End");
  await keys.type(" ");
  await field.press("Control+i");
  await keys.type("ä");
  await field.press("End");
  // One stop of the Tab key; arrows from tool to tool.
  await field.press("Tab");
  await expect(tool(seeker.page, "Fett")).toBeFocused();
  await keys.press("ArrowRight");
  await keys.press("ArrowRight");
  await keys.press("ArrowRight");
  await expect(tool(seeker.page, "Liste mit Zahlen")).toBeFocused();
  await keys.press("Tab");
  await expect(seeker.page.getByRole("button", { name: "Senden" })).toBeFocused();
  await keys.press("Shift+Tab");
  await expect(tool(seeker.page, "Liste mit Zahlen")).toBeFocused();
  await keys.press("Shift+Tab");
  await expect(field).toBeFocused();
  await field.press("Enter");
  await field.press("Tab");
  await keys.press("Enter");
  await expect(field).toBeFocused();
  await keys.type("eins");
  await keys.press("Enter");
  await keys.type("zwei");
  await keys.press("Enter");
  // An empty item ends the list.
  await keys.press("Enter");
  await keys.type("Ende");
  await expect(field).toHaveValue(`${mark} **fett** *ä*\n1. eins\n2. zwei\nEnde`);
  await send(seeker);
  const seen = newest(staff);
  await expect(seen).toContainText(mark);
  await expect(seen.locator("strong")).toHaveText("fett");
  await expect(seen.locator("em")).toHaveText("ä");
  await expect(seen.locator("ol > li")).toHaveText(["eins", "zwei"]);
  await close(seeker, staff);
});

test("markup, scripts and crooked links are text", async ({ browser }) => {
  test.setTimeout(120_000);
  const { seeker, staff } = await both(browser);
  const text = [
    `n${Date.now()} <img src=x onerror=alert(1)> <b>x</b><script>alert(1)</script>`,
    "[Seite](javascript:alert(1)) javascript:alert(1) [bank.de](www.evil.example)",
    "Berater*innen und Klient*innen, 1. Mai, https://bank.de@evil.example/so-lang-dass-es-nicht-in-eine-zeile-passt",
  ].join("\n");
  await seeker.composer.fill(text);
  await send(seeker);
  const seen = newest(staff);
  await expect.poll(() => seen.textContent()).toBe(text);
  await expect(seen.locator("a, img, script, b, em, strong, ul")).toHaveCount(0);
  await seeker.page.setViewportSize({ width: 320, height: 640 });
  await expect.poll(() => seeker.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await close(seeker, staff);
});

test("words of a crisis bring a calm box, without a word to anybody", async ({ browser }) => {
  test.setTimeout(120_000);
  const { seeker, staff } = await both(browser);
  const { page } = seeker;
  const box = page.getByText("Ist es gerade sehr schwer?");
  await page.waitForLoadState("networkidle");

  await seeker.composer.fill("Ich sterbe vor Hunger, das bringt mich um den Verstand.");
  await page.waitForTimeout(1_500);
  await expect(box).toHaveCount(0);
  // From here on nothing may leave the browser but the sealed draft, which is kept for every text.
  const asked: string[] = [];
  const listen = (request: Request) => {
    if (!request.url().endsWith("/api/conversation/save-draft")) asked.push(request.url());
  };
  await seeker.composer.pressSequentially(" Ich will nicht mehr leben");
  page.on("request", listen);
  await expect(box).toBeVisible();
  await expect(page.getByRole("status").filter({ has: box })).toContainText("Sie können trotzdem weiterschreiben.");
  await page.waitForTimeout(1_000);
  expect(asked).toEqual([]);
  page.off("request", listen);
  const numbers = page.locator(".crisis-box .call-number");
  await expect(numbers.first()).toHaveAttribute("href", "tel:112");
  await expect(page.locator(".crisis-box [href='tel:112']")).toHaveCount(1);
  await expect(page.locator(".crisis-box").getByText("116 123")).toBeVisible();
  await expectAccessible(page);

  // One can go on, and closing it leads back to the field.
  await seeker.composer.press("End");
  await seeker.composer.pressSequentially(".");
  await page.getByRole("button", { name: "Hinweis schließen" }).click();
  await expect(box).toHaveCount(0);
  await expect(seeker.composer).toBeFocused();
  await seeker.composer.pressSequentially(" Wirklich nicht mehr leben.");
  await page.waitForTimeout(1_500);
  await expect(box).toHaveCount(0);
  await seeker.composer.fill("");

  // Not for those who counsel.
  await staff.composer.fill("Sie schreiben, dass Sie nicht mehr leben wollen.");
  await staff.page.waitForTimeout(1_500);
  await expect(staff.page.getByText("Ist es gerade sehr schwer?")).toHaveCount(0);
  await expectAccessible(staff.page);
  await staff.composer.fill("");
  await close(seeker, staff);
});

test("the first message has the tools and the box too", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("/app");
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await page.getByRole("button", { name: "Suchtberatung" }).first().click();
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: "Beratungshaus Dreisam Freiburg" }).check();
  await page.getByRole("button", { name: "Weiter" }).click();
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await page.getByRole("checkbox", { name: "einverstanden" }).check();
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  const field = page.getByLabel("Ihre Nachricht");
  await expect(field).toBeVisible({ timeout: 30_000 });
  await field.fill("Mein Mann trinkt und schlägt mich");
  await expect(page.getByText("Ist es gerade sehr schwer?")).toBeVisible();
  await select(field, "Mein Mann");
  await tool(page, "Fett").click();
  await expect(field).toHaveValue("**Mein Mann** trinkt und schlägt mich");
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(field).toHaveValue("**Mein Mann** trinkt und schlägt mich");
  await expect(page.getByText("Ist es gerade sehr schwer?")).toBeVisible();
  await page.getByRole("button", { name: "Alle Nummern" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("button", { name: "Schließen", exact: true }).click();
  await expectAccessible(page);
});
