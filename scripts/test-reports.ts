import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { z } from 'zod'
import { projectRoot } from './run.ts'

export interface ToldTest {
  /** From the project's root. */
  readonly file: string
  /** The test's name, and what each attempt that failed said. */
  readonly text: string
}

/** What a runner tells in its JSON report. */
export interface TestReport {
  readonly passed: number
  readonly failed: readonly ToldTest[]
  /** Passed when run once more. */
  readonly flaky: readonly ToldTest[]
  readonly skipped: number
}

const nothing: TestReport = { passed: 0, failed: [], flaky: [], skipped: 0 }

const VitestJson = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
})

const PlaywrightSuite = z.object({
  specs: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      title: z.string(),
      tests: z.array(
        z.object({ status: z.string(), results: z.array(z.object({ errors: z.array(z.object({ message: z.string() })) })) }),
      ),
    }),
  ),
  get suites() {
    return z.array(PlaywrightSuite).optional()
  },
})
const PlaywrightJson = z.object({
  suites: z.array(PlaywrightSuite),
  stats: z.object({ expected: z.number(), skipped: z.number() }),
})

/** A file that could not be loaded counts as one failed test. */
export function vitestReport(path: string): TestReport {
  const json = read(VitestJson, path)
  if (json === null) return nothing
  const failed = json.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(projectRoot, name)
    const tests = assertionResults
      .filter((each) => each.status === 'failed')
      .map(({ fullName, failureMessages }) => ({ file, text: `${fullName}\n${failureMessages.join('\n')}` }))
    return status === 'failed' && tests.length === 0 ? [{ file, text: message }] : tests
  })
  return { ...nothing, passed: json.numPassedTests, failed }
}

export function playwrightReport(path: string): TestReport {
  const json = read(PlaywrightJson, path)
  if (json === null) return nothing
  const specsOf = ({ specs, suites = [] }: z.infer<typeof PlaywrightSuite>): typeof specs => [
    ...specs,
    ...suites.flatMap(specsOf),
  ]
  const tests = json.suites.flatMap(specsOf).flatMap(({ file, line, title, tests }) =>
    tests.map(({ status, results }) => ({
      status,
      file: `tests/e2e/${file}`,
      text: [`line ${line}: ${title}`, ...results.flatMap(({ errors }) => errors.map(({ message }) => message))].join('\n'),
    })),
  )
  const those = (wanted: string) => tests.filter(({ status }) => status === wanted)
  return { passed: json.stats.expected, failed: those('unexpected'), flaky: those('flaky'), skipped: json.stats.skipped }
}

function read<T>(schema: z.ZodType<T>, path: string): T | null {
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
}
