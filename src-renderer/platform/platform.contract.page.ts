import { createBrowserPlatform } from './browser.ts'
import { platformContract } from './platform.contract.ts'

/** For tests/e2e/platform.spec.ts: the contract inside a real browser, one case at a time on a database of its own. */
export async function runCase(name: string): Promise<void> {
  const found = platformContract.find((each) => each.name === name)
  if (!found) throw new Error(`no case ${name}`)
  const databaseName = `contract-${crypto.randomUUID()}`
  await found.run({ open: async () => createBrowserPlatform({ databaseName }) })
}

export { createBrowserPlatform }
