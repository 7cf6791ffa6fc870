/** `npm run check`: types, lint, import boundaries, dead code. Everything is run and shown before it fails. */
import { capture, tool } from './run.ts'

const sources = ['server', 'src-main', 'src-preload', 'src-renderer', 'scripts', 'tests', 'bench']
const steps: [name: string, command: string, args: string[]][] = [
  ['types: server, desktop, scripts, tests', tool('tsc'), ['-p', 'tsconfig.json']],
  ['types: renderer', tool('tsc'), ['-p', 'tsconfig.web.json']],
  ['lint and format', tool('biome'), ['ci', '--colors=off', '.']],
  ['import boundaries', tool('depcruise'), ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', ...sources]],
  ['dead code', tool('knip'), ['--no-progress']],
]

let failed = 0
const running = steps.map(async ([name, command, args]) => ({ name, ...(await capture(command, args)) }))
for (const step of running) {
  const { name, code, output } = await step
  console.log(`${code === 0 ? '✓' : '✗'} ${name}`)
  if (code === 0) continue
  failed += 1
  console.log(output.trimEnd())
}
process.exitCode = failed === 0 ? 0 : 1
