/**
 * `npm run bench [-- NAME… [--OPTION…]]`: runs `bench/NAME.ts` (all without a name) and prints a line a figure:
 * name, value, unit, goal, verdict, separated by tabs, as soon as it is known. It measures; a slow machine is not a
 * failure. Options are for the benches that have any.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Figure } from '../bench/figure.ts'
import { buildAppIfStale } from './app-build.ts'
import { projectRoot } from './run.ts'

const folder = join(projectRoot, 'bench')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'figure.ts')
  .map((file) => file.slice(0, -3))
const options = process.argv.slice(2).filter((arg) => arg.startsWith('--'))
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
  process.exit(1)
}
if ((await buildAppIfStale(() => console.error('Building the app…'))) !== 0) process.exit(1)
for (const name of wanted.length > 0 ? wanted : known) {
  const bench = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as {
    run: (options: readonly string[]) => Promise<Figure[]> | AsyncIterable<Figure>
  }
  for await (const figure of await bench.run(options)) {
    console.log([figure.name, figure.value, figure.unit, figure.goal, figure.ok ? 'ok' : 'missed'].join('\t'))
  }
}
// What still listens for our starter's end would keep us: the channel to it.
process.exit()
