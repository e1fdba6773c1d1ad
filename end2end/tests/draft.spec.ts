// What is being written: there on every device of its author, and nothing of it lost when two write at once.
import { expect, test } from "../support/fixtures.ts";
import { expectAccessible } from "../support/axe.ts";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, MIRIAM, StaffPage } from "../pages/StaffPage.ts";

const SEEKER = { userName: "stiller-bach27", password: "vorfuehrung-birke-318" };

test("a draft is there on another device, also when the tab was closed", async ({ browser }) => {
  test.setTimeout(120_000);
  const newPage = async () => (await browser.newContext()).newPage();
  const text = `Angefangen ${Date.now()}`;
  const here = new SeekerPage(await newPage());
  await here.signIn(SEEKER);
  await here.open("Hannah Brandt");
  const saved = here.page.waitForResponse(/save-draft/);
  await here.composer.fill(text);
  expect((await saved).status()).toBe(200);
  await here.page.context().close();

  const there = new SeekerPage(await newPage());
  await there.signIn(SEEKER);
  await there.open("Hannah Brandt");
  await expect(there.composer).toHaveValue(text);
  const emptied = there.page.waitForResponse(/save-draft/);
  await there.page.getByRole("button", { name: "Senden" }).click();
  await expect(there.message(text)).toHaveAttribute("data-state", "sent");
  await emptied;
  const again = new SeekerPage(await newPage());
  await again.signIn(SEEKER);
  await again.open("Hannah Brandt");
  await expect(again.message(text)).toBeVisible();
  await expect(again.composer).toHaveValue("");
  await there.page.context().close();
  await again.page.context().close();
});

test("two windows write at once: both texts are shown, and one, the other or both can be kept", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  watch.expectNetworkError(/\/api\/conversation\/save-draft/, "409");
  const newStaff = async () => {
    const staff = new StaffPage(await (await browser.newContext()).newPage());
    await staff.signIn(MIRIAM);
    await staff.showMine();
    await staff.page.locator(".case").first().getByRole("link").click();
    await expect(staff.composer).toBeVisible();
    return staff;
  };
  const one = await newStaff();
  const other = await newStaff();
  await expect(one.title).toHaveText((await other.title.textContent()) ?? "");
  const saved = one.page.waitForResponse(/save-draft/);
  await one.composer.fill("Zuerst am Schreibtisch.");
  await saved;
  await other.composer.fill("Dann am Telefon.");
  await expect(other.page.getByRole("heading", { name: "Woanders steht ein anderer Text." })).toBeVisible();
  await expect(other.composer).toHaveValue("Dann am Telefon.");
  await expect(other.page.locator(".elsewhere blockquote")).toHaveText("Zuerst am Schreibtisch.");
  await expectAccessible(other.page);
  const settled = other.page.waitForResponse(/save-draft/);
  await other.page.getByRole("button", { name: "Beide untereinander" }).click();
  await expect(other.composer).toHaveValue("Dann am Telefon.\n\nZuerst am Schreibtisch.");
  await expect(other.page.locator(".elsewhere")).toHaveCount(0);
  await settled;
  // Back at the first window: what was unchanged there follows.
  await one.page.reload();
  await expect(one.composer).toHaveValue("Dann am Telefon.\n\nZuerst am Schreibtisch.");
  const emptied = one.page.waitForResponse(/save-draft/);
  await one.composer.fill("");
  await emptied;
  await one.page.context().close();
  await other.page.context().close();
});

