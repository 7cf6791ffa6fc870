import { memberScenarios } from './members.ts'
import { nightScenarios } from './nights.ts'
import { outgoingScenarios } from './outgoing.ts'
import { queueScenarios } from './queue.ts'
import { ringScenarios } from './rings.ts'
import type { LedgerScenario } from './stage.ts'
import { talkScenarios } from './talks.ts'

export { type LedgerScenario, ledgerDialplan } from './stage.ts'

export const ledgerScenarios: Readonly<Record<string, LedgerScenario>> = {
  ...queueScenarios,
  ...ringScenarios,
  ...talkScenarios,
  ...outgoingScenarios,
  ...memberScenarios,
  ...nightScenarios,
}
