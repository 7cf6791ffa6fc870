/** `npm run test:e2e [-- NAME…]`: the end-to-end tests, all or those whose file name contains NAME. */
import { buildAppIfStale } from './app-build.ts'
import { ensureChromium } from './chromium.ts'
import { run, tool } from './run.ts'

await ensureChromium()
const built = await buildAppIfStale(() => console.log('Building the app…'))
process.exitCode = built === 0 ? await run(tool('playwright'), ['test', ...process.argv.slice(2)]) : built
