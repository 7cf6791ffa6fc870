// Loaded with `node --import` before any script: better-sqlite3 13 crashes without a word on Node 20, and older Nodes
// cannot run TypeScript. Plain JavaScript, so that every Node can read it.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `CallSync Central needs Node 24, this is ${process.version}. Run it through npm (npm ci && npm start): the project brings its own Node.`,
  )
  process.exit(1)
}
