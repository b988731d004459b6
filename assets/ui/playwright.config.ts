import { defineConfig } from '@playwright/test'

// Drives the real binary with the system's Chromium; nothing is downloaded. See tests/e2e/box.ts.
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/artifacts',
  // The box's vision takes a core: one browser at a time leaves it the other.
  workers: 1,
  fullyParallel: false,
  // A test that fails and then passes is told as flaky, with its trace; recording one slows the others.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: true,
  use: { trace: 'on-first-retry', screenshot: 'only-on-failure' },
})
