/** `npm run copy-to-postgres`: moves what is in the data folder (CALLSYNC_DATA) to the PostgreSQL of CALLSYNC_DATABASE_URL; no server may run. */
import { existsSync } from 'node:fs'
import { systemClock } from '../server/clock.ts'
import { readConfig } from '../server/config.ts'
import { StartError } from '../server/errors.ts'
import { databaseFile } from '../server/store/index.ts'
import { copyToPostgres } from '../server/store/postgres/copy-to-postgres.ts'

try {
  const { dataDir, databaseUrl } = readConfig(process.env)
  if (databaseUrl === null) throw new StartError('CALLSYNC_DATABASE_URL must name the PostgreSQL database to copy to')
  if (!existsSync(databaseFile(dataDir)))
    throw new StartError(`${databaseFile(dataDir)} is not there: name the data folder in CALLSYNC_DATA`)
  const rows = await copyToPostgres({ dataDir, databaseUrl, clock: systemClock })
  console.log(`${rows} rows copied. Start the server with CALLSYNC_DATABASE_URL, and keep callsync.db as a backup.`)
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
}
