/**
 * `npm test`: everything, in the order in which a failure is cheapest to learn of.
 * The last line is `N passed, N failed`; a step that could not run counts as a failure.
 * Where no more than two files of `tests/` failed, and nothing else, they run once more; so does each failed end-to-end test. What
 * passes only then is told apart as flaky, and more than two such tests fail the run: on a machine that others load too one of some
 * hundreds may miss its time, three are a fault.
 */
import type { SpawnOptions } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAppIfStale } from './app-build.ts'
import { ensureChromium } from './chromium.ts'
import { capture, projectRoot, run, tool } from './run.ts'
import { playwrightReport, type TestReport, type ToldTest, vitestReport, worthAnotherRun } from './test-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'callsync-test-'))
const flakyAtMost = 2
const total = { passed: 0, skipped: 0 }
/** Said once more at the end: by then what a runner printed of it is far above, or cut off. */
const failed: ToldTest[] = []
const flaky: ToldTest[] = []

function count(step: string, code: number, report: TestReport): void {
  total.passed += report.passed
  total.skipped += report.skipped
  failed.push(...report.failed)
  flaky.push(...report.flaky)
  if (code !== 0 && report.failed.length === 0) failed.push({ file: step, text: `exit code ${code} with no failed test` })
}

/** `start`: runs Vitest with these arguments and resolves to its exit code. */
async function runVitest(
  step: string,
  start: (args: readonly string[], options: SpawnOptions) => Promise<number>,
): Promise<void> {
  console.log(`— ${step}`)
  const file = join(folder, 'vitest.json')
  const once = async (files: readonly string[]): Promise<{ code: number; report: TestReport }> => {
    rmSync(file, { force: true })
    const reporters = ['--reporter=default', `--reporter=${join(projectRoot, 'scripts', 'vitest-report.ts')}`]
    const code = await start([...files, ...reporters], { env: { ...process.env, CALLSYNC_TEST_REPORT: file } })
    return { code, report: vitestReport(file) }
  }
  const first = await once([])
  const files = worthAnotherRun(first.report.failed, flakyAtMost)
  const again = files.length > 0 ? await once(files) : null
  if (again?.code === 0) count(step, 0, { ...first.report, failed: [], flaky: first.report.failed })
  else count(step, first.code, { ...first.report, failed: [...first.report.failed, ...(again?.report.failed ?? [])] })
}

try {
  console.log('— check')
  // The build beside it, for the end-to-end tests: a failure of it is theirs to tell.
  const [check] = await Promise.all([
    capture(process.execPath, [join(projectRoot, 'scripts', 'check.ts')]),
    buildAppIfStale(() => undefined),
  ])
  console.log(check.output.trimEnd())
  if (check.code === 0) total.passed += 1
  else failed.push({ file: 'check', text: check.output.trimEnd() })

  await runVitest('unit tests', (args, options) => run(tool('vitest'), ['run', ...args], options))
  await runVitest('unit tests of what is stored, on PostgreSQL', (args, options) =>
    run(process.execPath, [join(projectRoot, 'scripts', 'test-postgres.ts'), ...args], options),
  )

  console.log('— end-to-end tests')
  await ensureChromium()
  const e2eFile = join(folder, 'e2e.json')
  const e2eCode = await run(process.execPath, [join(projectRoot, 'scripts', 'test-e2e.ts'), '--retries=1'], {
    env: { ...process.env, CALLSYNC_E2E_JSON: e2eFile },
  })
  count('end-to-end tests', e2eCode, playwrightReport(e2eFile))
} catch (cause) {
  failed.push({ file: 'npm test', text: cause instanceof Error ? cause.message : String(cause) })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (flaky.length > flakyAtMost) failed.push(...flaky.splice(0))
for (const { file, text } of failed) console.log(`FAILED ${file}: ${text}`)
for (const { file, text } of flaky) console.log(`!!! FLAKY, passed when run once more: ${file}: ${text}`)
const apart = [flaky.length > 0 && `${flaky.length} flaky`, total.skipped > 0 && `${total.skipped} skipped`].filter(Boolean)
console.log([`${total.passed} passed, ${failed.length} failed`, ...apart].join(', '))
process.exitCode = failed.length === 0 ? 0 : 1
