/**
 * `npm run test:postgres [files…]`: the tests that keep something in a store, on a PostgreSQL of their own; with no files named, all
 * of them. `npm test` runs them on SQLite, and then here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../server/clock.ts'
import { makeTemplate } from '../server/store/fixture.ts'
import { Store } from '../server/store/index.ts'
import { startPostgres } from '../tests/support/databases.ts'
import { run, tool } from './run.ts'

const server = await startPostgres()
const dataDir = mkdtempSync(join(tmpdir(), 'callsync-template-'))
try {
  const url = `postgres://${server.user}:${server.password}@${server.host}:${server.port}/${server.database}`
  await makeTemplate(url, async (databaseUrl) => {
    const store = new Store({ dataDir, databaseUrl, clock: systemClock })
    await store.start()
    await store.stop()
  })
  const asked = process.argv.slice(2)
  const named = asked.some((each) => !each.startsWith('-'))
  const what = named ? ['run', ...asked] : ['related', '--run', 'server/store/fixture.ts', ...asked]
  process.exitCode = await run(tool('vitest'), what, { env: { ...process.env, CALLSYNC_TEST_DATABASE_URL: url } })
} finally {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
