import { defineConfig } from 'vitest/config'

/** Unit tests sit beside their source; what crosses folders is under tests/ and runs with Playwright. */
export default defineConfig({
  test: {
    include: ['{server,src-main,src-preload,src-renderer,scripts,bench,tests}/**/*.test.{ts,tsx}'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
    restoreMocks: true,
    // Against hangs only: a busy machine is slow, not wrong.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
