import base from "./playwright.config.ts";

// `cargo xtask pictures` takes the pictures of the README: no tests, but the same browser and the same pages.
export default { ...base, testDir: "./pictures", workers: 1, timeout: 240_000, use: { ...base.use, trace: "off" as const } };
