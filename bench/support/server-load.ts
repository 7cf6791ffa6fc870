import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const ticksPerSecond = 100

/** Processor time of a process and all its threads so far. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond
}

export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** Time in which the process's first thread ran or waited for a processor: on a busy machine a share alone says little. */
function wantedMs(pid: number): number {
  const [ran, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
  return (Number(ran) + Number(waited)) / 1e6
}

/** Until the process has hardly anything to do any more. */
export async function idle(pid: number): Promise<void> {
  const windowMs = 500
  let quiet = 0
  for (let before = wantedMs(pid); quiet < 2; ) {
    await delay(windowMs)
    const now = wantedMs(pid)
    quiet = now - before <= windowMs / 5 ? quiet + 1 : 0
    before = now
  }
}

/** What is left after garbage collection; the server runs with `memory-probe.ts`. */
export async function usedMemory(pid: number, file: string): Promise<{ heapUsed: number; rss: number }> {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  while (!existsSync(file)) await delay(20)
  return JSON.parse(readFileSync(file, 'utf8'))
}
