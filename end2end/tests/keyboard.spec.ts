// Both roles by keyboard alone: nothing is clicked, the focus is always seen, and after each step it is where one goes on.
import type { Page } from "@playwright/test";
import { StaffPage } from "../pages/StaffPage.ts";
import { withCode } from "../support/code.ts";
import { expect } from "../support/fixtures.ts";
import { Hands, test } from "../support/keys.ts";

const AGENCY = "Beratungshaus Dreisam Freiburg";
const KATHARINA = { userName: "katharina.vogt", password: "vorfuehrung-anker-381" };

// Not the words of the shell, which stand there in every language until the style sheet has come.
const title = (page: Page) => page.locator("h1:not(#first-screen *)");
const button = (page: Page, name: string) => page.getByRole("button", { name });

test("a seeker: from the start page to the sent message, out, and back into the conversation", async ({ page, onlyKeys }) => {
  test.setTimeout(150_000);
  onlyKeys();
  const hands = new Hands(page);
  await page.goto("/");
  await hands.press("Tab");
  await expect(page.getByRole("link", { name: "Zum Inhalt" })).toBeFocused();
  await hands.seesFocus();
  await hands.press("Enter");
  await hands.use(page.getByRole("main").getByRole("link", { name: "Suchtberatung", exact: true }));
  await expect(title(page)).toHaveText("Suchtberatung");
  await hands.use(page.locator(".actions a").first());

  await expect(title(page)).toHaveText("Welche Beratungsstelle?");
  await hands.fill(page.getByLabel("Postleitzahl"), "79104");
  await expect(page.getByRole("radio", { name: AGENCY })).toBeAttached();
  await hands.choose(page.getByRole("radio", { name: AGENCY }));
  await hands.use(button(page, "Weiter"));

  await expect(title(page)).toHaveText("Ihr Zugang");
  await expect(title(page)).toBeFocused();
  await hands.seesFocus();
  // Help is at hand from everywhere, and one comes back to where one was.
  await hands.use(button(page, "Sofort Hilfe"), "Shift+Tab");
  await expect(page.getByRole("dialog")).toBeVisible();
  await hands.seesFocus();
  await hands.press("Escape");
  await expect(button(page, "Sofort Hilfe")).toBeFocused();

  // What is missing is said where one is, and leads to the field.
  await hands.use(button(page, "Zugang anlegen"));
  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  await hands.seesFocus();
  await hands.use(summary.getByRole("link", { name: /Er darf erfunden sein/ }));
  const name = page.getByLabel("Wie dürfen wir Sie nennen?");
  await expect(name).toBeFocused();
  await hands.type("Uferpfad");
  const userName = await page.getByLabel("Benutzername").inputValue();
  const password = `leise-treppe-${Date.now()}`;
  await hands.choose(page.getByRole("radio", { name: /Eigenes Passwort/ }));
  await hands.fill(page.getByRole("textbox", { name: "Passwort" }), password);
  await hands.tick(page.getByRole("checkbox", { name: "einverstanden" }));
  // As every form, it is sent by Enter.
  await hands.press("Enter");

  await expect(title(page)).toHaveText("Was möchten Sie schreiben?", { timeout: 30_000 });
  await expect(title(page)).toBeFocused();
  await hands.fill(page.getByLabel("Ihre Nachricht"), "Guten Abend, ich weiß nicht, wie ich anfangen soll.");
  await hands.use(button(page, "Anfrage senden"));
  await expect(title(page)).toHaveText("Ihre Nachricht ist angekommen.", { timeout: 30_000 });
  await expect(title(page)).toBeFocused();

  await hands.use(button(page, "Zur Unterhaltung"));
  await expect(title(page)).toContainText(AGENCY);
  await expect(title(page)).toBeFocused();
  await hands.seesFocus();
  const composer = page.getByRole("textbox", { name: "Nachricht schreiben" });
  await hands.fill(composer, "Noch etwas.");
  await hands.press("Control+Enter");
  await expect(composer).toHaveValue("");
  await expect(composer).toBeFocused();

  await hands.use(button(page, "Zurück"), "Shift+Tab");
  await expect(title(page)).toHaveText("Ihre Beratungen");
  await expect(title(page)).toBeFocused();
  await hands.use(button(page, "Abmelden"));
  await expect(page.getByText("Auf diesem Gerät ist nichts mehr gespeichert.")).toBeVisible();
  await expect(title(page)).toBeFocused();

  await hands.use(button(page, "Ich war schon hier"));
  await expect(title(page)).toBeFocused();
  await hands.fill(page.getByLabel("Benutzername"), userName);
  await hands.fill(page.getByRole("textbox", { name: "Passwort" }), password);
  await hands.press("Enter");
  await expect(title(page)).toHaveText("Ihre Beratungen", { timeout: 30_000 });
  await expect(title(page)).toBeFocused();
  await hands.use(button(page, AGENCY));
  await expect(page.locator(".bubble-text")).toHaveText(["Guten Abend, ich weiß nicht, wie ich anfangen soll.", "Noch etwas."]);
  await expect(title(page)).toBeFocused();
  await hands.reach(composer);
});

