// Where the network is bad, and where one person has several tabs: nothing is lost, and it is said in words.
import { expect, test } from "../support/fixtures.ts";
import { expectAccessible } from "../support/axe.ts";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, JONAS, StaffPage } from "../pages/StaffPage.ts";

/** Nobody else writes to M. at the same time: two tabs of one person would meet each other's drafts. */
const M = { userName: "feldweg-41", password: "vorfuehrung-hafer-640" };
const OFFLINE = /ERR_INTERNET_DISCONNECTED|WebSocket connection to/;

test("where no WebSocket gets through, both write and read all the same", async ({ browser }) => {
  test.setTimeout(120_000);
  const newPage = async () => {
    const context = await browser.newContext();
    // A proxy that knows nothing of WebSockets closes them before they have said anything.
    await context.routeWebSocket(/\/live$/, (socket) => socket.close());
    return context.newPage();
  };
  const staff = new StaffPage(await newPage());
  const seeker = new SeekerPage(await newPage());
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("M.");
  await seeker.signIn(M);
  await seeker.open("Hannah Brandt");
  const mark = Date.now();
  for (const number of [1, 2, 3]) {
    await staff.write(`Umweg hin ${number} ${mark}`);
    await expect(seeker.message(`Umweg hin ${number} ${mark}`)).toBeVisible();
    await seeker.write(`Umweg her ${number} ${mark}`);
    await expect(staff.message(`Umweg her ${number} ${mark}`)).toBeVisible();
  }
  for (const number of [1, 2, 3]) {
    await expect(staff.message(`Umweg hin ${number} ${mark}`)).toHaveCount(1);
    await expect(seeker.message(`Umweg her ${number} ${mark}`)).toHaveCount(1);
  }
  // Nothing is said of it, because nothing is missing.
  await staff.isConnected();
  await expect(seeker.page.locator(".wire")).toBeEmpty();
  await staff.page.context().close();
  await seeker.page.context().close();
});

test("without a network it says what happens to what is written, and when it is back", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  watch.expectNetworkError(/\/(api|live)/, OFFLINE);
  // Each looks whether there is a new version once it is connected.
  watch.expectNetworkError(/\/(app|team)$/, OFFLINE);
  const newPage = async () => (await browser.newContext()).newPage();
  const staff = new StaffPage(await newPage());
  const seeker = new SeekerPage(await newPage());
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("M.");
  await seeker.signIn(M);
  await seeker.open("Hannah Brandt");

  await staff.page.context().setOffline(true);
  await seeker.page.context().setOffline(true);
  const banner = staff.page.getByRole("complementary", { name: "Verbindung" });
  const wire = seeker.page.locator(".talk .wire");
  await expect(banner).toHaveText("Keine Verbindung. Was Sie schreiben, wird aufgehoben und später gesendet.");
  await expect(wire).toContainText("Sie können weiterschreiben, gesendet wird später.");
  await expect(wire).toHaveAttribute("role", "status");
  await expectAccessible(seeker.page);
  const text = `Im Funkloch ${Date.now()}`;
  await seeker.write(text);
  await expect(seeker.message(text)).toHaveAttribute("data-state", "sending");

  await staff.page.context().setOffline(false);
  await seeker.page.context().setOffline(false);
  await expect(wire).toHaveText("Die Verbindung ist wieder da.");
  await expect(banner).toHaveCount(0);
  await expect(staff.message(text)).toHaveCount(1);
  await expect(wire).toBeEmpty();
  await staff.page.context().close();
  await seeker.page.context().close();
});

test("a cut that is over at once is not mentioned", async ({ browser, watch }) => {
  watch.expectNetworkError(/\/(api|live)/, OFFLINE);
  const context = await browser.newContext();
  const staff = new StaffPage(await context.newPage());
  await staff.signIn(JONAS);
  await staff.page.evaluate(() => {
    const states: string[] = [];
    const mark = document.querySelector("[data-connection]");
    new MutationObserver(() => states.push(mark?.getAttribute("data-connection") ?? "")).observe(mark!, { attributes: true });
    Object.assign(globalThis, { states });
  });
  await context.setOffline(true);
  await staff.page.waitForTimeout(300);
  await context.setOffline(false);
  await staff.page.waitForTimeout(3_000);
  expect(await staff.page.evaluate(() => (globalThis as unknown as { states: string[] }).states)).toEqual([]);
  await context.close();
});

test("two tabs of one person show the same, once, and end together", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  // Whoever writes after another tab compares the drafts first; nothing else is refused.
  watch.expectNetworkError(/\/api\/conversation\/save-draft/, "409");
  // The other tab asks whether it is signed in still, and whether as somebody else.
  watch.expectNetworkError(/\/api\/account\/resume/, "401");
  watch.expectNetworkError(/\/api\/live\/wait/, "401");
  const context = await browser.newContext();
  const first = new StaffPage(await context.newPage());
  await first.signInAnew(HANNAH);
  await first.showMine();
  await first.open("M.");
  // As a browser duplicates a tab: the same session, a copy of what the tab keeps.
  const opened = context.waitForEvent("page");
  await first.page.evaluate(() => void window.open(location.href));
  const second = new StaffPage(await opened);
  await second.isIn();
  await expect(second.title).toHaveText("M.");

  const mark = Date.now();
  await first.write(`Aus dem ersten ${mark}`);
  await expect(second.message(`Aus dem ersten ${mark}`)).toHaveCount(1);
  await second.write(`Aus dem zweiten ${mark}`);
  await expect(first.message(`Aus dem zweiten ${mark}`)).toHaveCount(1);
  for (const tab of [first, second]) {
    await tab.isSent(`Aus dem ersten ${mark}`);
    await tab.isSent(`Aus dem zweiten ${mark}`);
  }
  // What arrives is read in both at the same moment; neither complains.
  const seeker = new SeekerPage(await (await browser.newContext()).newPage());
  await seeker.signIn(M);
  await seeker.open("Hannah Brandt");
  for (const number of [1, 2, 3]) {
    await seeker.write(`Frage ${number} ${mark}`);
    for (const tab of [first, second]) await expect(tab.message(`Frage ${number} ${mark}`)).toHaveCount(1);
    await first.page.waitForTimeout(1_500);
  }

  await first.signOut();
  await expect(second.page.getByRole("heading", { name: "Anmelden" })).toBeVisible({ timeout: 3_000 });
  await context.close();
  await seeker.page.context().close();
});
