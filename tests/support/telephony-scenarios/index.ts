import { controlledCalls } from './controlled-calls.ts'
import { plainCalls } from './plain-calls.ts'
import type { Scenario } from './stage.ts'
import { supervised } from './supervised.ts'
import { transfers } from './transfers.ts'

export type { Scenario } from './stage.ts'

export const scenarios: Readonly<Record<string, Scenario>> = { ...plainCalls, ...transfers, ...controlledCalls, ...supervised }