test("a conversation opens at what is new; what was in sight is read, and the other side sees it", async ({ browser }) => {
  test.setTimeout(180_000);
  const newPage = async () => (await browser.newContext({ viewport: { width: 400, height: 700 } })).newPage();
  const staff = new StaffPage(await (await browser.newContext()).newPage());
  await staff.signIn(MIRIAM);
  await staff.showMine();
  await staff.open("Regenjacke");
  const stamp = Date.now();
  const long = (number: number) => `Neu ${number} ${stamp}\n${"Eine Zeile.\n".repeat(12)}`;
  for (const number of [1, 2, 3]) await staff.write(long(number));
  const bubble = (person: SeekerPage | StaffPage, number: number) =>
    person.page.locator(".bubble").filter({ hasText: `Neu ${number} ${stamp}` });
  await expect(bubble(staff, 3)).toHaveAttribute("data-state", "sent");

  const seeker = new SeekerPage(await newPage());
  await seeker.signIn({ userName: "regenjacke-88", password: "vorfuehrung-nudel-771" });
  await seeker.open("Miriam Okafor");
  const line = seeker.page.getByText("Neu seit Ihrem letzten Besuch");
  await expect(line).toBeInViewport();
  await expect(bubble(seeker, 3).locator(".bubble-meta")).not.toBeInViewport();
  // What was not in sight is not read.
  await expect(bubble(staff, 3)).not.toContainText("gelesen");
  const told = seeker.page.waitForResponse(/save-label/);
  await bubble(seeker, 3).locator(".bubble-meta").scrollIntoViewIfNeeded();
  await told;
  await expect(bubble(staff, 3)).toContainText("gelesen · Heute", { timeout: 45_000 });
  // The line stays until the conversation is left.
  await expect(line).toHaveCount(1);
  await seeker.page.getByRole("button", { name: "Zurück" }).click();
  await seeker.open("Miriam Okafor");
  await expect(bubble(seeker, 3)).toBeVisible();
  await expect(line).toHaveCount(0);
  await staff.page.context().close();
  await seeker.page.context().close();
});

test("settings: what was read is not told any more, and writing only if wanted", async ({ browser }) => {
  test.setTimeout(180_000);
  const newPage = async () => (await browser.newContext()).newPage();
  const seeker = new SeekerPage(await newPage());
  await seeker.signIn(SEEKER);
  await seeker.page.getByRole("button", { name: "Einstellungen" }).click();
  const marks = seeker.page.getByRole("switch", { name: "Zeigen, was ich gelesen habe" });
  const typing = seeker.page.getByRole("switch", { name: "Zeigen, wenn ich schreibe" });
  await expect(marks).toBeChecked();
  await expect(typing).not.toBeChecked();
  await expectAccessible(seeker.page);
  await marks.uncheck();
  await expect(seeker.page.getByText("Gespeichert.", { exact: true })).toBeVisible();
  await seeker.page.getByRole("button", { name: "Zurück" }).click();
  await seeker.open("Hannah Brandt");

  const staff = new StaffPage(await newPage());
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("Stiller Bach");
  const line = (person: SeekerPage | StaffPage) => person.page.locator(".typing");
  // The counsellor's is shown, and ends by itself.
  await staff.composer.pressSequentially("Ich");
  await expect(line(seeker)).toHaveText("Hannah Brandt schreibt …");
  await expect(line(seeker)).toHaveText("", { timeout: 15_000 });
  const asked: string[] = [];
  seeker.page.on("request", (request) => asked.push(request.url()));
  const text = `Noch zu sehen ${Date.now()}`;
  await staff.write(text);
  await expect(seeker.message(text)).toBeInViewport();
  await seeker.composer.pressSequentially("Noch nicht");
  await seeker.page.waitForTimeout(2_000);
  await expect(line(staff)).toHaveText("");
  expect(asked.filter((url) => url.includes("save-mark"))).toEqual([]);
  await expect(staff.message(text)).not.toContainText("gelesen");

  await seeker.page.getByRole("button", { name: "Zurück" }).click();
  await seeker.page.getByRole("button", { name: "Einstellungen" }).click();
  await expect(marks).not.toBeChecked();
  await marks.check();
  await typing.check();
  await expect(seeker.page.getByText("Gespeichert.", { exact: true })).toBeVisible();
  await seeker.page.getByRole("button", { name: "Zurück" }).click();
  await seeker.open("Hannah Brandt");
  await seeker.composer.pressSequentially(" doch");
  await expect(line(staff)).toHaveText("Stiller Bach schreibt …");
  await expect(staff.message(text)).toContainText("gelesen · Heute");

  await staff.page.getByRole("link", { name: "Einstellungen" }).click();
  await expect(staff.page.getByRole("heading", { name: "Einstellungen" })).toBeVisible();
  await expect(staff.page.getByRole("switch", { name: "Zeigen, wenn ich schreibe" })).toBeChecked();
  await expectAccessible(staff.page);
  await staff.page.context().close();
  await seeker.page.context().close();
});
