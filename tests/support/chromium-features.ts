import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from './pbx.ts'

/** Pages of the address bar, which Chromium renders for each window, headless ones too: half the work of opening one. */
const addressBar = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup']

/** Of a switch that is given twice Chromium takes the last alone: what Playwright turns off is named again. */
function playwrights(): string[] {
  const bundle = readFileSync(join(project, 'node_modules/playwright-core/lib/coreBundle.js'), 'utf8')
  const list = /\bdisabledFeatures = \[(.*?)\n\s*\]/s.exec(bundle)?.[1] ?? ''
  const names = [...list.matchAll(/^\s*"(\w+)",?$/gm)].map(([, name = '']) => name)
  if (!bundle.includes('"--disable-features=" + disabledFeatures.join(",")') || names.length === 0)
    throw new Error('Playwright has the features it turns off somewhere else now: look for --disable-features in its bundle')
  return names
}

/** Turns off what of Chromium no page has a part in. */
export const disabledFeatures = `--disable-features=${[...playwrights(), ...addressBar].join(',')}`
