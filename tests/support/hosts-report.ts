import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter'

/** Says loudly how many tests of the desktop app did not run on real Electron; Playwright's own list counts them as skipped. */
export default class HostsReport implements Reporter {
  private suite: Suite | null = null

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite
  }
  onEnd(): void {
    const skipped = (this.suite?.allTests() ?? []).filter(
      (test) => test.titlePath().includes('Electron') && test.outcome() === 'skipped',
    )
    if (skipped.length === 0) return
    console.warn(
      `!!! NOT RUN ON REAL ELECTRON: ${skipped.length} tests. Its program or a display was not found (ELECTRON_OVERRIDE_DIST_PATH): ` +
        'the double alone was tested.',
    )
  }
  printsToStdio(): boolean {
    return false
  }
}
