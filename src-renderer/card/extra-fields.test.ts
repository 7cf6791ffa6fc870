import { describe, expect, it } from 'vitest'
import { emptyCardFields, type FieldValue } from '../../server/contract/index.ts'
import {
  changesOf,
  clashesOf,
  emptyDraft,
  firstEmptyField,
  markSent,
  rebase,
  settle,
  shownFields,
  typeField,
} from './card-editor.ts'
import { fromStored, toStored } from './draft-row.ts'
import { makeCard } from './testing.ts'

const serial = 'extra.serial'
const server = (version: number, extra: Record<string, FieldValue> = {}) =>
  makeCard({ version, fields: { ...emptyCardFields, extra } })

describe('an extra field in a draft', () => {
  it('is brought alone, and typed back to nothing brings nothing', () => {
    const draft = typeField(emptyDraft, server(3, { other: 1 }), serial, 'SN')
    expect(changesOf(draft)).toEqual({ extra: { serial: 'SN' } })
    expect(shownFields(server(3, { other: 1 }).fields, draft).extra).toEqual({ other: 1, serial: 'SN' })
    expect(typeField(draft, server(3), serial, null)).toBe(emptyDraft)
  })

  it('clashes by itself, beside a basic field that does not', () => {
    const typed = typeField(typeField(emptyDraft, server(3), serial, 'mine'), server(3), 'notes', 'n')
    const draft = rebase(typed, server(4, { serial: 'theirs' }))
    expect(clashesOf(draft)).toEqual([{ field: serial, mine: 'mine', theirs: 'theirs' }])
    expect(changesOf(draft)).toEqual({ notes: 'n' })
  })

  it('is settled by its answer, and stays where the server kept another value', () => {
    const draft = markSent(typeField(typeField(emptyDraft, server(3), serial, 'a'), server(3), 'extra.price', 2))
    const sent = changesOf(draft)
    const card = server(4, { serial: 'x', price: 2 })
    const left = settle(draft, sent, { card, clashes: [{ field: serial, mine: 'a', theirs: 'x' }] })
    expect(Object.keys(left.fields)).toEqual([serial])
    expect(settle(draft, sent, { card: server(4, { serial: 'a', price: 2 }), clashes: [] })).toBe(emptyDraft)
  })

  it('lies on the disk and comes back with its clash; a value of no kind stays out and is told', () => {
    const draft = rebase(typeField(emptyDraft, server(3), serial, 'mine'), server(4, { serial: 'theirs' }))
    expect(fromStored(draft.baseVersion, toStored(draft))).toEqual({ draft, unknown: false })
    expect(fromStored(1, { 'extra.serial': { a: 1 } })).toEqual({ draft: { baseVersion: 1, fields: {} }, unknown: true })
  })

  it('is looked for when the cursor seeks an empty field', () => {
    const fields = { ...emptyCardFields, categoryId: 'a', extra: { covered: false } }
    expect(firstEmptyField(fields, ['categoryId', 'callBack', 'extra.covered', serial, 'notes'])).toBe(serial)
    expect(firstEmptyField(fields, ['categoryId', 'extra.covered'])).toBeNull()
  })
})
