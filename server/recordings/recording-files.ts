import { lstat, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { firstServer, plainName, type RecordingChannel, serverOf } from '../contract/index.ts'

/** The files of one recorded channel. */
export interface RecordingFiles {
  readonly id: string
  readonly paths: Readonly<Partial<Record<RecordingChannel, string>>>
}

/** A Uniqueid, perhaps with a system name before it: `1763650000.12`, `pbx1-1763650000.12`. */
const uniqueid = /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}\d\.\d{1,12}$/
const suffixes = { both: '', customer: '-customer', operator: '-operator' } as const satisfies Record<RecordingChannel, string>

/**
 * Finds `<uniqueid>.wav`, `<uniqueid>-customer.wav` and `<uniqueid>-operator.wav` in the folders, or in the day's folder
 * `YYYY/MM/DD` of them, where other words may stand before the uniqueid. Never hands out a path outside the folders. Those of
 * a second Asterisk, whose calls may have the same uniqueids, are in `server-2` of the folders, and nowhere else.
 */
export async function findRecording(folders: readonly string[], id: string): Promise<RecordingFiles | null> {
  const [server, name] = [serverOf(id), plainName(id)]
  if (!uniqueid.test(name)) return null
  for (const root of folders) {
    const folder = server === firstServer ? root : join(root, `server-${server}`)
    for (const place of [folder, ...dayFolders(folder, name)]) {
      const paths = await filesIn(place, name, folder)
      if (Object.keys(paths).length > 0) return { id, paths }
    }
  }
  return null
}

async function filesIn(place: string, id: string, folder: string): Promise<RecordingFiles['paths']> {
  const paths: Partial<Record<RecordingChannel, string>> = {}
  let names: string[] | null = null
  for (const channel of ['both', 'customer', 'operator'] as const) {
    const ending = `${id}${suffixes[channel]}.wav`
    const exact = await plainFile(join(place, ending), folder)
    if (exact !== null) {
      paths[channel] = exact
      continue
    }
    // Listing is for day folders only: the folder itself may hold a year's files.
    if (place === folder) continue
    names ??= await readdir(place).catch(() => [])
    const named = names.find((name) => name.endsWith(`-${ending}`))
    const path = named === undefined ? null : await plainFile(join(place, named), folder)
    if (path !== null) paths[channel] = path
  }
  return paths
}

/** A uniqueid begins with the second its channel was made; the PBX's zone is not known, so its neighbours count too. */
function dayFolders(folder: string, id: string): string[] {
  const seconds = Number(/(\d+)\.\d+$/.exec(id)?.[1] ?? Number.NaN)
  if (!Number.isFinite(seconds) || seconds > 1e11) return []
  return [0, -1, 1].map((days) => {
    const [year = '', month = '', day = ''] = new Date(seconds * 1_000 + days * 86_400_000).toISOString().slice(0, 10).split('-')
    return join(folder, year, month, day)
  })
}

/** The file itself lies in the folder: links, also of folders on the way, could lead out. */
async function plainFile(path: string, folder: string): Promise<string | null> {
  try {
    if (!(await lstat(path)).isFile()) return null
    const [real, root] = await Promise.all([realpath(path), realpath(folder)])
    return real.startsWith(root.endsWith(sep) ? root : root + sep) ? real : null
  } catch {
    return null
  }
}
