// The pictures of the README, taken from a running demonstration: the screens as they are, side by side.
import { mkdir, writeFile } from "node:fs/promises";
import { type Browser, type Page, expect, test } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";

const FOLDER = new URL("../../docs/pictures/", import.meta.url);
const LOOKS = ["light", "dark"] as const;
type Look = (typeof LOOKS)[number];
/** The same screen in both looks, as addresses of pictures. */
type Shot = Record<Look, string>;

const PHONE = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1280, height: 810 }, deviceScaleFactor: 2 };

const LETTER = `Guten Abend,

ich weiß nicht, wie ich anfangen soll. Mein Mann trinkt seit dem Frühjahr wieder, jeden Abend eine Flasche Wein, manchmal mehr. Die Kinder haben es gemerkt.

Können Sie mir sagen, was ich tun kann?`;

test("pictures", async ({ browser }) => {
  const open = async (size: typeof PHONE | typeof DESK) => (await browser.newContext({ ...size, reducedMotion: "reduce" })).newPage();
  const phone = await open(PHONE);
  await phone.goto("/");
  const start = await shoot(phone);
  await phone.goto("/app");
  await phone.getByRole("button", { name: "Neue Anfrage" }).click();
  await phone.getByRole("button", { name: "Suchtberatung" }).first().click();
  await phone.getByLabel("Postleitzahl").fill("79104");
  await phone.getByRole("radio", { name: "Beratungshaus Dreisam Freiburg" }).check();
  await expect(phone.getByText("Bis jemand Ihre Anfrage annimmt")).toBeVisible();
  await phone.getByLabel("Postleitzahl").evaluate((field) => scrollTo(0, field.getBoundingClientRect().top + scrollY - 230));
  const choice = await shoot(phone);
  await phone.getByRole("button", { name: "Weiter" }).click();
  await phone.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await phone.getByRole("checkbox", { name: "einverstanden" }).check();
  await phone.getByRole("button", { name: "Zugang anlegen" }).click();
  await phone.getByLabel("Ihre Nachricht").fill(LETTER, { timeout: 30_000 });
  await phone.evaluate(() => scrollTo(0, 0));
  const letter = await shoot(phone);
  await phone.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(phone.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
  await phone.context().close();

  const office = await open(DESK);
  const staff = new StaffPage(office);
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await staff.open("Wegrand");
  await expect(staff.acceptButton).toBeVisible();
  const enquiry = await shoot(office);
  await staff.showMine();
  await staff.open("Stiller Bach");
  await expect(office.locator(".bubble").last()).toBeInViewport();
  const talk = await shoot(office);
  await office.context().close();

  const other = await open(PHONE);
  const writer = new SeekerPage(other);
  await writer.signIn({ userName: "stiller-bach27", password: "vorfuehrung-birke-318" });
  await writer.open("Hannah Brandt");
  await expect(other.locator(".bubble").last()).toBeInViewport();
  const answer = await shoot(other);
  await other.context().close();

  await mkdir(FOLDER, { recursive: true });
  for (const look of LOOKS) {
    await compose(browser, look, `overview-${look}`, 1590, 815, [
      window_(enquiry[look], "inset: 40px auto auto 36px; inline-size: 1160px"),
      handset(letter[look], "inset: 76px 36px auto auto; inline-size: 330px"),
    ]);
    await compose(browser, look, `phones-${look}`, 1500, 790, [
      handset(start[look], "inset: 44px auto auto 128px; inline-size: 340px"),
      handset(choice[look], "inset: 44px auto auto 580px; inline-size: 340px"),
      handset(answer[look], "inset: 44px auto auto 1032px; inline-size: 340px"),
    ]);
    await compose(browser, look, `workplace-${look}`, 1500, 970, [window_(talk[look], "inset: 44px auto auto 55px; inline-size: 1390px")]);
  }
});

/** The page in both looks. */
async function shoot(page: Page): Promise<Shot> {
  const shot: Partial<Shot> = {};
  for (const colorScheme of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const png = await page.screenshot({ animations: "disabled", caret: "hide" });
    shot[colorScheme] = `data:image/png;base64,${png.toString("base64")}`;
  }
  return shot as Shot;
}

const window_ = (source: string, place: string) => `<img class="window" style="${place}" src="${source}" alt="">`;
const handset = (source: string, place: string) => `<img class="handset" style="${place}" src="${source}" alt="">`;

const STYLE = `
  * { box-sizing: border-box }
  body { margin: 0; block-size: 100vh; overflow: hidden; background: linear-gradient(160deg, light-dark(#f2e9d9, #1b2526), light-dark(#e2d4ba, #0a0f10)) }
  img { position: absolute; display: block; block-size: auto }
  .window { border-radius: 14px; border: 1px solid light-dark(#cdbf9f, #39484a); box-shadow: 0 24px 60px light-dark(#4a3a1a40, #000a) }
  .handset { border: 10px solid light-dark(#1d2b2c, #05090a); border-radius: 44px;
    outline: 1px solid light-dark(#0000, #39484a); box-shadow: 0 24px 60px light-dark(#4a3a1a59, #000c) }
`;

/** Screens on one ground, as a small file. */
async function compose(browser: Browser, look: Look, name: string, width: number, height: number, screens: string[]): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1.5, colorScheme: look });
  const page = await context.newPage();
  await page.setContent(`<!doctype html><style>:root { color-scheme: light dark } ${STYLE}</style>${screens.join("")}`, { waitUntil: "load" });
  await page.evaluate(async () => Promise.all([...document.images].map((image) => image.decode())));
  const session = await context.newCDPSession(page);
  // Playwright knows PNG and JPEG only; WebP is a fifth of it, and every browser and forge shows it.
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  await writeFile(new URL(`${name}.webp`, FOLDER), Buffer.from(data, "base64"));
  await context.close();
}
