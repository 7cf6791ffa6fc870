/**
 * `npm run test:e2e [-- NAME…]`: the end-to-end tests, all or those whose file name contains NAME.
 * All but link-loss: its matrix of broken networks takes ten minutes and needs root on Linux, so it runs when it is named.
 */
import { buildAppIfStale } from './app-build.ts'
import { ensureChromium } from './chromium.ts'
import { run, tool } from './run.ts'

const args = process.argv.slice(2)
const isWhole = args.every((arg) => arg.startsWith('-'))

await ensureChromium()
const built = await buildAppIfStale(() => console.log('Building the app…'))
process.exitCode =
  built === 0 ? await run(tool('playwright'), ['test', ...args, ...(isWhole ? ['--grep-invert', 'link-loss'] : [])]) : built
if (isWhole) console.warn('!!! NOT RUN: link-loss, calls in broken networks. On Linux as root: npm run test:e2e -- link-loss')
