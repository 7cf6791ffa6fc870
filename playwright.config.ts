import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.ts'
import { chromiumArgs } from './tests/support/people.ts'

const executablePath = findChromium()

/** Browser and desktop end-to-end tests. Two workers: most of a test's time is waiting for telephony, even on two cores. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [
    ['list'],
    ['./tests/support/hosts-report.ts'],
    ...(process.env['CALLSYNC_E2E_JSON'] ? [['json', { outputFile: process.env['CALLSYNC_E2E_JSON'] }] as const] : []),
  ],
  use: {
    viewport: { width: 1280, height: 720 },
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    screenshot: 'only-on-failure',
    // Without pictures and copies of the page at every step: they take more of two cores than the rest of a trace. `--trace on` has them.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    launchOptions: { args: chromiumArgs, ...(executablePath && { executablePath }) },
  },
})
