import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { ClientMessage, contractVersion, ServerMessage, WallboardMessage } from '../contract/index.ts'

/**
 * What each version says. When a schema changes, take the new fingerprint; when a client of before cannot read it (a kind it
 * does not know, a field it needs), let `contractVersion` grow as well.
 */
const said = {
  version: 3,
  messages: 'f335d0a119125211',
}

it('has one version for one set of messages', () => {
  const schemas = [ClientMessage, ServerMessage, WallboardMessage].map((schema) =>
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  )
  const messages = createHash('sha256').update(JSON.stringify(schemas)).digest('hex').slice(0, 16)
  expect({ version: contractVersion, messages }).toEqual(said)
})
