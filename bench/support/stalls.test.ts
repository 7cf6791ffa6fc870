import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { longestStalls, StallProbe } from './stalls.ts'

const frame = (functionName: string, url = '') => ({ functionName, url, scriptId: '0', lineNumber: 9, columnNumber: 0 })
const nodes = [
  { id: 1, callFrame: frame('(root)'), children: [2, 3] },
  { id: 2, callFrame: frame('(idle)') },
  { id: 3, callFrame: frame('write', 'file:///server/store/a.ts'), children: [4] },
  { id: 4, callFrame: frame('run') },
]

it('tells the longest times without rest, and what was on the stack in them', () => {
  const profile = {
    nodes,
    startTime: 0,
    endTime: 0,
    samples: [2, 3, 2, 4, 4, 3, 2],
    timeDeltas: [0, 1e3, 2e3, 3e3, 4e3, 5e3, 6e3],
  }
  expect(longestStalls(profile, 5)).toEqual([
    {
      ms: 15,
      where: [
        ['write store/a.ts:10', 15],
        ['run', 9],
      ],
    },
    { ms: 2, where: [['write store/a.ts:10', 2]] },
  ])
  expect(longestStalls(profile, 1)).toHaveLength(1)
})

it('does not wait for a server that has ended', async () => {
  const script = `process.on('SIGUSR2', () => process.exit()); process.send('ready'); setInterval(() => undefined, 1e3)`
  const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await once(server, 'message')
  const probe = new StallProbe({ pid: server.pid ?? 0, file: '/nowhere/stalls.json' })
  await expect(probe.end('/nowhere/profile.json')).rejects.toThrow('ESRCH')
})
