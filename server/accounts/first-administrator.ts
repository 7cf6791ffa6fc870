import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Users } from './users.ts'

export const firstAdministratorEmail = 'admin@callsync.local'

/** Where the first administrator's e-mail and password lie, on a server that had to make one. */
export const firstPasswordFile = (dataDir: string): string => join(dataDir, 'first-password.txt')

/**
 * On a server without people: makes an administrator whose password lies in a private file of the data folder, and
 * returns that file's path; null where somebody is there already.
 */
export async function createFirstAdministrator(deps: { users: Users; dataDir: string }): Promise<string | null> {
  const { users, dataDir } = deps
  if (users.all().length > 0) return null
  const path = firstPasswordFile(dataDir)
  const password = randomBytes(12).toString('base64url')
  // Before the account: a password that exists nowhere would lock everybody out.
  writeFileSync(path, `${firstAdministratorEmail}\n${password}\n`, { mode: 0o600, flush: true })
  await users.create({
    email: firstAdministratorEmail,
    name: 'Administrator',
    role: 'administrator',
    password,
    extension: null,
    sipPassword: null,
  })
  return path
}
