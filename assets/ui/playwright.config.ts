import { defineConfig } from '@playwright/test'

// Drives the real binary with the system's Chromium; nothing is downloaded. See tests/e2e/box.ts.
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/artifacts',
  // The box's vision takes a core: one browser at a time leaves it the other.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: true,
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
})
