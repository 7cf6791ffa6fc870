import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { capture, projectRoot, tool } from './run.ts'
import { playwrightReport, vitestReport, worthAnotherRun } from './test-reports.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-reports-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what a run of Vitest tells', () => {
  const run = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const report = join(folder, 'report.json')
    const reporter = join(projectRoot, 'scripts', 'vitest-report.ts')
    const env = `CALLSYNC_TEST_REPORT=${report}`
    const { code } = await capture('env', [env, tool('vitest'), 'run', '--root', folder, '--globals', `--reporter=${reporter}`])
    return { code, ...vitestReport(report) }
  }

  it('is what failed, with its words, and what passed', async () => {
    const { code, passed, failed } = await run({
      'a.test.ts': `it('passes', () => {}); it('fails', () => { throw new Error('as it should') })`,
      'b.test.ts': `throw new Error('cannot be loaded')`,
      'c.test.ts': `describe('those', () => { beforeAll(() => { throw new Error('no ground') }); it('would pass', () => {}) })`,
    })
    expect([code, passed]).toEqual([1, 1])
    const told = failed.map(({ file, text }) => `${file.split('/').at(-1)}: ${text}`)
    expect(told.toSorted()).toEqual([
      expect.stringMatching(/^a\.test\.ts: fails\n.*as it should/),
      expect.stringMatching(/^b\.test\.ts: .*\n.*cannot be loaded/),
      expect.stringMatching(/^c\.test\.ts: those\n.*no ground/),
    ])
  }, 60_000)

  it('has errors that belong to no test, which no other run of a file excuses', async () => {
    const { code, failed } = await run({
      'a.test.ts': `it('passes', () => { void Promise.reject(new Error('nobody waits')) })`,
    })
    expect(code).toBe(1)
    expect(failed).toEqual([{ file: 'unhandled', text: expect.stringContaining('nobody waits') }])
    expect(worthAnotherRun(failed, 2)).toEqual([])
  }, 60_000)
})

it('few files of real parts are run once more, and nothing beside any other failure', () => {
  const of = (...files: string[]) => files.map((file) => ({ file, text: '' }))
  expect(worthAnotherRun(of(), 2)).toEqual([])
  expect(worthAnotherRun(of('tests/a.test.ts', 'tests/a.test.ts', 'tests/b.test.ts'), 2)).toEqual([
    'tests/a.test.ts',
    'tests/b.test.ts',
  ])
  expect(worthAnotherRun(of('tests/a.test.ts', 'tests/b.test.ts', 'tests/c.test.ts'), 2)).toEqual([])
  expect(worthAnotherRun(of('tests/a.test.ts', 'server/main.test.ts'), 2)).toEqual([])
})

it('what Playwright tells is taken from suites within suites, each attempt’s words together', () => {
  const path = join(folder, 'e2e.json')
  const errors = (message: string) => ({ errors: [{ message }] })
  const spec = (title: string, status: string, results: readonly unknown[]) => ({
    ...{ file: 'a.spec.ts', line: 7, title },
    tests: [{ status, results }],
  })
  const inner = { specs: [spec('flakes', 'flaky', [errors('once'), { errors: [] }])] }
  const suites = [
    { specs: [spec('fails', 'unexpected', [errors('one'), errors('two')]), spec('passes', 'expected', [])], suites: [inner] },
  ]
  writeFileSync(path, JSON.stringify({ suites, stats: { expected: 1, skipped: 3 } }))
  expect(playwrightReport(path)).toEqual({
    passed: 1,
    failed: [{ status: 'unexpected', file: 'tests/e2e/a.spec.ts', text: 'line 7: fails\none\ntwo' }],
    flaky: [{ status: 'flaky', file: 'tests/e2e/a.spec.ts', text: 'line 7: flakes\nonce' }],
    skipped: 3,
  })
  expect(playwrightReport(join(folder, 'none.json'))).toMatchObject({ passed: 0, failed: [] })
})
