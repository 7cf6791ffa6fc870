import { existsSync } from 'node:fs'
import { run } from './run.ts'

/** Installs a package of Debian's for a test, where we may: as root on Debian or a relative. `what` is for the person who waits. */
export async function installDebianPackage(name: string, what: string): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.log(`Installing Debian’s ${what} for the tests…`)
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    // RUNLEVEL: a package's own service is not started
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  }
  await run('apt-get', ['update', '-qq'], quiet)
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet)
}
