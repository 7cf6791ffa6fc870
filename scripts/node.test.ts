import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'callsync-node-'))
const children: ReturnType<typeof fork>[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As `scripts/node.mjs` starts a script: with a channel, and with the check that its own forks inherit. */
function start(script: string) {
  const file = join(folder, `script-${children.length}.mjs`)
  writeFileSync(file, script)
  const child = fork(file, { execArgv: ['--import', join(root, 'scripts/node-check.mjs')] })
  children.push(child)
  return child
}

test('a fork that only waits for a message lives until it came', async () => {
  const child = start(`
    process.once('message', (message) => process.send({ heard: message }))
    process.send('waiting')
  `)
  await once(child, 'message')
  // Longer than one that has nothing to wait for.
  await once(start(''), 'exit')
  child.send('go on')
  expect(await once(child, 'message')).toEqual([{ heard: 'go on' }, undefined])
})

test('a script with nothing to do ends, though its starter still holds the channel', async () => {
  const child = start('')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a script ends with its starter', async () => {
  const child = start(`setInterval(() => {}, 1_000_000); process.send('up')`)
  await once(child, 'message')
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
})
