// The main journeys by ear: what a screen reader says at each step, and what it says by itself when something changes.
import type { Page } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { StaffPage } from "../pages/StaffPage.ts";
import { withCode } from "../support/code.ts";
import { expect } from "../support/fixtures.ts";
import { Hands, test } from "../support/keys.ts";
import { Reader } from "../support/reader.ts";

const AGENCY = "Beratungshaus Dreisam Freiburg";
const MEHMET = { userName: "mehmet.yildiz", password: "vorfuehrung-hobel-640", name: "Mehmet Yıldız" };
const AMINA = { userName: "amina-regen17", password: "vorfuehrung-teller-229" };

/** Headings begin with one of the first level, and none of a level is left out below. */
function expectOutline(said: string[]): void {
  const levels = said.map((one) => /^heading, .*, level (\d)$/.exec(one)?.[1]).filter((level) => level !== undefined);
  expect(levels.filter((level) => level === "1")).toHaveLength(1);
  let deepest = Number(levels[0]);
  for (const level of levels.map(Number)) {
    expect(level, levels.join(" ")).toBeLessThanOrEqual(deepest + 1);
    deepest = level;
  }
}

test("public pages read in order: ways around first, one heading of the first level, numbers with names", async ({ page }) => {
  for (const [address, heading] of [
    ["/", "Schreiben Sie, was los ist."],
    ["/themen/suchtberatung", "Suchtberatung"],
  ] as const) {
    await page.goto(address);
    const said = await (await Reader.start(page)).readsAll();
    const order = [
      "document",
      "link, Zum Inhalt",
      "banner",
      "link, Seite verlassen",
      "navigation, Hauptmenü",
      "main",
      `heading, ${heading}, level 1`,
      "end of main",
      "contentinfo",
      "link, Datenschutz",
    ];
    expect(said.filter((one) => order.includes(one)).filter((one, at, all) => all.indexOf(one) === at)).toEqual(order);
    expectOutline(said);
    expect(said.some((one) => /^link, .*112/.test(one)), "the number is a link with its own name").toBe(true);
    // Nothing without a name.
    expect(said.filter((one) => /^(link|button|textbox|combobox|image|graphic|radio|checkbox)$/.test(one))).toEqual([]);
  }
});

test("a seeker hears every step from the topic to the sent message", async ({ page }) => {
  test.setTimeout(150_000);
  const hands = new Hands(page);
  await page.goto("/app#topic=suchtberatung");
  await expect(page.getByLabel("Postleitzahl")).toBeVisible();
  const reader = await Reader.start(page);

  await hands.reach(page.getByLabel("Postleitzahl"));
  await reader.hears(/^textbox, Postleitzahl, .+/);
  await hands.type("79104");
  await reader.hears(/^polite: (Eine Beratungsstelle ist|\d+ Beratungsstellen sind) für Sie da$/);
  await hands.choose(page.getByRole("radio", { name: AGENCY }));
  await reader.hears(new RegExp(`^radio, ${AGENCY}`));
  await hands.use(page.getByRole("button", { name: "Weiter" }));
  await reader.hears("heading, Ihr Zugang, level 1");

  // A fault is said at once, with the way to its field, and again at the field.
  await hands.use(page.getByRole("button", { name: "Zugang anlegen" }));
  await reader.hears(/^button, Zugang anlegen/);
  await reader.hears(/^alert, Bitte noch einmal ansehen/);
  await hands.press("Tab");
  await reader.hears(/^link, .*Er darf erfunden sein/);
  await hands.press("Enter");
  await reader.hears(/^textbox, Wie dürfen wir Sie nennen\?.*Er darf erfunden sein.*invalid/);
  await hands.type("Regentonne");
  await hands.tick(page.getByRole("checkbox", { name: "einverstanden" }));
  await reader.hears(/^checkbox, Ich habe das gelesen und bin einverstanden\./);
  await hands.press("Enter");
  await reader.hears("polite: Der Zugang wird angelegt …");
  await expect(page.getByRole("heading", { level: 1, name: "Was möchten Sie schreiben?" })).toBeFocused({ timeout: 30_000 });
  await reader.hears("heading, Was möchten Sie schreiben?, level 1");

  await hands.reach(page.getByLabel("Ihre Nachricht"));
  await reader.hears(/^textbox, Ihre Nachricht, Was ist los\?.+/);
  await hands.type("Ich will nicht mehr leben.");
  await reader.hears(/^polite: .*Ist es gerade sehr schwer\?/);
  await hands.use(page.getByRole("button", { name: "Anfrage senden" }));
  await expect(page.getByRole("heading", { level: 1, name: "Ihre Nachricht ist angekommen." })).toBeFocused({ timeout: 30_000 });
  await reader.hears("heading, Ihre Nachricht ist angekommen., level 1");
  const said = await reader.readsAll();
  expectOutline(said);
  // What one has to write down is read with what it is.
  expect(said.join(" ")).toMatch(/term .*Benutzername.*definition .*term .*Passwort.*definition /);
});