test("a counsellor: from signing in to accepting, answering and putting away", async ({ page, onlyKeys }) => {
  test.setTimeout(120_000);
  onlyKeys();
  const hands = new Hands(page);
  const staff = new StaffPage(page);
  await page.goto("/team");
  // A mistake first: the summary has the focus and leads to the field.
  await hands.use(button(page, "Anmelden"));
  await expect(page.getByRole("alert")).toBeFocused();
  await hands.seesFocus();
  await hands.use(page.getByRole("link", { name: "Bitte den Benutzernamen eintragen." }));
  await expect(page.getByLabel("Benutzername")).toBeFocused();
  await hands.type(KATHARINA.userName);
  await hands.fill(page.getByRole("textbox", { name: "Passwort" }), KATHARINA.password);
  await hands.press("Enter");
  await expect(staff.question.getByLabel("Code")).toBeFocused();
  await withCode(page, KATHARINA.userName, KATHARINA.password, async (code) => {
    await hands.type(code);
    await hands.press("Enter");
    await expect(staff.question).toHaveCount(0);
  });
  await staff.isIn();
  const list = (name: string) => page.getByRole("heading", { name, level: 1, exact: true });
  await expect(list("Wartend")).toBeFocused();
  await hands.seesFocus();

  // By the Tab key, without any letter.
  await hands.use(staff.row("Lotte").getByRole("link"));
  await expect(staff.title).toHaveText("Lotte");
  await expect(staff.title).toBeFocused();
  await hands.seesFocus();
  await hands.use(staff.acceptButton);
  await expect(page).toHaveURL(/\/team\/mine\/[0-9a-f]{32}$/);
  await expect(staff.title).toHaveText("Lotte");
  await expect(staff.title).toBeFocused();
  await hands.reach(staff.composer);
  await hands.type("Hallo Lotte, schön, dass du schreibst.");
  await hands.press("Tab");
  await hands.use(page.getByRole("button", { name: "Senden" }));
  await expect(staff.composer).toHaveValue("");
  await expect(staff.composer).toBeFocused();
  await staff.isSent("Hallo Lotte, schön, dass du schreibst.");
  const away = page.getByRole("button", { name: /^Ablegen/ });
  await hands.use(away, "Shift+Tab");
  const back = page.getByRole("button", { name: /^Zurückholen/ });
  await expect(back).toBeFocused();
  await expect(staff.row("Lotte")).toHaveCount(0);

  // And by letters: to the archive, to the row, open, bring back.
  await hands.press("l");
  await expect(list("Abgelegt")).toBeFocused();
  await hands.press("j");
  await expect(staff.row("Lotte").getByRole("link")).toBeFocused();
  await hands.press("Enter");
  await expect(staff.title).toHaveText("Lotte");
  await expect(staff.title).toBeFocused();
  await hands.press("e");
  await expect(page.getByRole("button", { name: /^Ablegen/ })).toBeVisible();
  await expect(staff.title).toBeFocused();
  await hands.press("?");
  await expect(page.getByRole("dialog", { name: "Tasten" })).toBeVisible();
  await hands.seesFocus();
  await hands.press("Escape");
  await expect(staff.title).toBeFocused();
  await hands.use(page.getByRole("button", { name: "Abmelden" }), "Shift+Tab");
  await expect(page.getByRole("heading", { name: "Anmelden" })).toBeFocused();
  await hands.seesFocus();
});
