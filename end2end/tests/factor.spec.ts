// The second factor: staff set one up before anything else, seekers if they like; a code counts once.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { HANNAH, JONAS, MIRIAM, StaffPage } from "../pages/StaffPage.ts";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { App, seedFrom } from "../support/code.ts";
import { expect, test } from "../support/fixtures.ts";
import { OwnServer } from "../support/server.ts";

test.describe.configure({ mode: "serial" });
let server: OwnServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await OwnServer.start("localhost");
  // As those are who were invited, or worked here before there were second factors.
  await server.down();
  await promisify(execFile)("sqlite3", [`${server.data}/beistand.sqlite`, "DELETE FROM factor; DELETE FROM spare_code;"]);
  await server.up();
});

test.afterAll(async () => server?.remove());

const question = (page: Page) => page.getByRole("dialog", { name: "Zweite Sicherung" });

/** Types a code into the dialog. */
async function answer(page: Page, code: string): Promise<void> {
  await question(page).getByLabel("Code").fill(code);
  await question(page).getByRole("button", { name: "Weiter" }).click();
}

/** The seed as it is shown. */
async function seed(page: Page): Promise<App> {
  return new App(seedFrom(await page.locator(".secret").first().innerText()));
}

const codes = async (page: Page) => page.locator(".code.spare > li").allInnerTexts();

