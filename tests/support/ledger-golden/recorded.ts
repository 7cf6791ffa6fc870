import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type CdrRow,
  type CelRow,
  cdrSource,
  celSource,
  type QueueLogRow,
  queueLogSource,
  type RecordSource,
} from '../../../server/reports/sources/index.ts'

/** Lines of Asterisk's own files. */
interface GoldenFiles {
  readonly cdr: readonly string[]
  readonly queueLog: readonly string[]
  readonly cel: readonly string[]
}

export interface GoldenFacts {
  readonly cdr: readonly CdrRow[]
  readonly queueLog: readonly QueueLogRow[]
  readonly cel: readonly CelRow[]
}

export interface Golden {
  readonly name: string
  readonly about: string
  /** Zone of the PBX and of the site. */
  readonly timeZone: string
  readonly fromMs: number
  readonly facts: GoldenFacts
  /** The rows of the ledger, as they were looked through. */
  readonly expected: unknown
}

type Fixture = { readonly about: string; readonly expected: unknown } & (
  | { readonly facts: GoldenFacts; readonly clock?: undefined }
  | { readonly clock: { readonly at: string; readonly timeZone: string }; readonly files: GoldenFiles }
)

const folder = resolve(import.meta.dirname, '../../fixtures/ledger')

/** Calls made on purpose, and what a real Asterisk wrote about them. */
export function goldens(): Promise<Golden[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return Promise.all(names.map((name) => golden(name.slice(0, -'.json'.length))))
}

export async function golden(name: string): Promise<Golden> {
  const fixture = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Fixture
  const { about, expected } = fixture
  if (!fixture.clock)
    return { name, about, expected, facts: fixture.facts, timeZone: 'Europe/Moscow', fromMs: Date.UTC(2026, 10, 20, 9) }
  const { at, timeZone } = fixture.clock
  return { name, about, expected, facts: await readFiles(fixture.files, timeZone), timeZone, fromMs: Date.parse(at) }
}

/** As the server reads them. */
async function readFiles(files: GoldenFiles, timeZone: string): Promise<GoldenFacts> {
  const place = mkdtempSync(join(tmpdir(), 'callsync-golden-'))
  const deps = { nowMs: () => Date.UTC(2027, 11, 31) }
  const file = (name: string, lines: readonly string[]) => {
    const path = join(place, name)
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    return path
  }
  const csv = { store: 'csv', timeZone } as const
  try {
    return {
      cdr: await rowsOf(cdrSource({ ...csv, id: 'cdr', path: file('Master.csv', files.cdr) }, deps)),
      queueLog: await rowsOf(
        queueLogSource({ store: 'log', id: 'queueLog', path: file('queue_log', files.queueLog), timeZone }, deps),
      ),
      cel: await rowsOf(celSource({ ...csv, id: 'cel', path: file('cel.csv', files.cel) }, deps)),
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

async function rowsOf<Row>(source: RecordSource<Row>): Promise<readonly Row[]> {
  try {
    const { rows, problems, more } = await source.read(null, 10_000)
    if (problems.length > 0 || more) throw new Error(`${source.id}: ${JSON.stringify(problems)}`)
    return rows
  } finally {
    await source.stop()
  }
}
