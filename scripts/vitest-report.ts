import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter } from 'vitest/node'
import { projectRoot } from './run.ts'
import type { TestReport, ToldTest } from './test-reports.ts'

/** Tells of a run in the file CALLSYNC_TEST_REPORT names, with what Vitest's own JSON leaves out: errors that belong to no test. */
export default class VitestReport implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const failed: ToldTest[] = []
    let passed = 0
    for (const module of modules) {
      const file = relative(projectRoot, module.moduleId)
      const tell = (name: string, errors: readonly { stack?: string; message: string }[]) =>
        failed.push({ file, text: [name, ...errors.map(({ stack, message }) => stack ?? message)].join('\n') })
      const before = failed.length
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        if (state === 'passed') passed += 1
        if (state === 'failed') tell(test.fullName, errors ?? [])
      }
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) tell(suite.fullName, suite.errors())
      if (module.errors().length > 0 || (failed.length === before && !module.ok())) tell('the file', module.errors())
    }
    for (const { stack, message } of unhandledErrors) failed.push({ file: 'unhandled', text: stack ?? message })
    const report: TestReport = { passed, failed, flaky: [], skipped: 0 }
    writeFileSync(process.env['CALLSYNC_TEST_REPORT'] ?? 'vitest-report.json', JSON.stringify(report))
  }
}
