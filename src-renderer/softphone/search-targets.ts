import type { CountryCode } from 'libphonenumber-js/min'
import {
  type Customer,
  type LiveOperator,
  type LiveQueue,
  type OperatorStatus,
  plainName,
  serverOf,
} from '../../server/contract/index.ts'
import { splitExtension } from '../app/phone-extension.ts'
import { colleagueNumber } from './colleague-number.ts'
import { type DialTarget, readDial } from './dial-number.ts'

/** Somebody a call can go to. `number` goes to the PBX. */
export type Target = { readonly key: string; readonly number: string; readonly extension: string | null } & (
  | { readonly kind: 'number' | 'recent' }
  | { readonly kind: 'colleague'; readonly name: string; readonly status: OperatorStatus; readonly pauseReason: string | null }
  | { readonly kind: 'queue'; readonly name: string; readonly free: number; readonly waiting: number }
  | { readonly kind: 'customer'; readonly name: string }
)

export interface TargetSources {
  readonly query: string
  readonly region: CountryCode
  /** The own id: nobody calls themselves. */
  readonly ownId: string
  readonly operators: readonly LiveOperator[]
  readonly queues: readonly LiveQueue[]
  /** As the server found them for the query. */
  readonly customers: readonly Customer[]
  /** Last dialled first; an extension stands behind its number, `+74950000000;ext=12`. */
  readonly recent: readonly string[]
  /** Shown without a query: the last numbers to dial again, or people and queues to transfer to. */
  readonly first: 'recent' | 'people'
}

const mostRecent = 5
const mostOfAKind = 6

/** Everybody who answers to what was typed, the surest first: the number itself, colleagues (free ones first), queues, customers. */
export function findTargets(sources: TargetSources): readonly Target[] {
  const { query, region, first } = sources
  const words = fold(query).split(/\s+/).filter(Boolean)
  if (words.length === 0 && first === 'recent') return recentTargets(sources.recent.slice(0, mostRecent))
  const people = [...colleagues(sources, words), ...queues(sources, words)]
  if (words.length === 0) return people
  const reading = readDial(query, region)
  const typed = reading.ok ? [typedTarget(reading.target)] : []
  const known = new Set(people.map(({ number }) => number))
  const digits = query.replace(/\D/g, '')
  const recent = sources.recent.filter((number) => digits.length >= 3 && number.includes(digits) && number !== typed[0]?.number)
  return [
    // The extension of somebody in the list is that person.
    ...typed.filter(({ number, extension }) => extension !== null || !known.has(number)),
    ...people,
    ...customers(sources.customers, reading.ok ? reading.target : null, region),
    ...recentTargets(recent.slice(0, mostRecent)),
  ]
}

const ownExtension = ({ operators, ownId }: Pick<TargetSources, 'operators' | 'ownId'>): string | null =>
  operators.find(({ id }) => id === ownId)?.extension ?? null

const typedTarget = (target: DialTarget): Target => ({ kind: 'number', key: `number ${target.number}`, ...target })

const recentTargets = (dialled: readonly string[]): readonly Target[] =>
  dialled.map((text) => ({ kind: 'recent', key: `recent ${text}`, ...splitExtension(text) }))

function colleagues({ operators, ownId }: TargetSources, words: readonly string[]): readonly Target[] {
  const own = ownExtension({ operators, ownId })
  return operators
    .filter(({ id, status }) => id !== ownId && status !== 'offline')
    .flatMap((operator) => {
      const number = colleagueNumber(operator, own, operators)
      return number === null ? [] : { ...operator, number }
    })
    .filter(({ name, number }) => answersTo(words, `${name} ${number}`))
    .toSorted((a, b) => rank(a.status) - rank(b.status) || a.name.localeCompare(b.name, 'ru'))
    .map(({ id, name, number, status, pauseReason }) => ({
      kind: 'colleague',
      key: `colleague ${id}`,
      number,
      extension: null,
      name,
      status,
      pauseReason,
    }))
}

const rank = (status: OperatorStatus): number => ['available', 'wrapUp', 'paused', 'ringing', 'onCall'].indexOf(status)

/** Those of the own Asterisk: a queue of another one has no number here. */
function queues({ operators, ownId, queues }: TargetSources, words: readonly string[]): readonly Target[] {
  const own = serverOf(ownExtension({ operators, ownId }) ?? '')
  return queues
    .filter(({ number }) => serverOf(number) === own)
    .map((queue) => ({ ...queue, number: plainName(queue.number) }))
    .filter(({ name, number }) => answersTo(words, `${name} ${number}`))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'ru'))
    .map(({ number, name, free, waiting }) => ({
      kind: 'queue',
      key: `queue ${number}`,
      number,
      extension: null,
      name,
      free,
      waiting: waiting.length,
    }))
}

/** The customer's own extension (`+74950000000;ext=12`); else one that was typed goes with its number, whoever that is found to be. */
function customers(found: readonly Customer[], typed: DialTarget | null, region: CountryCode): readonly Target[] {
  return found.slice(0, mostOfAKind).flatMap(({ id, name, phones }) =>
    phones.slice(0, 2).flatMap((phone): Target[] => {
      const reading = readDial(phone, region)
      // A SIP address by name, say: nothing that could be dialled.
      if (!reading.ok) return []
      const { number, extension } = reading.target
      const typedBehind = number === typed?.number ? typed.extension : null
      return [{ kind: 'customer', key: `customer ${id} ${phone}`, number, extension: extension ?? typedBehind, name }]
    }),
  )
}

/** Each word begins some word of the text, whatever the letters' case or dots. */
function answersTo(words: readonly string[], text: string): boolean {
  const parts = fold(text).split(/\s+/)
  return words.every((word) => parts.some((part) => part.startsWith(word)))
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/ё/g, 'е').trim()
