import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The log belongs to its database: left behind, it would be played into the new one. */
const suffixes = ['', '-wal', '-shm'] as const

/** Databases that could not be read and lie beside their `file`. Nobody can tell whose text is in them. */
export function damagedFiles(file: string) {
  const folder = dirname(file)
  const mark = `${basename(file)}.damaged-`
  const names = () => readdirSync(folder).filter((name) => name.startsWith(mark))
  return {
    /** Puts the damaged database aside, with its log. Returns its new name. */
    setAside(nowMs: number): string {
      const name = mark + nowMs
      const present = new Set(readdirSync(folder))
      for (const suffix of suffixes) {
        if (present.has(basename(file) + suffix)) renameSync(file + suffix, join(folder, name + suffix))
      }
      return name
    },
    count: (): number => names().filter((name) => /^\d+$/.test(name.slice(mark.length))).length,
    removeAll(): void {
      for (const name of names()) rmSync(join(folder, name))
    },
  }
}
export type DamagedFiles = ReturnType<typeof damagedFiles>
