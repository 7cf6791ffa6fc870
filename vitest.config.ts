import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Set by `npm run test:postgres`. */
const onPostgres = Boolean(process.env['CALLSYNC_TEST_DATABASE_URL'])

/** Use fixtures beside a store, but none. */
const asEver = ['server/live/**', 'server/telephony/**', 'server/reports/{import,sources}/**']

/** Unit tests sit beside their source; what crosses folders is under tests/ and runs with Playwright. */
export default defineConfig({
  test: {
    include: onPostgres
      ? ['server/**/*.test.ts']
      : ['{server,src-main,src-preload,src-renderer,scripts,bench,tests}/**/*.test.{ts,tsx}'],
    // What is true of one database only is tested there only; what has nothing to do with it, once.
    exclude: [
      'tests/e2e/**',
      'node_modules/**',
      ...(onPostgres ? ['**/*.sqlite.test.ts', ...asEver] : ['**/*.postgres.test.ts']),
    ],
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
    // A process for each file would take most of the time.
    isolate: false,
    // The longest files wait for processes and real Asterisks more than they compute.
    maxWorkers: Math.max(4, availableParallelism()),
    // Against hangs only: a busy machine is slow, not wrong.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
