import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { cruise, type ICruiseOptions } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import { afterEach, describe, expect, test } from 'vitest'

/** Each wall of the house: a file, what it imports, and the rule that has to stop it (null: allowed). */
const cases: [rule: string | null, file: string, code: string, target: string][] = [
  ['renderer-sees-contracts-only', 'src-renderer/app/a.ts', "import { x } from '../../server/calls/x.ts'", 'server/calls/x.ts'],
  ['renderer-sees-contracts-only', 'src-renderer/app/a.ts', "import type { X } from '../../server/clock.ts'", 'server/clock.ts'],
  ['renderer-sees-contracts-only', 'src-renderer/app/a.ts', "import { x } from '../../src-main/drafts.ts'", 'src-main/drafts.ts'],
  ['renderer-has-no-node', 'src-renderer/app/a.ts', "import { readFileSync } from 'node:fs'", 'src-renderer/b.ts'],
  ['main-and-preload-see-contracts-only', 'src-main/a.ts', "import { x } from '../server/errors.ts'", 'server/errors.ts'],
  [
    'main-and-preload-see-contracts-only',
    'src-preload/index.ts',
    "import { x } from '../src-renderer/x.ts'",
    'src-renderer/x.ts',
  ],
  ['preload-does-not-see-main', 'src-preload/index.ts', "import { x } from '../src-main/x.ts'", 'src-main/x.ts'],
  ['main-does-not-run-the-preload', 'src-main/a.ts', "import { x } from '../src-preload/index.ts'", 'src-preload/index.ts'],
  ['contract-imports-zod-only', 'server/contract/a.ts', "import { x } from '../errors.ts'", 'server/errors.ts'],
  ['contract-imports-zod-only', 'server/contract/a.ts', "import fastify from 'fastify'", 'server/errors.ts'],
  ['electron-in-three-places', 'src-main/drafts/a.ts', "import { app } from 'electron'", 'src-main/b.ts'],
  ['electron-in-three-places', 'src-renderer/a.ts', "import { ipcRenderer } from 'electron'", 'src-renderer/b.ts'],
  ['sip-in-one-folder', 'src-renderer/card/a.ts', "import { UserAgent } from 'sip.js'", 'src-renderer/b.ts'],
  ['domains-do-not-see-http', 'server/calls/a.ts', "import { x } from '../http/x.ts'", 'server/http/x.ts'],
  [
    'domains-meet-at-their-index',
    'server/calls/a.ts',
    "import { x } from '../accounts/sessions.ts'",
    'server/accounts/sessions.ts',
  ],
  ['http-meets-domains-at-their-index', 'server/http/a.ts', "import { x } from '../calls/x.ts'", 'server/calls/x.ts'],
  [
    'telephony-knows-nothing-of-people',
    'server/telephony/a.ts',
    "import { x } from '../calls/index.ts'",
    'server/calls/index.ts',
  ],
  ['product-does-not-see-tests', 'server/http/a.ts', "import { x } from '../../tests/support/x.ts'", 'tests/support/x.ts'],
  [null, 'src-renderer/app/a.ts', "import { x } from '../../server/contract/x.ts'", 'server/contract/x.ts'],
  [null, 'src-main/main.ts', "import { app } from 'electron'", 'src-main/b.ts'],
  [null, 'src-main/drafts/a.ts', "import type { App } from 'electron'", 'src-main/b.ts'],
  [null, 'src-renderer/softphone/sip/a.ts', "import { UserAgent } from 'sip.js'", 'src-renderer/b.ts'],
  [null, 'server/calls/a.ts', "import { x } from '../accounts/index.ts'", 'server/accounts/index.ts'],
  [null, 'server/calls/a.ts', "import type { X } from '../telephony/telephony.ts'", 'server/telephony/telephony.ts'],
  [null, 'server/contract/a.ts', "import { z } from 'zod'", 'server/contract/b.ts'],
]

const config = await extractConfig(resolve('.dependency-cruiser.mjs'))
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A house of two files, cruised with the project's own rules. */
async function brokenRules(file: string, code: string, target: string): Promise<string[]> {
  const house = mkdtempSync(join(tmpdir(), 'boundaries-'))
  folders.push(house)
  for (const [path, text] of [
    [target, 'export const x = 1\nexport type X = number\n'],
    [file, `${code}\n`],
  ] as const) {
    mkdirSync(dirname(join(house, path)), { recursive: true })
    writeFileSync(join(house, path), text)
  }
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'))
  const options: ICruiseOptions = {
    ...config.options,
    parser: 'swc',
    baseDir: house,
    validate: true,
    preserveSymlinks: true,
    ruleSet: { forbidden: config.forbidden ?? [] },
  }
  const { output } = await cruise([file, target], options, { symlinks: false })
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`)
  return output.summary.violations.map((violation) => violation.rule.name)
}

describe('import boundaries', () => {
  test.each(cases)('%s: %s with %s', async (rule, file, code, target) => {
    expect(await brokenRules(file, code, target)).toEqual(rule ? [rule] : [])
  })
})
