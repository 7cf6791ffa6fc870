import { readFileSync } from 'node:fs'

/** A process as the kernel knows it: a number alone is given to another process some day. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start time in the kernel's ticks; empty where /proc does not exist. */
  readonly started: string
}

export function identityOf(pid: number): ProcessIdentity | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the command in brackets may hold anything, so count from behind it
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return { pid, started: fields[19] ?? '' }
  } catch {
    return { pid, started: '' }
  }
}

export function isAlive(process: ProcessIdentity): boolean {
  const now = identityOf(process.pid)
  return now !== null && now.started === process.started
}
