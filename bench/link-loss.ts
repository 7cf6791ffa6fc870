// What a call hears when network, page, computer or PBX fail under it: the product's phone beside SIP.js' own SessionManager.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { LinkLab } from '../tests/support/link-lab/lab.ts'
import { pbxCrash, pbxRestart } from '../tests/support/link-lab/outages.ts'
import { atMost, type Figure, forReference } from './figure.ts'
import { OutageBench, reason } from './support/outage-bench.ts'
import { figuresOf, timesOf } from './support/outage-figures.ts'
import { rowsOf, ways } from './support/outage-rows.ts'

const pbxRows = [pbxRestart, pbxCrash]
const hungUp = 'customer hangs up during the outage'

/** Rounds of one row. One that fails is told and counted, and the next is tried. */
async function repeat<T>(
  name: string,
  count: number,
  round: (failed: (why: string) => void) => Promise<T>,
): Promise<{ results: T[]; failed: Figure }> {
  const results: T[] = []
  const failed = new Set<number>()
  for (let number = 1; number <= count; number++) {
    const fail = (why: string) => {
      failed.add(number)
      console.error(`!!! ${name}, round ${number} of ${count} failed: ${why}`)
    }
    await round(fail).then(
      (result) => results.push(result),
      (error: unknown) => fail(reason(error)),
    )
  }
  return { results, failed: atMost(`${name}: rounds that failed`, failed.size, `of ${count}`, 0) }
}

/** `--repeat=N` (20), `--rows=REGEXP` (those whose name it matches), `--phones=N` (3: how many at a time where a page need not open). */
export async function* run(options: readonly string[]): AsyncGenerator<Figure> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      repeat: { type: 'string', default: '20' },
      rows: { type: 'string', default: '' },
      phones: { type: 'string', default: '3' },
    },
  })
  const phones = Math.min(3, Math.max(1, Number(values.phones)))
  const repeats = Math.max(1, Number(values.repeat))
  const rounds = Math.ceil(repeats / phones)
  const wanted = (name: string) => new RegExp(values.rows).test(name)
  yield forReference('machine’s load before it', loadavg()[0] ?? 0, 'processes')
  for (const way of ways) {
    const rows = rowsOf(way).filter(({ name }) => wanted(name))
    const others = way === undefined ? [hungUp, ...pbxRows.map(({ name }) => name)].filter(wanted) : []
    if (rows.length + others.length === 0) continue
    const lab = await LinkLab.start({ name: 'link-loss-bench', way })
    try {
      const bench = new OutageBench(lab)
      for (const row of rows) {
        await bench.open(row.alone ? 1 : phones)
        const { results, failed } = await repeat(row.name, row.alone ? repeats : rounds, (fail) => bench.round(row, fail))
        yield* figuresOf(row, results)
        yield failed
        yield forReference(`${row.name}: machine’s load by its end`, loadavg()[0] ?? 0, 'processes')
      }
      if (others.length > 0) await bench.open(phones)
      if (others.includes(hungUp)) {
        const { results, failed } = await repeat(hungUp, rounds, () => bench.goodbyeRound())
        yield* timesOf(`${hungUp}: known after the return`, results.flat(), 1000)
        yield failed
      }
      for (const outage of pbxRows.filter(({ name }) => others.includes(name))) {
        const { results, failed } = await repeat(outage.name, rounds, () => bench.pbxRound(outage))
        yield* timesOf(`${outage.name}: callable again`, results.flat(), 3000)
        yield failed
      }
    } finally {
      await lab.stop()
    }
  }
}
