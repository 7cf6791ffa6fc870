import { expect, it } from 'vitest'
import { readLaunchOptions } from './launch-options.ts'
import { LaunchError } from './launcher.ts'

it.each([
  [[], { pbx: 'demo', open: true }],
  [['--pbx=none'], { pbx: 'none', open: true }],
  [['--pbx', 'demo', '--no-open'], { pbx: 'demo', open: false }],
  [['--help'], null],
  [['-h', '--pbx=none'], null],
])('%j', (args, options) => {
  expect(readLaunchOptions(args)).toEqual(options)
})

it.each([
  [['--pbx=asterisk'], '--pbx=asterisk'],
  [['--pbx'], '--pbx'],
  [['--port=1'], '--port'],
  [['dev'], 'dev'],
])('refuses %j by name, with what there is', (args, named) => {
  const read = () => readLaunchOptions(args)
  expect(read).toThrow(LaunchError)
  expect(read).toThrow(named)
  expect(read).toThrow('--pbx=demo|none')
})
