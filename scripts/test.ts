/**
 * `npm test`: everything, in the order in which a failure is cheapest to learn of.
 * The last line is `N passed, N failed`; a step that could not run counts as a failure.
 * An end-to-end test that failed runs once more. What passes only then is told apart as flaky, and more than two such fail the run:
 * on a machine that others load too one of two hundred may miss its time, three are a fault.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { buildAppIfStale } from './app-build.ts'
import { ensureChromium } from './chromium.ts'
import { capture, projectRoot, run, tool } from './run.ts'

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
})
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
})

const notRun = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }

const folder = mkdtempSync(join(tmpdir(), 'callsync-test-'))
const flakyAtMost = 2
const total = { passed: 0, failed: 0, flaky: 0, skipped: 0 }

/** A runner's own counts; a runner that failed without naming a failed test counts as one. */
function count(code: number, passed: number, failed: number, skipped = 0): void {
  total.passed += passed
  total.failed += Math.max(failed, code === 0 ? 0 : 1)
  total.skipped += skipped
}

/** Said once more at the end: by then what a runner printed of it is far above, or cut off. */
const failures: string[] = []

function countVitest(step: string, code: number, file: string): void {
  const told = report(VitestReport, file)
  count(code, told?.numPassedTests ?? 0, told?.numFailedTests ?? 0)
  const before = failures.length
  for (const { name, status, message, assertionResults } of told?.testResults ?? []) {
    const failed = assertionResults.filter((each) => each.status === 'failed')
    const where = relative(projectRoot, name)
    for (const { fullName, failureMessages } of failed) failures.push(`${where}: ${fullName}\n${failureMessages.join('\n')}`)
    if (status === 'failed' && failed.length === 0) failures.push(`${where}: ${message}`)
  }
  if (code !== 0 && failures.length === before) failures.push(`${step}: exit code ${code} with no failed test`)
}

function report<T>(schema: z.ZodType<T>, file: string): T | null {
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

try {
  console.log('— check')
  // The build beside it, for the end-to-end tests: a failure of it is theirs to tell.
  const [check] = await Promise.all([
    capture(process.execPath, [join(projectRoot, 'scripts', 'check.ts')]),
    buildAppIfStale(() => undefined),
  ])
  console.log(check.output.trimEnd())
  count(check.code, check.code === 0 ? 1 : 0, check.code === 0 ? 0 : 1)
  if (check.code !== 0) failures.push(`check\n${check.output.trimEnd()}`)

  console.log('— unit tests')
  const unitFile = join(folder, 'unit.json')
  const unitCode = await run(tool('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitFile}`])
  countVitest('unit tests', unitCode, unitFile)

  console.log('— unit tests of what is stored, on PostgreSQL')
  const postgresFile = join(folder, 'postgres.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${postgresFile}`]
  const postgresCode = await run(process.execPath, [join(projectRoot, 'scripts', 'test-postgres.ts'), ...reporters])
  countVitest('unit tests on PostgreSQL', postgresCode, postgresFile)

  console.log('— end-to-end tests')
  await ensureChromium()
  const e2eFile = join(folder, 'e2e.json')
  const e2eCode = await run(process.execPath, [join(projectRoot, 'scripts', 'test-e2e.ts'), '--retries=1'], {
    env: { ...process.env, CALLSYNC_E2E_JSON: e2eFile },
  })
  const { expected, unexpected, flaky, skipped } = report(PlaywrightReport, e2eFile)?.stats ?? notRun
  count(e2eCode, expected, unexpected + (flaky > flakyAtMost ? flaky : 0), skipped)
  if (flaky <= flakyAtMost) total.flaky = flaky
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause)
  total.failed += 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.log(`FAILED ${failure}`)
if (total.flaky > 0) console.log(`!!! FLAKY: ${total.flaky} end-to-end tests passed only when run once more (listed above)`)
const apart = [total.flaky > 0 && `${total.flaky} flaky`, total.skipped > 0 && `${total.skipped} skipped`].filter(Boolean)
console.log([`${total.passed} passed, ${total.failed} failed`, ...apart].join(', '))
process.exitCode = total.failed === 0 ? 0 : 1