test("the first sign-in leads through a code app; then the code is asked for, and one from paper counts once", async ({ page, watch }) => {
  test.setTimeout(240_000);
  watch.expectNetworkError(/\/api\/factor\//, "401");
  const staff = new StaffPage(page);
  await page.goto(`${server.url}/team`);
  await staff.tryToSignIn(JONAS.userName, JONAS.password);
  const title = page.getByRole("heading", { name: "Zweite Sicherung", level: 1 });
  await expect(title).toBeVisible({ timeout: 30_000 });
  await expect(title).toBeFocused();
  await expect(page.getByRole("img", { name: "Bild für die Code-App" })).toBeVisible();
  await expectAccessible(page);
  // Nothing else is there, and a reload does not change that.
  await page.reload();
  await expect(title).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Hauptmenü" })).toHaveCount(0);
  const app = await seed(page);
  await expect(page.getByRole("link", { name: "In der App auf diesem Gerät öffnen" })).toHaveAttribute("href", /^otpauth:\/\/totp\/.*jonas\.reuter\?secret=[A-Z2-7]{32}$/);
  await page.getByLabel("Code, den die App jetzt zeigt").fill("000000");
  await page.getByRole("button", { name: "Einschalten" }).click();
  await expect(page.getByText("Der Code stimmt nicht")).toBeVisible();
  await page.getByLabel("Code, den die App jetzt zeigt").fill(await app.next());
  await page.getByRole("button", { name: "Einschalten" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Notfall-Codes" })).toBeVisible();
  const paper = await codes(page);
  expect(paper).toHaveLength(8);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Ich habe sie aufgeschrieben" }).click();
  await staff.isIn();
  await staff.signOut();

  await staff.tryToSignIn(JONAS.userName, JONAS.password);
  await answer(page, "123456");
  await expect(question(page).getByRole("alert")).toContainText("Der Code stimmt nicht");
  await expectAccessible(page);
  await answer(page, await app.next());
  await staff.isIn();
  await staff.signOut();

  // Without the telephone: a code from paper, however it is typed; the same one once more is worth nothing.
  await staff.tryToSignIn(JONAS.userName, JONAS.password);
  await answer(page, (paper[0] ?? "").toLowerCase().replaceAll("-", " "));
  await staff.isIn();
  await staff.signOut();
  await staff.tryToSignIn(JONAS.userName, JONAS.password);
  await answer(page, paper[0] ?? "");
  await expect(question(page).getByRole("alert")).toContainText("schon benutzt");
  // Who does not want to stays outside.
  await page.keyboard.press("Escape");
  await expect(question(page)).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Anmelden" })).toBeVisible();
});

test("a passkey is set up at the first sign-in and opens the workplace", async ({ page, watch }) => {
  test.setTimeout(180_000);
  watch.expectNetworkError(/\/api\/factor\//, "403");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const staff = new StaffPage(page);
  await page.goto(`${server.url}/team`);
  await staff.tryToSignIn(MIRIAM.userName, MIRIAM.password);
  await page.getByRole("button", { name: "Passkey einrichten" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Notfall-Codes" })).toBeVisible();
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
  expect(credentials).toHaveLength(1);
  await page.getByRole("button", { name: "Ich habe sie aufgeschrieben" }).click();
  await staff.isIn();
  await staff.signOut();
  await staff.tryToSignIn(MIRIAM.userName, MIRIAM.password);
  await question(page).getByRole("button", { name: "Mit Passkey bestätigen" }).click();
  await staff.isIn();

  // The last one stays; beside another one it may go.
  await page.getByRole("link", { name: "Einstellungen" }).click();
  const section = page.getByRole("region", { name: "Zweite Sicherung" });
  await expect(section.getByText(/^Passkey\. Eingerichtet: Heute/)).toBeVisible();
  await expect(section.getByText("Noch 8 Notfall-Codes")).toBeVisible();
  await expect(section.getByText("Passkey entfernen")).toHaveCount(0);
  await section.getByText("Code-App einrichten").click();
  await expectAccessible(page);
  const app = await seed(page);
  await section.getByLabel("Code, den die App jetzt zeigt").fill(await app.next());
  await page.locator("#app-password").fill(MIRIAM.password);
  await section.getByRole("button", { name: "Einschalten" }).first().click();
  await question(page).getByRole("button", { name: "Mit Passkey bestätigen" }).click();
  await expect(section.getByText(/^Code-App\. Eingerichtet: Heute/)).toBeVisible();
  await expectAccessible(page);
  await section.getByText("Passkey entfernen").click();
  await page.locator('input[id^="factor-"]:visible').fill(MIRIAM.password);
  await section.getByRole("button", { name: "Entfernen", exact: true }).and(page.locator(":visible")).click();
  await answer(page, await app.next());
  await expect(section.getByText(/^Passkey\./)).toHaveCount(0);
  // Chromium would like RSA to be offered as well; what is not verified here is not offered.
  for (const line of watch.take()) expect(line).toContain("pubKeyCredParams");
});

test("a passkey that can compute opens the workplace without the password, and nobody else sees what it computes", async ({ page, watch }) => {
  test.setTimeout(180_000);
  watch.expectNetworkError(/\/api\/factor\//, "403");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/factor/")) sent.push(request.postDataBuffer()?.toString("latin1") ?? "");
  });
  const staff = new StaffPage(page);
  await page.goto(`${server.url}/team`);
  await staff.tryToSignIn(HANNAH.userName, HANNAH.password);
  await page.getByRole("button", { name: "Passkey einrichten" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Notfall-Codes" })).toBeVisible();
  await page.getByRole("button", { name: "Ich habe sie aufgeschrieben" }).click();
  await staff.isIn();
  await staff.signOut();

  await expectAccessible(page);
  await page.getByRole("button", { name: "Mit Passkey anmelden" }).click();
  await staff.isIn();
  // What it opened are the real keys: what waits can be read.
  await expect(page.getByRole("link", { name: /^Wartend/ })).toBeVisible();
  await page.getByRole("link", { name: "Einstellungen" }).click();
  await expect(page.getByText("Damit können Sie sich auch ohne Passwort anmelden.")).toBeVisible();
  await expectAccessible(page);
  await staff.signOut();
  expect(sent.join("")).toContain("clientDataJSON");
  expect(sent.join("")).not.toContain("prf");

  // Who only holds the device, and is not its owner, stays outside.
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "Mit Passkey anmelden" }).click();
  await expect(page.getByRole("alert")).toContainText("nicht bestätigt");
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  for (const line of watch.take()) expect(line).toContain("pubKeyCredParams");
});

test("at an address that is a number there are no passkeys, and the screen says so", async ({ page }) => {
  await page.goto("/team");
  expect(new URL(page.url()).hostname).toBe("127.0.0.1");
  const staff = new StaffPage(page);
  await staff.signInAnew(HANNAH);
  await page.getByRole("link", { name: "Einstellungen" }).click();
  const section = page.getByRole("region", { name: "Zweite Sicherung" });
  await expect(section.getByText("Code-App einrichten")).toBeVisible();
  await expect(section.getByText("Passkey einrichten")).toHaveCount(0);
  await staff.signOut();
  await expect(page.getByRole("button", { name: "Mit Passkey anmelden" })).toHaveCount(0);
});

test("somebody who seeks advice turns it on and off, on a phone", async ({ browser, watch }) => {
  test.setTimeout(240_000);
  watch.expectNetworkError(/\/api\/factor\//, "401");
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true });
  const page = await context.newPage();
  const seeker = new SeekerPage(page);
  const access = await seeker.enquire({
    topic: "Suchtberatung",
    postcode: "79104",
    agency: "Beratungshaus Dreisam Freiburg",
    pseudonym: "Riegel",
    text: "Guten Abend, ich bin neu hier.",
  });
  await seeker.toConversation();
  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  const section = page.getByRole("region", { name: "Zweite Sicherung" });
  await section.getByText("Code-App einrichten").click();
  await expectAccessible(page);
  // What the app shows names nobody.
  await expect(section.getByRole("link", { name: "In der App auf diesem Gerät öffnen" })).not.toHaveAttribute("href", new RegExp(access.userName));
  const app = await seed(page);
  await section.getByLabel("Code, den die App jetzt zeigt").fill(await app.next());
  await page.locator("#factor-password").fill(access.password);
  await section.getByRole("button", { name: "Einschalten" }).click();
  await expect(section.getByRole("heading", { name: "Ihre Notfall-Codes" })).toBeVisible();
  expect(await codes(page)).toHaveLength(8);
  await expectAccessible(page);
  await context.close();

  const other = await (await browser.newContext()).newPage();
  await other.goto("/app");
  await other.getByRole("button", { name: "Ich war schon hier" }).click();
  await other.getByLabel("Benutzername").fill(access.userName);
  await other.getByRole("textbox", { name: "Passwort" }).fill(access.password);
  await other.getByRole("button", { name: "Anmelden" }).click();
  await answer(other, await app.next());
  await expect(other.getByRole("heading", { level: 1, name: "Ihre Beratungen" })).toBeVisible();
  await other.getByRole("button", { name: "Einstellungen" }).click();
  const there = other.getByRole("region", { name: "Zweite Sicherung" });
  await there.getByText("Code-App entfernen").click();
  await other.locator("#factor-password").fill(access.password);
  await there.getByRole("button", { name: "Entfernen" }).click();
  await answer(other, await app.next());
  await expect(there.getByText("Code-App einrichten")).toBeVisible();
  await other.context().close();
});