test("counsellor and seeker hear each other: enquiry, acceptance, messages, lists", async ({ browser }) => {
  test.setTimeout(180_000);
  const newPage = async (): Promise<Page> => (await browser.newContext()).newPage();
  const staff = new StaffPage(await newPage());
  const hands = new Hands(staff.page);
  await staff.page.goto("/team");
  await expect(staff.page.getByLabel("Benutzername")).toBeVisible();
  const office = await Reader.start(staff.page);
  await hands.use(staff.page.getByRole("button", { name: "Anmelden" }));
  await office.hears(/^alert, Das hat noch nicht geklappt/);
  await hands.press("Tab");
  await office.hears("link, Bitte den Benutzernamen eintragen.");
  await hands.press("Enter");
  await office.hears(/^textbox, Benutzername, Bitte den Benutzernamen eintragen\..*invalid/);
  await hands.type(MEHMET.userName);
  await hands.fill(staff.page.getByRole("textbox", { name: "Passwort" }), MEHMET.password);
  await hands.press("Enter");
  await expect(staff.question.getByLabel("Code")).toBeFocused();
  await withCode(staff.page, MEHMET.userName, MEHMET.password, async (code) => {
    await hands.type(code);
    await hands.press("Enter");
    await expect(staff.question).toHaveCount(0);
  });
  await staff.isIn();
  await office.hears("heading, Wartend, level 1");

  const seeker = new SeekerPage(await newPage());
  await seeker.signIn(AMINA);
  const phone = await Reader.start(seeker.page);
  const fingers = new Hands(seeker.page);
  await fingers.use(seeker.page.getByRole("button", { name: /Mannheim/ }));
  await phone.hears(/^button, .*Mannheim.*wartet auf Annahme/);
  await phone.hears(/^heading, .*Mannheim.*, level 1$/);
  await expect(seeker.composer).toBeVisible();
  // What was there before is read by who wants to; it is not called out.
  await seeker.page.waitForTimeout(1_000);
  await phone.neverHeard(/^polite:[\s\S]*Jobcenter/);

  await hands.reach(staff.row("Amina").getByRole("link"));
  await office.hears(/^link, Amina [\s\S]*Jobcenter/);
  await hands.press("Enter");
  await office.hears("heading, Amina, level 1");
  await hands.press("a");
  await office.hears(/^polite: Angenommen\. Die Beratung liegt jetzt unter „Meine“\./);
  await expect(staff.title).toBeFocused();
  await phone.hears(/^polite: Mehmet Yıldız berät Sie/);
  // The heading that had the focus says now who counsels, and still has it.
  await expect(seeker.page.getByRole("heading", { level: 1, name: MEHMET.name })).toBeFocused();

  await hands.press("r");
  await office.hears(/^textbox, Nachricht schreiben/);
  await hands.type("Guten Tag Amina, ich helfe Ihnen gern.");
  await hands.press("Control+Enter");
  await phone.hears(/^polite: [\s\S]*Mehmet Yıldız[\s\S]*Guten Tag Amina/);
  await staff.isSent("Guten Tag Amina, ich helfe Ihnen gern.");

  // In the list one hears that something came, and stays where one is.
  await fingers.use(seeker.page.getByRole("button", { name: "Zurück" }), "Shift+Tab");
  await phone.hears("heading, Ihre Beratungen, level 1");
  await fingers.reach(seeker.page.getByRole("button", { name: /Mehmet/ }));
  await hands.type("Schicken Sie mir den Brief?");
  await hands.press("Control+Enter");
  await phone.hears("polite: 1 neue Nachricht");
  await expect(seeker.page.getByRole("button", { name: /1 neue Nachricht/ })).toBeFocused();
  await fingers.press("Enter");
  await expect(seeker.message("Schicken Sie mir den Brief\\?")).toBeVisible();

  // The counsellor is elsewhere.
  await hands.press("Tab");
  await hands.press("w");
  await office.hears("heading, Wartend, level 1");
  await fingers.reach(seeker.composer);
  await fingers.type("Ja, gern.");
  await fingers.press("Control+Enter");
  await office.hears(/^polite: Neue Nachricht von Amina\./);
  await staff.page.context().close();
  await seeker.page.context().close();
});
