// node scripts/node.mjs [NODE OPTIONS] SCRIPT [ARGUMENTS]: runs a script under the project's own Node 24, whatever Node npm found.
// It comes as a package for each platform (optionalDependencies), so that nothing has to run at install time.
// Plain JavaScript, because every Node has to be able to read it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

function ownNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  const file = `${prefix}-${platform}-${process.arch}/bin/node${platform === 'win' ? '.exe' : ''}`
  try {
    return createRequire(import.meta.url).resolve(file)
  } catch {
    // No package for this platform: node-check.mjs says so if the Node at hand will not do.
    return process.execPath
  }
}

const program = ownNode()
const child = spawn(program, ['--import', new URL('./node-check.mjs', import.meta.url).href, ...process.argv.slice(2)], {
  // First on the path too, for the tools that are started by name. `ipc` tells the child when we are gone, however we ended.
  // What is compiled once serves all processes and threads below: each thread of tests and server would strip its types anew.
  env: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('../.cache/node', import.meta.url)),
    ...process.env,
    PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`,
  },
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 1)
})
