// Messages are quoted, changed, taken back: by both sides, on a phone and on a desk, by pointer and by keys.
import { type Locator, type Page } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const ENQUIRY = {
  topic: "Suchtberatung",
  postcode: "79104",
  agency: "Beratungshaus Dreisam Freiburg",
  pseudonym: "Radiergummi",
  text: "Guten Tag, ich hätte eine Frage.",
};
const GONE = "Nachricht gelöscht";

const more = (bubble: Locator) => bubble.getByRole("button", { name: "Mehr zu dieser Nachricht" });

/** As a finger or a mouse does. */
async function press(bubble: Locator, what: string): Promise<void> {
  await more(bubble).click();
  await bubble.getByRole("button", { name: what, exact: true }).click();
}

/** By keys alone. */
async function type(bubble: Locator, tabs: number): Promise<void> {
  const { keyboard } = bubble.page();
  await more(bubble).focus();
  await keyboard.press("Enter");
  for (let tab = 0; tab < tabs; tab += 1) await keyboard.press("Tab");
  await keyboard.press("Enter");
}

async function isLargeEnough(target: Locator): Promise<void> {
  const box = await target.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
}

/** Nothing is wider than the window. */
async function fits(page: Page): Promise<void> {
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(inner).toBeLessThanOrEqual(outer ?? 0);
}

const aim = (page: Page) => page.locator(".aim");

test("both sides quote, change and take back, and see it at once and later", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 360, height: 740 });
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire(ENQUIRY);
  await seeker.toConversation();
  const office = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const staff = new StaffPage(await office.newPage());
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await staff.open(ENQUIRY.pseudonym);
  await staff.accept(ENQUIRY.pseudonym);
  await staff.write("Was ist **geschehen**?");
  const question = seeker.message("Was ist geschehen\\?");
  await expect(question).toBeVisible();

  // The seeker, on a phone, by touch: quotes, changes, takes back.
  await isLargeEnough(more(question));
  await more(question).click();
  await expect(more(question)).toHaveAttribute("aria-expanded", "true");
  await expect(question.getByRole("button", { name: "Löschen" })).toHaveCount(0);
  await expectAccessible(page);
  await isLargeEnough(question.getByRole("button", { name: "Zitieren" }));
  await question.getByRole("button", { name: "Zitieren" }).click();
  await expect(aim(page)).toContainText("Was ist geschehen?");
  await expect(seeker.composer).toBeFocused();
  await fits(page);
  await expectAccessible(page);
  await seeker.write("Ich weiß es nicht.");
  await expect(aim(page)).toHaveCount(0);
  const answer = seeker.message("Ich weiß es nicht.");
  await expect(answer.locator(".quoted")).toContainText("Was ist geschehen?");
  await expect(answer).toHaveAttribute("data-state", "sent");
  await expectAccessible(page);
  await answer.locator(".quoted button").click();
  await expect(question).toBeFocused();

  await seeker.composer.fill("Ein Entwurf bleibt");
  await press(answer, "Bearbeiten");
  await expect(seeker.composer).toHaveValue("Ich weiß es nicht.");
  await fits(page);
  await expectAccessible(page);
  await aim(page).getByRole("button", { name: "Abbrechen" }).click();
  await expect(seeker.composer).toHaveValue("Ein Entwurf bleibt");
  await press(answer, "Bearbeiten");
  await seeker.composer.fill("Doch, ich weiß es.");
  await page.getByRole("button", { name: "Senden" }).click();
  await expect(seeker.composer).toHaveValue("Ein Entwurf bleibt");
  const changed = "Doch, ich weiß es.";
  for (const side of [seeker, staff]) {
    await expect(side.message(changed)).toContainText("bearbeitet");
    await expect(side.message(changed).locator(".quoted")).toContainText("Was ist geschehen?");
    await expect(side.message("Ich weiß es nicht.")).toHaveCount(0);
  }
  await seeker.write("Das war nicht für Sie.");
  const wrong = seeker.message("Das war nicht für Sie.");
  await expect(wrong).toHaveAttribute("data-state", "sent");
  await expect(staff.message("Das war nicht für Sie.")).toBeVisible();
  await press(wrong, "Löschen");
  await expect(wrong.getByText("Für beide Seiten löschen?")).toBeVisible();
  await expect(wrong.getByRole("button", { name: "Nicht löschen" })).toBeFocused();
  await expectAccessible(page);
  await wrong.getByRole("button", { name: "Nicht löschen" }).click();
  await expect(more(wrong)).toBeFocused();
  await press(wrong, "Löschen");
  await wrong.getByRole("button", { name: "Löschen", exact: true }).click();
  for (const side of [seeker, staff]) {
    await expect(side.message(GONE)).toHaveCount(1);
    await expect(side.message("Das war nicht für Sie.")).toHaveCount(0);
  }
  await expect(seeker.message(GONE)).toBeFocused();
  await expectAccessible(page);

  // The counsellor, at a desk, by keys alone: quotes, changes, takes back.
  await type(staff.message(changed), 1);
  await expect(staff.composer).toBeFocused();
  await staff.page.keyboard.type("Das ist gut.");
  await staff.page.keyboard.press("Control+Enter");
  await expect(seeker.message("Das ist gut.").locator(".quoted")).toContainText(changed);
  await expect(staff.message("Das ist gut.")).toHaveAttribute("data-state", "sent");
  await type(staff.message("Was ist geschehen\\?"), 2);
  await expect(staff.composer).toHaveValue("Was ist **geschehen**?");
  await staff.page.keyboard.press("Control+A");
  await staff.page.keyboard.type("Was war denn?");
  await staff.page.keyboard.press("Control+Enter");
  for (const side of [seeker, staff]) {
    await expect(side.message("Was war denn\\?")).toContainText("bearbeitet");
    await expect(side.message(changed).locator(".quoted")).toContainText("Was war denn?");
  }
  const last = staff.message("Was war denn\\?");
  await expect(last).toHaveAttribute("data-state", "sent");
  await more(last).focus();
  await staff.page.keyboard.press("Enter");
  await expectAccessible(staff.page);
  await staff.page.keyboard.press("Escape");
  await expect(more(last)).toBeFocused();
  await expect(more(last)).toHaveAttribute("aria-expanded", "false");
  await type(last, 3);
  await expect(last.getByRole("button", { name: "Nicht löschen" })).toBeFocused();
  await expectAccessible(staff.page);
  await staff.page.keyboard.press("Shift+Tab");
  await staff.page.keyboard.press("Enter");
  for (const side of [seeker, staff]) {
    await expect(side.message(GONE)).toHaveCount(2);
    await expect(side.message(changed).locator(".quoted")).toHaveText(/Nachricht gelöscht$/);
  }
  await expectAccessible(staff.page);

  // Later, and elsewhere.
  await staff.page.reload();
  await staff.isIn();
  await expect(staff.message(GONE)).toHaveCount(2);
  const other = await browser.newContext({ viewport: { width: 768, height: 1024 }, colorScheme: "dark" });
  const there = new SeekerPage(await other.newPage());
  await there.signIn(access);
  await there.open("Hannah Brandt");
  await expect(there.message(GONE)).toHaveCount(2);
  await expect(there.message(changed)).toContainText("bearbeitet");
  await expect(there.message(changed).locator(".quoted")).toHaveText(/Nachricht gelöscht$/);
  await expect(there.page.getByText("Hier fehlt eine Nachricht.")).toHaveCount(0);
  await expectAccessible(there.page);
  await other.close();
  await office.close();
});
