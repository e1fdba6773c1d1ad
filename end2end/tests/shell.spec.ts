// The ground that everything else stands on: exact headers, integrity, Trusted Types, WASM, worker, a server function.
import { expect, test } from "../support/fixtures.ts";

for (const path of ["/app", "/team"]) {
  test(`${path} mounts under its headers without a complaint`, async ({ page }) => {
    const asked: string[] = [];
    page.on("response", (response) => asked.push(`${response.status()} ${new URL(response.url()).pathname}`));
    const response = await page.goto(path);
    console.log(asked.length)
    await expect(page.locator("#mounted")).toBeVisible();
    await expect(page.locator("#running")).toContainText("outdated: false");
    await expect(page.locator("#worker")).toContainText("[1, 2, 3]");
    console.log(asked);
  });
}
