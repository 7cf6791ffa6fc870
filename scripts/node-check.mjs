// Loaded with `node --import` before any script: better-sqlite3 13 crashes without a word on Node 20, and older Nodes
// cannot run TypeScript. Plain JavaScript, so that every Node can read it.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `CallSync Central needs Node 24, this is ${process.version}. Run it through npm (npm ci && npm start): the project brings its own Node for Linux, Windows and macOS.`,
  )
  process.exit(1)
}

// Code compiled (and types stripped) at an earlier start: 20 MB less memory and a faster start. Where it cannot be written, nothing is lost.
module.enableCompileCache(fileURLToPath(new URL('../.cache/node', import.meta.url)))

// Whoever started us with a channel (scripts/node.mjs, the launcher) is gone, perhaps by kill -9: end as if asked to.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
  // A fork of such a script loads this too, and may live for its messages alone.
  process.on('newListener', (name) => {
    if (name === 'message') process.channel?.ref()
  })
}
