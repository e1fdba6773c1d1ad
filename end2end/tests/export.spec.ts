// Taking one's conversations along: one file, made in the browser, that opens without us.
import { readFile } from "node:fs/promises";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const SOMEBODY = { userName: "regenjacke-88", password: "vorfuehrung-nudel-771" };

test("everything that can be read is in the file, for who knows the password", async ({ page, browser }) => {
  test.setTimeout(120_000);
  const seeker = new SeekerPage(page);
  await seeker.signIn(SOMEBODY);
  await seeker.open("Miriam Okafor");
  const shown = await page.locator(".bubble-text").allInnerTexts();
  expect(shown.length).toBeGreaterThan(3);
  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await page.getByText("Als Datei speichern").click();
  const part = page.getByRole("region", { name: "Ihre Unterhaltungen" });
  await expect(part.getByText("Die Datei ist nicht geschützt")).toBeVisible();
  await expectAccessible(page);
  const password = part.getByLabel("Passwort");
  await password.fill("ganz ein anderes wort");
  await password.press("Enter");
  await expect(part.getByText("Das Passwort stimmt nicht.")).toBeVisible({ timeout: 30_000 });
  await password.fill(SOMEBODY.password);
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), password.press("Enter")]);
  expect(download.suggestedFilename()).toBe("unterhaltungen.zip");

  // Its files are stored, not packed: they stand in it as they are.
  const archive = (await readFile(await download.path())).toString("utf8");
  expect(archive.startsWith("PK\u0003\u0004")).toBe(true);
  const begin = archive.indexOf('{"conversations"');
  const data = JSON.parse(archive.slice(begin, archive.indexOf("\nPK", begin))) as {
    conversations: { with: string; messages: { author: string; text: string }[] }[];
  };
  const talk = data.conversations.find((one) => one.with === "Miriam Okafor");
  expect(talk?.messages).toHaveLength(shown.length);
  expect(new Set(talk?.messages.map((message) => message.author))).toEqual(new Set(["Ich", "Miriam Okafor"]));

  // The page opens from the disk, without a server.
  const html = archive.slice(archive.indexOf("<!doctype"), archive.indexOf("PK\u0003\u0004", 4));
  const context = await browser.newContext({ offline: true });
  const alone = await context.newPage();
  await alone.setContent(html);
  await expect(alone.getByRole("heading", { level: 1, name: "Ihre Unterhaltungen" })).toBeVisible();
  await expect(alone.getByRole("article").first()).toBeVisible();
  await expectAccessible(alone);
  await context.close();
});
