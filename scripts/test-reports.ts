import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

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

const ToldTests = z.array(z.object({ file: z.string(), text: z.string() }))
const OwnReport = z.object({ passed: z.number(), failed: ToldTests, flaky: ToldTests, skipped: z.number() })

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

/** As `vitest-report.ts` has written it. */
export const vitestReport = (path: string): TestReport => read(OwnReport, path) ?? nothing

/**
 * The files to run once more: few, and of real parts, which alone may miss their time where others load the machine. An error of no
 * test has no file of its own, and is one too many.
 */
export function worthAnotherRun(failed: readonly ToldTest[], most: number): readonly string[] {
  const files = [...new Set(failed.map(({ file }) => file))]
  return files.length <= most && files.every((each) => each.startsWith('tests/')) ? files : []
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
